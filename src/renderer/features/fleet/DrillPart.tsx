import { useState } from 'react'
import { X } from 'lucide-react'
import type { Millis } from '#shared/lib/time.ts'
import { Button } from '../../components/Button.tsx'
import { Shape } from '../../components/Shape.tsx'
import { useAsk } from '../../hooks/use-ask.ts'
import { useNow } from '../../hooks/use-now.ts'
import { useValueView } from '../../hooks/use-value-view.ts'
import { formatMinute } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'
import { DrillReportFacts } from './DrillReportFacts.tsx'
import s from './fleet.module.css'

/** This station's drill while it is on, and how the last one went until somebody has read it. The bar on top ends it. */
export function DrillPart(): React.ReactNode {
  const { value } = useValueView<'drill'>({ name: 'drill', params: {} })
  const [readAt, setReadAt] = useState<Millis | null>(null)
  const end = useAsk('drill.end', () => undefined)
  const until = useNow((now) => (value?.state.kind === 'running' ? formatMinute(value.state.until, now) : ''))
  if (!value) return null
  const { state, report } = value
  if (state.kind !== 'idle')
    return (
      <section className={s['drill']} aria-label={t('drill.title')} data-on>
        <Shape name="slashed-ring" tone="warn" />
        <p className={s['drill-words']} role="status">
          <strong>
            {state.kind === 'running' ? t('drill.running', { until }) : t(`drill.${state.kind}`)}
          </strong>
          {state.calledBy && ` ${t('drill.called-by', { name: state.calledBy.from })}`}
        </p>
        {state.kind === 'starting' && <Button onPress={() => void end.ask({})}>{t('drill.end')}</Button>}
      </section>
    )
  if (!report || readAt === report.endedAt) return null
  return (
    <section className={s['drill']} aria-label={t('drill.report')}>
      <h3 className={s['drill-title']}>{t('drill.report')}</h3>
      <DrillReportFacts report={report} />
      <Button
        look="quiet"
        size="small"
        aria-label={t('drill.report.close')}
        onPress={() => setReadAt(report.endedAt)}
      >
        <X size={16} aria-hidden />
      </Button>
    </section>
  )
}

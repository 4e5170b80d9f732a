import type { WarehouseId } from '#shared/domain/ids.ts'
import type { AlertKind, AlertSummary } from '#shared/protocol/alerts.ts'
import { Age } from '../../components/Age.tsx'
import { useAlerts } from '../../hooks/use-alerts.ts'
import { t } from '../../texts/text.ts'
import { alertWords } from '../alerts/alert-words.ts'
import { SeverityMark } from '../alerts/SeverityMark.tsx'
import s from './BoardScreen.module.css'

/** As many as can be read in passing. */
const SHOWN = 6
/** These have figures of their own on the board. */
const counted: readonly AlertKind[] = ['low', 'out', 'oversold']

interface Props {
  readonly warehouseId: WarehouseId
  readonly summary: AlertSummary | undefined
}

/** What waits for somebody, the most pressing first, in sentences. */
export function Attention({ warehouseId, summary }: Props): React.ReactNode {
  const { list } = useAlerts(warehouseId, 'open')
  const alerts = list.shown?.rows.filter(({ kind }) => !counted.includes(kind)).slice(0, SHOWN)
  const others = (summary?.others ?? 0) - (alerts?.length ?? 0)
  return (
    <section className={s['part']} data-wide aria-label={t('board.attention')}>
      <h3 className={s['title']}>
        {t('board.attention')}
        {summary && (
          <span className={s['count']}>{t('board.exceptions', { count: summary.exceptions })}</span>
        )}
      </h3>
      {alerts?.length === 0 ? (
        <p className={s['calm']}>{t('board.calm')}</p>
      ) : (
        <ol className={s['alerts']}>
          {alerts?.map((alert) => (
            <li key={alert.id} className={s['alert']}>
              <SeverityMark severity={alert.severity} />
              <span className={s['sentence']}>{alertWords(alert)}</span>
              <Age at={alert.raisedAt} />
            </li>
          ))}
        </ol>
      )}
      {alerts && others > 0 && <p className={s['more']}>{t('board.more', { count: others })}</p>}
    </section>
  )
}

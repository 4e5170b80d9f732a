import { useState } from 'react'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import type { WarehouseChoice } from '#shared/protocol/views.ts'
import { Button } from '../../components/Button.tsx'
import { useServerTime } from '../../hooks/server-time.tsx'
import { useNow } from '../../hooks/use-now.ts'
import { useOnDemand } from '../../hooks/use-on-demand.ts'
import { usePulse } from '../../hooks/use-ledger.ts'
import { dayAfter, wallDay } from '../../lib/wall-clock.ts'
import { t } from '../../texts/text.ts'
import { AnswerAge, NoAnswer } from '../ledger/LedgerNotes.tsx'
import { ListScreen } from '../shell/ListScreen.tsx'
import type { ShownStatus } from '../shell/shown-status.ts'
import { AgesChart } from './AgesChart.tsx'
import { HoursChart } from './HoursChart.tsx'
import s from './FlowScreen.module.css'

interface Props {
  readonly status: ShownStatus
  readonly warehouse: WarehouseChoice
}

/** Whether work flows as it usually does: movements by hour of a day, and how long open orders have waited. */
export function FlowScreen({ status, warehouse }: Props): React.ReactNode {
  const { clockOffsetMs } = useServerTime()
  const today = useNow((now) => wallDay(now - clockOffsetMs, warehouse.timeZone))
  /** Null follows today, also past midnight. */
  const [chosen, setChosen] = useState<string | null>(null)
  const day = chosen ?? today
  const choose = (next: string): void => setChosen(next === today ? null : next)
  const { answer, answeredAt, error } = useOnDemand(
    'flow.day',
    { warehouseId: warehouse.id, day },
    usePulse(warehouse.id),
  )
  return (
    <ListScreen
      title={t('screen.flow')}
      tools={
        <div className={s['day']}>
          <Button aria-label={t('flow.day.before')} onPress={() => choose(dayAfter(day, -1))}>
            <ChevronLeft size={16} aria-hidden />
          </Button>
          <input
            type="date"
            aria-label={t('flow.day')}
            value={day}
            max={today}
            onChange={(event) => event.target.value !== '' && choose(event.target.value)}
          />
          <Button
            aria-label={t('flow.day.after')}
            isDisabled={day >= today}
            onPress={() => choose(dayAfter(day, 1))}
          >
            <ChevronRight size={16} aria-hidden />
          </Button>
          {chosen !== null && <Button onPress={() => setChosen(null)}>{t('flow.day.today')}</Button>}
        </div>
      }
      found={answer && answeredAt !== null && <AnswerAge at={answeredAt} error={error} />}
    >
      <div className={s['charts']}>
        <div className={s['chart']}>
          {answer ? (
            <HoursChart flow={answer} day={day} isToday={day === today} />
          ) : (
            <NoAnswer status={status} warehouse={warehouse.name} error={error} hasOwn={false} />
          )}
        </div>
        <div className={s['chart']}>
          <AgesChart warehouseId={warehouse.id} />
        </div>
      </div>
    </ListScreen>
  )
}

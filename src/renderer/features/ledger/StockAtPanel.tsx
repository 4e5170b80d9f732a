import { useState } from 'react'
import type { ProductId } from '#shared/domain/ids.ts'
import type { LedgerClock } from '#shared/protocol/ledger.ts'
import type { WarehouseChoice } from '#shared/protocol/views.ts'
import { Fact } from '../../components/Fact.tsx'
import { FilterButtons } from '../../components/FilterButtons.tsx'
import { TextField } from '../../components/TextField.tsx'
import { useConsole } from '../../hooks/console.tsx'
import { useOnDemand } from '../../hooks/use-on-demand.ts'
import { usePulse } from '../../hooks/use-ledger.ts'
import { useServerTime } from '../../hooks/server-time.tsx'
import { formatNumber } from '../../lib/format.ts'
import { momentOnWall, wallMinute } from '../../lib/wall-clock.ts'
import { t } from '../../texts/text.ts'
import { clocks } from './clocks.ts'
import { AnswerAge } from './LedgerNotes.tsx'
import { useSettled } from './use-settled.ts'
import s from './ledger.module.css'

const TYPING_PAUSE_MS = 300
const LAST_OF_A_MINUTE_MS = 59_999

interface Props {
  readonly warehouse: WarehouseChoice
  readonly productId: ProductId
}

/** Stock as of any moment, by either clock. */
export function StockAtPanel({ warehouse, productId }: Props): React.ReactNode {
  const { clock: terminal } = useConsole()
  const { clockOffsetMs } = useServerTime()
  const zone = warehouse.timeZone
  const [text, setText] = useState(() => wallMinute(terminal.now() - clockOffsetMs - 86_400_000, zone))
  const [clock, setClock] = useState<LedgerClock>('happened')
  const at = momentOnWall(useSettled(text, TYPING_PAUSE_MS), zone)
  // A minute is meant to its end: what happened at 14:05:30 was there "at 14:05".
  const question =
    at === null ? null : { warehouseId: warehouse.id, productId, moment: at + LAST_OF_A_MINUTE_MS, clock }
  const { answer, answeredAt, error } = useOnDemand('stock.at', question, usePulse(warehouse.id))
  return (
    <section className={s['panel']} aria-label={t('at.title')}>
      <h3 className={s['question']}>{t('at.title')}</h3>
      <div className={s['at']}>
        <TextField
          label={t('at.moment')}
          type="datetime-local"
          autoComplete="off"
          value={text}
          error={at === null ? t('at.invalid') : null}
          onChange={setText}
        />
        <FilterButtons<LedgerClock>
          label={t('chart.clock')}
          options={clocks}
          value={clock}
          onChange={setClock}
        />
      </div>
      <p className={s['meta']}>{t(`at.by.${clock}`)}</p>
      {answer && (
        <div role="status">
          <p className={s['then']}>{t('at.total', { count: formatNumber(answer.total) })}</p>
          {answer.movements === 0 && <p className={s['meta']}>{t('at.none')}</p>}
          <dl>
            {answer.bins.map((bin) => (
              <Fact key={bin.bin} name={bin.bin}>
                {formatNumber(bin.quantity)}
              </Fact>
            ))}
          </dl>
        </div>
      )}
      {answeredAt !== null && <AnswerAge at={answeredAt} error={error} />}
      {!answer && error && <p className={s['meta']}>{t('ledger.away')}</p>}
    </section>
  )
}

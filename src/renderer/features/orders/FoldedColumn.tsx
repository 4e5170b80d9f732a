import type { OrderStatus } from '#shared/domain/rows.ts'
import { Shape } from '../../components/Shape.tsx'
import { orderLook } from '../../components/StatusIndicator.tsx'
import { formatNumber } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'
import s from './FoldedColumn.module.css'

interface Props {
  readonly status: OrderStatus
  readonly count: number | null
  onUnfold(): void
}

/** A column that is not looked at often: how many, and a way in. */
export function FoldedColumn({ status, count, onUnfold }: Props): React.ReactNode {
  const { shape, tone } = orderLook(status)
  const word = t(`orders.status.${status}`)
  return (
    <button type="button" className={s['folded']} onClick={onUnfold} aria-expanded={false}>
      <Shape name={shape} tone={tone} />
      <span className={s['count']}>{count === null ? '…' : formatNumber(count)}</span>
      <span className={s['word']} aria-hidden>
        {word}
      </span>
      <span className="said">{t('orders.board.unfold', { status: word })}</span>
    </button>
  )
}

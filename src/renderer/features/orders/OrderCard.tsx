import { memo } from 'react'
import { MINUTE_MS } from '#shared/lib/time.ts'
import { isToDo } from '#shared/domain/orders.ts'
import type { OrderListRow } from '#shared/protocol/orders.ts'
import { Unsent } from '../../components/Unsent.tsx'
import { useNow } from '../../hooks/use-now.ts'
import { useServerTime } from '../../hooks/server-time.tsx'
import { cx } from '../../lib/cx.ts'
import { formatDuration, formatExact } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'
import { DueMark } from './DueMark.tsx'
import { Progress } from './Progress.tsx'
import s from './OrderCard.module.css'

export const CARD_PX = 104

interface Props {
  readonly domId: string
  /** Null while it is not loaded. */
  readonly order: OrderListRow | null
  readonly index: number
  readonly total: number
  readonly isCursor: boolean
  readonly isOpen: boolean
  onPress(index: number): void
}

/** One order on the board. Drawn again only when its own row changes. */
export const OrderCard = memo(function OrderCard(props: Props): React.ReactNode {
  const { order, index, isCursor, isOpen } = props
  return (
    // The keys act on the column, which has the focus.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      role="option"
      id={props.domId}
      aria-selected={isOpen}
      aria-posinset={index + 1}
      aria-setsize={props.total}
      className={cx(s['place'])}
      style={{ height: CARD_PX, transform: `translateY(${index * CARD_PX}px)` }}
      // An option is reached through its listbox.
      tabIndex={-1}
      onClick={() => props.onPress(index)}
    >
      {order ? (
        <div className={s['card']} data-cursor={isCursor || undefined} data-open={isOpen || undefined}>
          <span className={s['line']}>
            <strong className={s['number']}>
              {order.number}
              <Comma />
            </strong>
            <span className={s['priority']} data-urgent={order.priority === 1 || undefined}>
              {t('orders.priority.of', { priority: order.priority })}
              <Comma />
            </span>
          </span>
          <span className={s['line']}>
            <span className={s['customer']} title={order.customer ?? undefined}>
              {order.customer ?? '–'}
              <Comma />
            </span>
            <Unsent amount={order.unsent} />
          </span>
          <Progress picked={order.unitsPicked} ordered={order.unitsOrdered} />
          <Comma />
          <span className={s['line']}>
            <DueMark order={order} />
            <InStatus order={order} />
          </span>
        </div>
      ) : (
        <div className={s['card']} data-loading />
      )}
    </div>
  )
})

/** Parts what is read aloud as one name. */
const Comma = (): React.ReactNode => <span className="said">, </span>

/** How long it has been in this status, to the minute. */
function InStatus({ order }: { order: OrderListRow }): React.ReactNode {
  const { clockOffsetMs, timeZone } = useServerTime()
  const time = useNow((now) => {
    const minutes = Math.floor(Math.max(0, now - clockOffsetMs - order.changedAt) / MINUTE_MS)
    return minutes === 0 ? t('age.now') : formatDuration(minutes * MINUTE_MS, 'short')
  })
  return (
    <span className={s['since']} title={formatExact(order.changedAt, timeZone)}>
      {isToDo(order.status) && time !== t('age.now') && (
        <span className={s['for']}>{t('orders.board.for', { age: '' })}</span>
      )}
      {time}
    </span>
  )
}

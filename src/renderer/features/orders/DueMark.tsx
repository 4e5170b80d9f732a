import { isToDo } from '#shared/domain/orders.ts'
import { MINUTE_MS, type Millis } from '#shared/lib/time.ts'
import type { OrderListRow } from '#shared/protocol/orders.ts'
import { Shape, type ShapeName, type Tone } from '../../components/Shape.tsx'
import { useNow } from '../../hooks/use-now.ts'
import { useServerTime } from '../../hooks/server-time.tsx'
import { formatDuration, formatExact, formatMinute } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'
import s from './DueMark.module.css'

/** Less than this before it is due, an order presses. */
const SOON_MS = 60 * MINUTE_MS

export type Lateness = 'over' | 'soon' | 'in' | 'none' | 'was'

type Due = Pick<OrderListRow, 'status' | 'dueAt'>

export function latenessOf({ status, dueAt }: Due, serverNow: Millis): Lateness {
  if (dueAt === null) return 'none'
  if (!isToDo(status)) return 'was'
  if (dueAt < serverNow) return 'over'
  return dueAt - serverNow < SOON_MS ? 'soon' : 'in'
}

const looks: Record<Lateness, { shape: ShapeName; tone: Tone } | null> = {
  over: { shape: 'triangle', tone: 'bad' },
  soon: { shape: 'half', tone: 'warn' },
  in: { shape: 'ring', tone: 'plain' },
  none: null,
  was: null,
}

/** "Overdue by 2h 5m": to the minute. */
export function dueWords(order: Due, serverNow: Millis, timeZone: string | undefined): string {
  const { dueAt } = order
  const lateness = latenessOf(order, serverNow)
  if (dueAt === null || lateness === 'none') return t('due.none')
  if (lateness === 'was') return t('due.was', { at: formatMinute(dueAt, serverNow, timeZone) })
  const minutes = Math.max(1, Math.floor(Math.abs(dueAt - serverNow) / MINUTE_MS))
  return t(`due.${lateness}`, { time: formatDuration(minutes * MINUTE_MS) })
}

/** When an order is due, as shape, word and colour. */
export function DueMark({ order }: { order: Due }): React.ReactNode {
  const { clockOffsetMs, timeZone } = useServerTime()
  const words = useNow((now) => dueWords(order, now - clockOffsetMs, timeZone))
  const lateness = useNow<Lateness>((now) => latenessOf(order, now - clockOffsetMs))
  const look = looks[lateness]
  return (
    <span
      className={s['due']}
      data-lateness={lateness}
      title={order.dueAt === null ? undefined : formatExact(order.dueAt, timeZone)}
    >
      {look && <Shape name={look.shape} tone={look.tone} />}
      <span>{words}</span>
    </span>
  )
}

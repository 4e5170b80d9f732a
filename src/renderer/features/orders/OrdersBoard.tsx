import { useCallback, useRef, useState } from 'react'
import type { OrderStatus } from '#shared/domain/rows.ts'
import type { OrderListRow, OrdersSummary } from '#shared/protocol/orders.ts'
import type { WarehouseChoice } from '#shared/protocol/views.ts'
import { Kbd } from '../../components/Kbd.tsx'
import { useLetterKey } from '../../hooks/use-letter-key.ts'
import { useRealtimeOrders } from '../../hooks/use-realtime-orders.ts'
import { t } from '../../texts/text.ts'
import { BoardColumn, type ColumnHandle } from './BoardColumn.tsx'
import { FoldedColumn } from './FoldedColumn.tsx'
import { useToday } from './moments.ts'
import type { Narrowing } from './narrowing.ts'
import { stepsOf, useAdvance } from './steps-of.ts'
import s from './OrdersBoard.module.css'

const onTheWay = ['pending', 'picking', 'packed', 'shipped'] as const
const offTheWay = ['failed', 'cancelled'] as const
const columns: readonly OrderStatus[] = [...onTheWay, ...offTheWay]

interface Props {
  readonly warehouse: WarehouseChoice
  readonly summary: OrdersSummary | undefined
  readonly narrowing: Narrowing
  readonly openId: string | null
  readonly isStale: boolean
  readonly mayWork: boolean
  readonly handle: React.RefObject<ColumnHandle | null>
  onOpen(order: OrderListRow): void
  onBack(): void
}

/** Orders by status, each in its column; what failed or was cancelled is folded until somebody asks for it. */
export function OrdersBoard(props: Props): React.ReactNode {
  const { warehouse, narrowing, handle } = props
  const handles = useRef(new Map<OrderStatus, ColumnHandle>())
  const [unfolded, setUnfolded] = useState<ReadonlySet<OrderStatus>>(new Set())
  const [current, setCurrent] = useState<OrderListRow | null>(null)
  const last = useRef<OrderStatus>('pending')
  const onCursor = useCallback((order: OrderListRow | null) => {
    if (order) last.current = order.status
    setCurrent(order)
  }, [])
  const advance = useAdvance(warehouse.id)
  const steps = current && props.mayWork ? stepsOf(current) : []
  const step = (n: number): void => {
    const to = steps[n]
    if (current && to) advance(current, to)
  }
  useLetterKey('m', () => step(0))
  useLetterKey('1', () => step(0))
  useLetterKey('2', () => step(1))
  useLetterKey('3', () => step(2))
  useLetterKey('4', () => step(3))

  const leave = useCallback((from: OrderStatus, by: 1 | -1) => {
    for (let at = columns.indexOf(from) + by; at >= 0 && at < columns.length; at += by) {
      const status = columns[at]
      if (status && handles.current.get(status)?.focus()) return
    }
  }, [])
  const keep = (status: OrderStatus) => (column: ColumnHandle | null) => {
    if (column) handles.current.set(status, column)
    else handles.current.delete(status)
    handle.current = {
      // Back to where somebody was, or to the first column that has anything.
      focus: () => [last.current, ...columns].some((each) => handles.current.get(each)?.focus()),
    }
  }
  const fold = (status: OrderStatus, isFolded: boolean): void => {
    const next = new Set(unfolded)
    if (isFolded) next.delete(status)
    else next.add(status)
    setUnfolded(next)
  }

  const columnOf = (status: OrderStatus): React.ReactNode => (
    <LiveColumn
      key={status}
      {...props}
      status={status}
      narrowing={narrowing}
      handle={keep(status)}
      onLeave={(by) => leave(status, by)}
      onCursor={onCursor}
      onFold={isOffTheWay(status) ? () => fold(status, true) : undefined}
    />
  )
  return (
    <div className={s['screen']}>
      <div
        className={s['board']}
        role="group"
        aria-label={t('orders.board.orders', { warehouse: warehouse.name })}
      >
        {onTheWay.map(columnOf)}
        {offTheWay.map((status) =>
          unfolded.has(status) ? (
            columnOf(status)
          ) : (
            <FoldedColumn
              key={status}
              status={status}
              count={props.summary?.find((count) => count.status === status)?.orders ?? null}
              onUnfold={() => fold(status, false)}
            />
          ),
        )}
      </div>
      {props.mayWork && <StepKeys order={current} steps={steps} />}
    </div>
  )
}

const isOffTheWay = (status: OrderStatus): boolean => offTheWay.some((each) => each === status)

interface LiveProps extends Omit<Props, 'handle'> {
  readonly status: OrderStatus
  readonly handle: React.Ref<ColumnHandle>
  onLeave(by: 1 | -1): void
  onCursor(order: OrderListRow | null): void
  readonly onFold: (() => void) | undefined
}

function LiveColumn({ warehouse, summary, narrowing, status, ...column }: LiveProps): React.ReactNode {
  const today = useToday()
  const isOver = !onTheWay.some((each) => each === status && each !== 'shipped')
  const table = useRealtimeOrders(status, warehouse.id, {
    ...narrowing.params,
    ...(isOver && { sort: 'changed', direction: 'desc' }),
    ...(status === 'shipped' && { changedSince: today }),
  })
  return (
    <BoardColumn
      {...column}
      status={status}
      title={status === 'shipped' ? t('orders.board.shipped-today') : t(`orders.status.${status}`)}
      // What is counted is all of a status: beside a part of it, it would say something else.
      count={narrowing.isNarrow ? null : (summary?.find((count) => count.status === status) ?? null)}
      table={table}
      isNarrowed={narrowing.isNarrow}
      topKey={`${warehouse.id} ${narrowing.key}`}
    />
  )
}

/** Which keys take the order under the cursor where. */
function StepKeys(props: { order: OrderListRow | null; steps: readonly OrderStatus[] }): React.ReactNode {
  const { order, steps } = props
  return (
    <p className={s['keys']}>
      {order === null ? (
        t('orders.board.no-steps')
      ) : (
        <>
          <span>{t('orders.board.steps', { number: order.number })}</span>
          {steps.length === 0 && <span>{t('order.ended')}</span>}
          {steps.map((to, n) => (
            <span key={to} className={s['key']}>
              <Kbd>{n + 1}</Kbd>
              {t('order.advance', { status: t(`orders.status.${to}`) })}
            </span>
          ))}
        </>
      )}
    </p>
  )
}

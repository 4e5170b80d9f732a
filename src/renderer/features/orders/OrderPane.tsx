import { SearchX, X } from 'lucide-react'
import { isCancellable, nextSteps } from '#shared/domain/orders.ts'
import type { OrderStatus } from '#shared/domain/rows.ts'
import type { OrderListRow } from '#shared/protocol/orders.ts'
import type { WarehouseId } from '#shared/domain/ids.ts'
import { Age } from '../../components/Age.tsx'
import { Button } from '../../components/Button.tsx'
import { Figure } from '../../components/Figure.tsx'
import { Message } from '../../components/Message.tsx'
import { Moment } from '../../components/Moment.tsx'
import { StatusIndicator } from '../../components/StatusIndicator.tsx'
import { Unsent } from '../../components/Unsent.tsx'
import { Fact } from '../../components/Fact.tsx'
import { useConsole } from '../../hooks/console.tsx'
import { formatNumber } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'
import { useDo } from '../work/use-do.ts'
import s from './OrderPane.module.css'

interface Props {
  /** Null when it is not in the list (any more). */
  readonly order: OrderListRow | null
  readonly warehouseId: WarehouseId
  /** Whether this person may book, and whether they may cancel. */
  readonly may: { readonly work: boolean; readonly cancel: boolean }
  onClose(): void
}

/** One order: how far it is, and its next step. */
export function OrderPane({ order, warehouseId, may, onClose }: Props): React.ReactNode {
  return (
    // Esc closes from anywhere inside; what is inside is reached by Tab as usual.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <aside
      className={s['pane']}
      aria-label={t('order.label', { order: order?.number ?? '' })}
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
    >
      <header className={s['header']}>
        {order && <StatusIndicator order={order.status} />}
        {order && <Unsent amount={order.unsent} />}
        <Button look="quiet" size="small" aria-label={t('order.close')} onPress={onClose}>
          <X size={16} aria-hidden />
        </Button>
      </header>
      {order ? (
        <div className={s['content']}>
          <h2 className={s['number']}>{order.number}</h2>
          <p className={s['customer']}>{order.customer ?? '–'}</p>
          <p className={s['picked']}>
            <span className={s['word']}>{t('orders.column.picked')}</span>
            <span>
              <Figure value={order.unitsPicked} of={order.id} size="hero" />
              <span className={s['ordered']}> / {formatNumber(order.unitsOrdered)}</span>
            </span>
          </p>
          <Steps order={order} warehouseId={warehouseId} may={may} />
          <Facts order={order} />
        </div>
      ) : (
        <Message icon={<SearchX size={20} />} title={t('order.gone.title')}>
          {t('order.gone.next')}
        </Message>
      )}
    </aside>
  )
}

function Steps(props: { order: OrderListRow; warehouseId: WarehouseId; may: Props['may'] }): React.ReactNode {
  const { order, warehouseId, may } = props
  const { screen } = useConsole()
  const { act } = useDo()
  const steps = may.work ? nextSteps(order.status, order.unitsPicked > 0) : []
  const canCancel = may.cancel && isCancellable(order.status)
  const { id: orderId, status: from, number } = order
  const advance = (to: OrderStatus): Promise<void> =>
    act(
      `advance ${orderId} ${from} ${to}`,
      (id) => ({
        kind: 'order.advance',
        mutation_id: id,
        warehouse_id: warehouseId,
        order_id: orderId,
        from,
        to,
      }),
      { product: null, order: { id: orderId, number } },
    )
  if (steps.length === 0 && !canCancel)
    return may.work ? <p className={s['ended']}>{t('order.ended')}</p> : null
  return (
    <div className={s['steps']} role="group" aria-label={t('order.next')}>
      {steps.map((to, at) => (
        <Button key={to} look={at === 0 ? 'main' : 'plain'} onPress={() => void advance(to)}>
          {t('order.advance', { status: t(`orders.status.${to}`) })}
        </Button>
      ))}
      {canCancel && (
        <Button
          onPress={() =>
            screen.setState({ form: { kind: 'cancel-order', order, warehouseId, amends: null } })
          }
        >
          {t('order.cancel')}
        </Button>
      )}
    </div>
  )
}

function Facts({ order }: { order: OrderListRow }): React.ReactNode {
  return (
    <dl className={s['facts']}>
      <Fact name={t('orders.column.priority')}>{formatNumber(order.priority)}</Fact>
      <Fact name={t('orders.column.due')}>{order.dueAt === null ? '–' : <Moment at={order.dueAt} />}</Fact>
      <Fact name={t('order.fact.lines')}>{formatNumber(order.lines)}</Fact>
      <Fact name={t('order.fact.created')}>
        <Moment at={order.createdAt} />
      </Fact>
      <Fact name={t('orders.column.changed')}>
        <Age at={order.changedAt} />
      </Fact>
    </dl>
  )
}

import { useState } from 'react'
import { ClipboardList } from 'lucide-react'
import type { OrderId, WarehouseId } from '#shared/domain/ids.ts'
import type { OrderListRow } from '#shared/protocol/orders.ts'
import { isToPick } from '#shared/domain/orders.ts'
import { MAX_PICK_LIST_ORDERS } from '#shared/protocol/paper.ts'
import { StatusIndicator } from '../../components/StatusIndicator.tsx'
import { Message } from '../../components/Message.tsx'
import { useOrderDetail, useRealtimeOrders } from '../../hooks/use-realtime-orders.ts'
import { t } from '../../texts/text.ts'
import s from './paper.module.css'

interface Props {
  readonly warehouseId: WarehouseId
  readonly chosen: readonly OrderId[]
  onChange(chosen: readonly OrderId[]): void
}

/** The orders that wait or are being picked, the most urgent first; one list may be for several. */
export function PickListForm({ warehouseId, chosen, onChange }: Props): React.ReactNode {
  // What the screen was opened for stands on top; nothing moves when an order is chosen.
  const [first] = useState(chosen)
  const picking = useRealtimeOrders('picking', warehouseId).list.shown
  const pending = useRealtimeOrders('pending', warehouseId).list.shown
  if (!picking || !pending) return <p className={s['next']}>{t('list.loading')}</p>
  const orders = [...picking.rows, ...pending.rows]
    .filter(isToPick)
    .sort((a, b) => Number(first.includes(b.id)) - Number(first.includes(a.id)))
  // What lies further down the lists than they are read.
  const further = first.filter((id) => !orders.some((order) => order.id === id))
  if (orders.length === 0 && further.length === 0)
    return (
      <Message icon={<ClipboardList size={20} />} title={t('labels.orders.none.title')}>
        {t('labels.orders.none.next')}
      </Message>
    )
  const toggle = (id: OrderId, isChosen: boolean): void =>
    onChange(isChosen ? [...chosen, id] : chosen.filter((each) => each !== id))
  const isFull = chosen.length >= MAX_PICK_LIST_ORDERS
  return (
    <section className={s['orders']} role="group" aria-label={t('labels.orders')}>
      <h3 className={s['subheading']}>{t('labels.orders')}</h3>
      {isFull && <p className={s['hint']}>{t('labels.orders.most')}</p>}
      <ul className={s['orderlist']}>
        {further.map((id) => (
          <FurtherOrder
            key={id}
            id={id}
            isChosen={chosen.includes(id)}
            isDisabled={isFull && !chosen.includes(id)}
            onChange={(isChosen) => toggle(id, isChosen)}
          />
        ))}
        {orders.map((order) => (
          <li key={order.id}>
            <OrderChoice
              order={order}
              isChosen={chosen.includes(order.id)}
              isDisabled={isFull && !chosen.includes(order.id)}
              onChange={(isChosen) => toggle(order.id, isChosen)}
            />
          </li>
        ))}
      </ul>
    </section>
  )
}

interface ChoiceProps {
  readonly isChosen: boolean
  readonly isDisabled: boolean
  onChange(isChosen: boolean): void
}

function FurtherOrder({ id, ...choice }: ChoiceProps & { readonly id: OrderId }): React.ReactNode {
  const { value } = useOrderDetail(id)
  return (
    value && (
      <li>
        <OrderChoice order={value.order} {...choice} />
      </li>
    )
  )
}

function OrderChoice(props: ChoiceProps & { readonly order: OrderListRow }): React.ReactNode {
  const { order, isChosen, isDisabled, onChange } = props
  const units = order.unitsOrdered - order.unitsPicked
  return (
    <label className={s['order']} data-selected={isChosen || undefined}>
      <input
        type="checkbox"
        className={s['tick']}
        checked={isChosen}
        disabled={isDisabled}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span className={s['ordernames']}>
        <span className={s['sku']}>{order.number}</span>
        <span className={s['meta']}>{t('labels.orders.meta', { count: order.lines, units })}</span>
      </span>
      <StatusIndicator order={order.status} />
    </label>
  )
}

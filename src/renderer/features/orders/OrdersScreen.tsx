import { useCallback, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { ClipboardList, Plus } from 'lucide-react'
import type { OrderId } from '#shared/domain/ids.ts'
import type { OrderStatus } from '#shared/domain/rows.ts'
import type { OrderListRow } from '#shared/protocol/orders.ts'
import type { WarehouseChoice } from '#shared/protocol/views.ts'
import { Button } from '../../components/Button.tsx'
import { FilterButtons } from '../../components/FilterButtons.tsx'
import { Message } from '../../components/Message.tsx'
import { VirtualTable, type TableHandle } from '../../components/table/VirtualTable.tsx'
import { useConsole } from '../../hooks/console.tsx'
import { useRealtimeOrders } from '../../hooks/use-realtime-orders.ts'
import { t } from '../../texts/text.ts'
import type { ShownStatus } from '../shell/shown-status.ts'
import { useIsStale } from '../shell/use-is-stale.ts'
import { ListMessage } from '../shell/ListMessage.tsx'
import { ListScreen } from '../shell/ListScreen.tsx'
import { rightsIn } from '../work/rights.ts'
import { orderColumns } from './columns.tsx'
import { OrderPane } from './OrderPane.tsx'
import s from './OrdersScreen.module.css'

type Choice = OrderStatus | 'all'

const statuses: readonly OrderStatus[] = ['pending', 'picking', 'packed', 'shipped', 'cancelled', 'failed']
const choices: readonly { value: Choice; word: string }[] = [
  { value: 'all', word: t('orders.filter.all') },
  ...statuses.map((value) => ({ value, word: t(`orders.status.${value}`) })),
]

interface Props {
  readonly warehouse: WarehouseChoice
  readonly status: ShownStatus
}

/** The orders of a warehouse, live; one of them open at the side, with its next step. */
export function OrdersScreen({ warehouse, status }: Props): React.ReactNode {
  const [choice, setChoice] = useState<Choice>('all')
  const { list, look, hold } = useRealtimeOrders(choice === 'all' ? null : choice, warehouse.id)
  const { screen } = useConsole()
  const openId = useStore(screen, (state) => state.orderId)
  const tableRef = useRef<TableHandle>(null)
  const { shown } = list
  const isStale = useIsStale(status)
  const may = rightsIn(status, warehouse.id)
  const order = useLastSeen(shown?.rows.find(({ id }) => id === openId) ?? null, openId)
  const onOpen = useCallback((row: OrderListRow) => screen.setState({ orderId: row.id }), [screen])
  const close = (): void => screen.setState({ orderId: null })
  const orders = (
    <ListScreen
      title={t('screen.orders')}
      tools={
        <>
          <FilterButtons<Choice>
            label={t('orders.filter')}
            options={choices}
            value={choice}
            onChange={setChoice}
          />
          {may.cancel && (
            <Button
              onPress={() =>
                screen.setState({ form: { kind: 'create-order', warehouseId: warehouse.id, amends: null } })
              }
            >
              <Plus size={16} aria-hidden />
              {t('order.new')}
            </Button>
          )}
        </>
      }
      found={list.orderWaits ? t('stock.order-waits') : shown && t('orders.matches', { count: shown.total })}
    >
      {!shown || (shown.total === 0 && status.asOf === null) ? (
        <ListMessage status={status} error={list.error} />
      ) : shown.total === 0 ? (
        <NoOrders choice={choice} warehouse={warehouse.name} onShowAll={() => setChoice('all')} />
      ) : (
        <VirtualTable<OrderListRow>
          label={t('orders.label', { warehouse: warehouse.name })}
          list={shown}
          columns={orderColumns}
          openId={openId}
          isStale={isStale}
          topKey={`${warehouse.id} ${choice}`}
          onLook={look}
          onHover={hold}
          handle={tableRef}
          onOpen={onOpen}
          onBack={close}
        />
      )}
    </ListScreen>
  )
  return (
    <div className={s['screen']}>
      {orders}
      {openId && shown && (
        <OrderPane
          order={order}
          warehouseId={warehouse.id}
          may={may}
          onClose={() => {
            close()
            tableRef.current?.focus()
          }}
        />
      )}
    </div>
  )
}

/** The open order as it was last seen: under a filter it leaves the list when its status changes, and stays open. */
function useLastSeen(row: OrderListRow | null, openId: OrderId | null): OrderListRow | null {
  const [seen, setSeen] = useState(row)
  if (row !== null && row !== seen) setSeen(row)
  return row ?? (seen?.id === openId ? seen : null)
}

function NoOrders(props: { choice: Choice; warehouse: string; onShowAll: () => void }): React.ReactNode {
  const { choice, warehouse } = props
  const icon = <ClipboardList size={20} />
  if (choice === 'all')
    return (
      <Message icon={icon} title={t('orders.empty.title', { warehouse })}>
        {t('orders.empty.next')}
      </Message>
    )
  return (
    <Message
      icon={icon}
      title={t('orders.none.title', { status: t(`orders.status.${choice}`) })}
      action={<Button onPress={props.onShowAll}>{t('orders.show-all')}</Button>}
    >
      {t('orders.none.next')}
    </Message>
  )
}

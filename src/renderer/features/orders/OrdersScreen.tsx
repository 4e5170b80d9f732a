import { useState } from 'react'
import { ClipboardList } from 'lucide-react'
import type { OrderStatus } from '#shared/domain/rows.ts'
import type { OrderListRow, WarehouseChoice } from '#shared/protocol/views.ts'
import { Button } from '../../components/Button.tsx'
import { FilterButtons } from '../../components/FilterButtons.tsx'
import { Message } from '../../components/Message.tsx'
import { VirtualTable } from '../../components/table/VirtualTable.tsx'
import { useRealtimeOrders } from '../../hooks/use-realtime-orders.ts'
import { t } from '../../texts/text.ts'
import type { ShownStatus } from '../shell/shown-status.ts'
import { useIsStale } from '../shell/use-is-stale.ts'
import { ListMessage } from '../shell/ListMessage.tsx'
import { ListScreen } from '../shell/ListScreen.tsx'
import { orderColumns } from './columns.tsx'

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

/** The orders of a warehouse, live and to be read. */
export function OrdersScreen({ warehouse, status }: Props): React.ReactNode {
  const [choice, setChoice] = useState<Choice>('all')
  const { list, look, hold } = useRealtimeOrders(choice === 'all' ? null : choice, warehouse.id)
  const { shown } = list
  const isStale = useIsStale(status)
  return (
    <ListScreen
      title={t('screen.orders')}
      tools={
        <FilterButtons<Choice>
          label={t('orders.filter')}
          options={choices}
          value={choice}
          onChange={setChoice}
        />
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
          openId={null}
          isStale={isStale}
          topKey={`${warehouse.id} ${choice}`}
          onLook={look}
          onHover={hold}
        />
      )}
    </ListScreen>
  )
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

import { useCallback, useDeferredValue, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { OrderListRow } from '#shared/protocol/orders.ts'
import type { WarehouseChoice } from '#shared/protocol/views.ts'
import type { TableHandle } from '../../components/table/VirtualTable.tsx'
import { useConsole } from '../../hooks/console.tsx'
import { useOrdersSummary, useRealtimeOrders } from '../../hooks/use-realtime-orders.ts'
import { useShortcut } from '../../hooks/use-shortcut.ts'
import { t } from '../../texts/text.ts'
import { ExportButton, listOf } from '../paper/ExportButton.tsx'
import { PrintPickListsButton } from '../paper/PrintButtons.tsx'
import { ListMessage } from '../shell/ListMessage.tsx'
import { ListFrame } from '../shell/ListScreen.tsx'
import { WithPane } from '../shell/WithPane.tsx'
import type { ShownStatus } from '../shell/shown-status.ts'
import { useIsStale } from '../shell/use-is-stale.ts'
import { rightsIn } from '../work/rights.ts'
import type { ColumnHandle } from './BoardColumn.tsx'
import { useMinute } from './moments.ts'
import { anyOrders, narrowingOf, sortedBy, type OrderOptions } from './narrowing.ts'
import { NoOrders } from './NoOrders.tsx'
import { OfflineNote } from './OfflineNote.tsx'
import { OrderPane } from './OrderPane.tsx'
import { OrdersBoard } from './OrdersBoard.tsx'
import { OrdersTable } from './OrdersTable.tsx'
import { OrdersTools, type StatusChoice } from './OrdersTools.tsx'

interface Props {
  readonly warehouse: WarehouseChoice
  readonly status: ShownStatus
}

/** The orders of a warehouse, live, as a board or as a list; one of them open at the side. */
export function OrdersScreen({ warehouse, status }: Props): React.ReactNode {
  const { screen, preferences } = useConsole()
  const form = useStore(preferences, (state) => state.orders)
  const openId = useStore(screen, (state) => state.orderId)
  const [options, setOptions] = useState(anyOrders)
  const [choice, setChoice] = useState<StatusChoice>('all')
  const minute = useMinute()
  const narrowing = narrowingOf(options, useDeferredValue(options.search.trim()), minute)
  const summary = useOrdersSummary(warehouse.id, minute)
  const isList = form === 'list'
  // The board asks for its own columns: it needs to know only whether there is any order at all.
  const table = useRealtimeOrders(
    isList && choice !== 'all' ? choice : null,
    warehouse.id,
    isList ? narrowing.params : {},
  )
  const searchRef = useRef<HTMLInputElement>(null)
  const tableRef = useRef<TableHandle>(null)
  const boardRef = useRef<ColumnHandle>(null)
  useShortcut('/', () => searchRef.current?.focus())

  const { shown } = table.list
  const isStale = useIsStale(status)
  const may = rightsIn(status, warehouse.id)
  const change = (some: Partial<OrderOptions>): void => setOptions({ ...options, ...some })
  const onOpen = useCallback((row: OrderListRow) => screen.setState({ orderId: row.id }), [screen])
  const close = useCallback(() => screen.setState({ orderId: null }), [screen])
  const showAll = (): void => {
    setOptions(anyOrders)
    setChoice('all')
  }
  const focusOrders = (): void => {
    if (isList) tableRef.current?.focus()
    else boardRef.current?.focus()
  }
  const isNarrow = narrowing.isNarrow || choice !== 'all'
  const found = table.list.orderWaits
    ? t('stock.order-waits')
    : shown && (isList || !narrowing.isNarrow) && t('orders.matches', { count: shown.total })

  return (
    <WithPane
      pane={
        openId && (
          <OrderPane
            key={openId}
            orderId={openId}
            status={status}
            onClose={() => {
              close()
              focusOrders()
            }}
          />
        )
      }
    >
      <ListFrame label={t('screen.orders')}>
        <OrdersTools
          form={form}
          options={options}
          status={choice}
          found={found}
          mayCreate={may.cancel}
          files={
            <>
              {isList && shown && <PrintPickListsButton orders={shown.rows} />}
              <ExportButton
                table={listOf('orders.list', {
                  warehouseId: warehouse.id,
                  status: isList && choice !== 'all' ? choice : null,
                  ...narrowing.params,
                })}
                title={t('export.list.orders', { warehouse: warehouse.name })}
              />
            </>
          }
          isNarrow={narrowing.isNarrow}
          onShowAll={showAll}
          searchRef={searchRef}
          onForm={(orders) => preferences.setState({ orders })}
          onChange={change}
          onStatus={setChoice}
          onCreate={() =>
            screen.setState({ form: { kind: 'create-order', warehouseId: warehouse.id, amends: null } })
          }
          onLeave={focusOrders}
        />
        <OfflineNote status={status} />
        {!shown || (shown.total === 0 && status.asOf === null) ? (
          <ListMessage status={status} error={table.list.error} />
        ) : shown.total === 0 ? (
          <NoOrders
            isNarrow={isList && isNarrow}
            status={narrowing.isNarrow ? 'all' : choice}
            warehouse={warehouse.name}
            onShowAll={showAll}
          />
        ) : isList ? (
          <OrdersTable
            label={t('orders.label', { warehouse: warehouse.name })}
            list={shown}
            table={table}
            options={options}
            openId={openId}
            isStale={isStale}
            topKey={`${warehouse.id} ${choice} ${narrowing.key}`}
            handle={tableRef}
            onSort={(by) => setOptions(sortedBy(options, by))}
            onOpen={onOpen}
            onBack={close}
          />
        ) : (
          <OrdersBoard
            warehouse={warehouse}
            summary={summary}
            narrowing={narrowing}
            openId={openId}
            isStale={isStale}
            mayWork={may.work}
            handle={boardRef}
            onOpen={onOpen}
            onBack={close}
          />
        )}
      </ListFrame>
    </WithPane>
  )
}

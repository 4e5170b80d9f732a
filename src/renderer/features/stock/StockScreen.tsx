import { useCallback, useDeferredValue, useMemo, useRef, useState } from 'react'
import type { StockFilter, StockRow, StockSort, WarehouseChoice } from '#shared/protocol/views.ts'
import { useStore } from 'zustand'
import type { TableHandle } from '../../components/table/VirtualTable.tsx'
import { useConsole } from '../../hooks/console.tsx'
import { useRealtimeInventory, type InventoryOptions } from '../../hooks/use-realtime-inventory.ts'
import { useShortcut } from '../../hooks/use-shortcut.ts'
import { useSummary } from '../../hooks/use-status.ts'
import { t } from '../../texts/text.ts'
import { isFilling, type ShownStatus } from '../shell/shown-status.ts'
import { useIsStale } from '../shell/use-is-stale.ts'
import { ListMessage } from '../shell/ListMessage.tsx'
import { ListFrame } from '../shell/ListScreen.tsx'
import { WithPane } from '../shell/WithPane.tsx'
import { ExportButton, listOf } from '../paper/ExportButton.tsx'
import { LiveInventory } from './LiveInventory.tsx'
import { StockDetailPane } from './StockDetailPane.tsx'
import { StockNone } from './StockNone.tsx'
import { StockToolbar } from './StockToolbar.tsx'
import { SummaryFigures } from './SummaryFigures.tsx'

const start: InventoryOptions = { search: '', filter: 'all', sort: 'sku', direction: 'asc' }

interface Props {
  readonly warehouse: WarehouseChoice
  readonly status: ShownStatus
}

export function StockScreen({ warehouse, status }: Props): React.ReactNode {
  const { screen } = useConsole()
  const openId = useStore(screen, (state) => state.productId)
  const [options, setOptions] = useState(start)
  const search = useDeferredValue(options.search.trim())
  const table = useRealtimeInventory(warehouse.id, { ...options, search })
  const summary = useSummary(warehouse.id)
  const searchRef = useRef<HTMLInputElement>(null)
  const tableRef = useRef<TableHandle>(null)
  useShortcut('/', () => searchRef.current?.focus())

  const { shown, orderWaits } = table.list
  const isStale = useIsStale(status)
  const openRow = shown?.rows.find((row) => row.id === openId) ?? null
  const change = useCallback(
    (some: Partial<InventoryOptions>) => setOptions((before) => ({ ...before, ...some })),
    [],
  )
  const onSearch = useCallback((text: string) => change({ search: text }), [change])
  const onFilter = useCallback((filter: StockFilter) => change({ filter }), [change])
  const onLeave = useCallback(() => tableRef.current?.focus(), [])
  const close = (): void => screen.setState({ productId: null })
  const onOpen = useCallback((row: StockRow) => screen.setState({ productId: row.id }), [screen])
  const tools = useMemo(
    () => (
      <ExportButton
        table={listOf('stock.list', { warehouseId: warehouse.id, ...options, search })}
        title={t('export.list.stock', { warehouse: warehouse.name })}
      />
    ),
    [warehouse, options, search],
  )

  return (
    <WithPane
      pane={
        openId && (
          <StockDetailPane
            key={warehouse.id}
            warehouseId={warehouse.id}
            productId={openId}
            row={openRow}
            status={status}
            onClose={() => {
              close()
              tableRef.current?.focus()
            }}
          />
        )
      }
    >
      <ListFrame label={t('screen.stock')}>
        <SummaryFigures summary={summary.value} filter={options.filter} status={status} onFilter={onFilter} />
        <StockToolbar
          options={options}
          note={noteOf(orderWaits, options.search === '' ? null : shown)}
          searchRef={searchRef}
          tools={tools}
          onSearch={onSearch}
          onFilter={onFilter}
          onLeave={onLeave}
        />
        {!shown || (shown.total === 0 && status.asOf === null) ? (
          <ListMessage status={status} error={table.list.error} />
        ) : shown.total === 0 ? (
          <StockNone options={options} warehouse={warehouse.name} onChange={change} />
        ) : (
          <LiveInventory
            label={t('stock.label', { warehouse: warehouse.name })}
            warehouseId={warehouse.id}
            options={{ ...options, search }}
            table={table}
            openId={openId}
            isStale={isStale}
            isFilling={isFilling(status)}
            handle={tableRef}
            onSort={(by) => setOptions(sortedBy(options, by))}
            onOpen={onOpen}
            onBack={close}
          />
        )}
      </ListFrame>
    </WithPane>
  )
}

/** @param found what a search shows */
function noteOf(orderWaits: boolean, found: { total: number } | null): string | null {
  if (orderWaits) return t('stock.order-waits')
  return found && t('stock.matches', { count: found.total })
}

/** The first press sorts as people mostly want it: newest changes first, all else from the smallest. */
function sortedBy(options: InventoryOptions, by: StockSort): InventoryOptions {
  if (options.sort !== by) return { ...options, sort: by, direction: by === 'changed' ? 'desc' : 'asc' }
  return { ...options, direction: options.direction === 'asc' ? 'desc' : 'asc' }
}

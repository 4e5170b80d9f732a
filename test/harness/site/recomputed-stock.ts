import type { InventoryRow, ProductRow } from '#shared/domain/rows.ts'
import type { ViewId } from '#shared/protocol/delta.ts'
import type { StockRow, Summary } from '#shared/protocol/views.ts'
import type { WarehouseId } from '#shared/domain/ids.ts'
import type { WindowId } from '#engine/ports.ts'
import { lineOf } from '../random-site.ts'
import type { HeldRow } from './mirror-file.ts'
import type { SiteConsole } from './site-console.ts'

const CHECKED = 3 as WindowId

/** How the engine's stock lists and summaries differ from those computed anew from the rows it holds. */
export async function recomputedStock(console: SiteConsole, held: readonly HeldRow[]): Promise<string[]> {
  const of = <T>(table: HeldRow['table']): T[] =>
    held.filter((row) => row.table === table).map(({ row }) => row as unknown as T)
  const products = of<ProductRow>('products')
  const inventory = of<InventoryRow>('inventory')
  const found: string[] = []
  for (const { id } of of<{ id: WarehouseId }>('warehouses')) {
    const lines = products.flatMap((product) => {
      const rows = inventory.filter((row) => row.product_id === product.id && row.warehouse_id === id)
      return rows.length === 0 ? [] : [lineOf(product, rows)]
    })
    const shown = await linesShown(console, id)
    if (textOf(shown) !== textOf(lines)) found.push(`the stock list of ${id} is not that of its rows`)
    const summary = await summaryShown(console, id)
    if (JSON.stringify(summary) !== JSON.stringify(summaryOf(lines))) {
      found.push(`the summary of ${id} is not that of its rows`)
    }
  }
  console.engine().forget(CHECKED)
  return found
}

const summaryOf = (lines: readonly StockRow[]): Summary => {
  const count = (state: StockRow['state']): number => lines.filter((line) => line.state === state).length
  return {
    products: lines.length,
    low: count('low'),
    out: count('out'),
    oversold: count('oversold'),
    unitsOnHand: lines.reduce((sum, { onHand }) => sum + onHand, 0),
  }
}

const textOf = (lines: readonly StockRow[]): string =>
  [...lines]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((line) => JSON.stringify(Object.entries(line).sort(([a], [b]) => (a < b ? -1 : 1))))
    .join('\n')

async function linesShown(console: SiteConsole, warehouseId: WarehouseId): Promise<StockRow[]> {
  const view = {
    name: 'stock.list',
    params: {
      warehouseId,
      search: '',
      filter: 'all',
      sort: 'sku',
      direction: 'asc',
      offset: 0,
      limit: 500,
    },
  } as const
  const reply = await console.engine().ask(CHECKED, 'view.open', { viewId: 'lines' as ViewId, view })
  return reply.ok && reply.value.result.kind === 'list' ? (reply.value.result.rows as StockRow[]) : []
}

async function summaryShown(console: SiteConsole, warehouseId: WarehouseId): Promise<Summary | null> {
  const view = { name: 'summary', params: { warehouseId } } as const
  const reply = await console.engine().ask(CHECKED, 'view.open', { viewId: 'summary' as ViewId, view })
  return reply.ok && reply.value.result.kind === 'value' ? (reply.value.result.value as Summary) : null
}

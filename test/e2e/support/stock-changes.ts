import type { Site } from './site.ts'

/** A stock line of the Berlin warehouse that lies in one bin only, so that one figure is all there is of it. */
export interface StockLine extends Record<string, unknown> {
  id: string
  sku: string
  name: string
  on_hand: number
}

/** @returns the first `count` such lines by SKU */
export const singleBinLines = (site: Site, count: number): Promise<StockLine[]> =>
  site.sql<StockLine>(
    `select min(i.id::text) as id, p.sku, p.name, min(i.quantity_on_hand) as on_hand
       from inventory i join products p on p.id = i.product_id join warehouses w on w.id = i.warehouse_id
      where w.code = 'BER' group by p.sku, p.name having count(*) = 1 order by p.sku limit $1`,
    count,
  )

/** Sets what one line has on hand; when it resolves, the change is committed. */
export async function setOnHand(site: Site, line: StockLine, quantity: number): Promise<void> {
  await site.sql('update inventory set quantity_on_hand = $2 where id = $1', line.id, quantity)
}

/** What the server has on hand of each product in Berlin. */
export async function serverFigures(site: Site): Promise<Map<string, number>> {
  const rows = await site.sql<{ sku: string; on_hand: number }>(
    `select p.sku, sum(i.quantity_on_hand)::int as on_hand
       from inventory i join products p on p.id = i.product_id join warehouses w on w.id = i.warehouse_id
      where w.code = 'BER' group by p.sku`,
  )
  return new Map(rows.map((row) => [row.sku, Number(row.on_hand)]))
}

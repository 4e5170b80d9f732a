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
  return new Map(rows.map((row) => [row.sku, row.on_hand]))
}

/** Adds products with stock in Berlin: with the demo's, 48,000 of them make a mirror of over 100,000 rows. */
export async function addBulkStock(site: Site, products: number): Promise<void> {
  await site.sql(
    `insert into products (sku, name, category, unit, reorder_point)
     select 'BULK-' || lpad(n::text, 6, '0'), 'Bulk article ' || n, 'Bulk', 'piece', 5
       from generate_series(1, $1::int) n`,
    products,
  )
  await site.sql(
    `insert into inventory (warehouse_id, product_id, bin, quantity_on_hand)
     select w.id, p.id, 'Z-01-1', 40 from products p, warehouses w
      where p.sku like 'BULK-%' and w.code = 'BER'`,
  )
}

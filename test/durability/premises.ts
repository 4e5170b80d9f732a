import { randomUUID } from 'node:crypto'
import type { ProductId, WarehouseId } from '#shared/domain/ids.ts'
import { WarehouseId as AnyWarehouse } from '#shared/domain/ids.ts'
import { must } from '#shared/lib/must.ts'
import type { Backend } from '#backend/backend.ts'
import { openBooks } from '#test/harness/site/books.ts'
import type { Books } from '#test/harness/site/books.ts'
import { hire, startQuickBackend } from '#test/harness/test-backend.ts'

/** A real backend with two halls, a few products, one person who manages both, and its books open. */
export interface Premises {
  backend: Backend
  user: { email: string; password: string }
  warehouse: WarehouseId
  books: Books
  /** On hand by product in the first hall, as the tables have it. */
  stock(): Promise<Record<ProductId, number>>
  close(): Promise<void>
}

const PRODUCTS = 8
const NOTICES = 40

export async function openPremises(): Promise<Premises> {
  const backend = await startQuickBackend()
  const { sql } = backend
  const user = await hire(backend, 'keeper@shelf.test')
  const hall = async (code: string, policy: string): Promise<WarehouseId> => {
    const rows = await sql<{ id: string }>(
      'insert into warehouses (code, name, negative_stock) values ($1, $1, $2) returning id',
      [code, policy],
    )
    return AnyWarehouse.parse(must(rows[0], 'the hall').id)
  }
  const warehouse = await hall('NORTH', 'accept_and_flag')
  // Here the server refuses what is not there: some transfers end on the desk.
  const other = await hall('SOUTH', 'refuse')
  await sql(
    `insert into warehouse_members (user_id, warehouse_id, role)
     select u.id, w.id, 'manager' from auth.users u, warehouses w where u.email = $1`,
    [user.email],
  )
  await sql(
    `insert into products (sku, name) select 'SKU-' || n, 'Thing ' || n from generate_series(1, $1::int) n`,
    [PRODUCTS],
  )
  await sql(
    `insert into inventory (warehouse_id, product_id, bin, quantity_on_hand)
     select w, id, bin, 40 from products, unnest($1::uuid[]) w, unnest(array['A-1', 'B-2']) bin`,
    [[warehouse, other]],
  )
  await sql(
    `insert into notifications (user_id, kind, title, body)
     select u.id, 'note', 'Note ' || n, $2 from auth.users u, generate_series(1, $3::int) n where u.email = $1`,
    [user.email, randomUUID(), NOTICES],
  )
  return {
    backend,
    user,
    warehouse,
    books: await openBooks(backend.sql),
    async stock() {
      const rows = await sql<{ id: ProductId; pieces: number }>(
        `select product_id as id, sum(quantity_on_hand)::int as pieces from inventory where warehouse_id = $1 group by 1`,
        [warehouse],
      )
      return Object.fromEntries(rows.map(({ id, pieces }) => [id, pieces]))
    },
    close: () => backend.stop(),
  }
}

import type { OrderId, ProductId, StationId, UserId } from '#shared/domain/ids.ts'
import type { Db, Statement } from './database.ts'

/** What people and things are called here; null for whom and what the mirror does not have. */
export interface KnownNames {
  person(id: UserId): string | null
  station(id: StationId): string | null
  product(id: ProductId): { sku: string; name: string } | null
  /** Its number. */
  order(id: OrderId): string | null
}

export function knownNames(db: Db): KnownNames {
  const named = (sql: string): Statement<[id: string], string> => db.prepare<[string], string>(sql).pluck()
  const person = named('select display_name from people where user_id = ?')
  const station = named('select name from stations where id = ?')
  const order = named('select number from sales_orders where id = ?')
  const product: Statement<[id: string], { sku: string; name: string }> = db.prepare(
    'select p.sku, p.name from product_no n join products p on p.no = n.no where n.id = ?',
  )
  return {
    person: (id) => person.get(id) ?? null,
    station: (id) => station.get(id) ?? null,
    product: (id) => product.get(id) ?? null,
    order: (id) => order.get(id) ?? null,
  }
}

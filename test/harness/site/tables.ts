import type { UserId, WarehouseId } from '#shared/domain/ids.ts'
import { siteScope, userScope, warehouseScope } from '#shared/domain/scope.ts'
import type { Scope } from '#shared/domain/scope.ts'
import type { MirroredTable } from '#engine/mirror/mirror.ts'

/* Rows as the server keeps them, and the statements that change them. */

export type Row = Record<string, unknown> & { id: string }

/** One statement on one table: one poke for each scope it touches. `update` carries whole rows. */
export type Statement =
  | { kind: 'insert' | 'update'; table: MirroredTable; rows: readonly Row[] }
  | { kind: 'delete'; table: MirroredTable; ids: readonly string[] }

/** Whose scope a table's rows live in: see rowSchemas. */
const owners = {
  products: null,
  product_barcodes: null,
  warehouses: ['warehouse', 'id'],
  inventory: ['warehouse', 'warehouse_id'],
  sales_orders: ['warehouse', 'warehouse_id'],
  sales_order_items: ['warehouse', 'warehouse_id'],
  alerts: ['warehouse', 'warehouse_id'],
  alert_receipts: ['warehouse', 'warehouse_id'],
  stations: ['warehouse', 'warehouse_id'],
  people: ['warehouse', 'warehouse_id'],
  notifications: ['user', 'user_id'],
  profiles: ['user', 'id'],
  warehouse_members: ['user', 'user_id'],
} as const satisfies Record<MirroredTable, readonly ['warehouse' | 'user', string] | null>

export const mirroredTables = Object.keys(owners) as MirroredTable[]

export function scopeOf(table: MirroredTable, row: Row): Scope {
  const owner = owners[table]
  if (owner === null) return siteScope
  const [kind, column] = owner
  const id = String(row[column])
  return kind === 'user' ? userScope(id as UserId) : warehouseScope(id as WarehouseId)
}

/** Every table's rows by id. */
export class Tables {
  private held: Map<MirroredTable, Map<string, Row>>

  constructor(held = new Map<MirroredTable, Map<string, Row>>()) {
    this.held = held
  }

  of(table: MirroredTable): Map<string, Row> {
    let rows = this.held.get(table)
    if (!rows) this.held.set(table, (rows = new Map<string, Row>()))
    return rows
  }

  all(table: MirroredTable): Row[] {
    return [...this.of(table).values()]
  }

  where(table: MirroredTable, column: string, value: unknown): Row[] {
    return this.all(table).filter((row) => row[column] === value)
  }

  apply(statement: Statement): void {
    const rows = this.of(statement.table)
    if (statement.kind === 'delete') for (const id of statement.ids) rows.delete(id)
    else for (const row of statement.rows) rows.set(row.id, row)
  }

  copy(): Tables {
    return new Tables(new Map([...this.held].map(([table, rows]) => [table, new Map(rows)])))
  }
}

/** The scopes a user may read, by the rule of the server. */
export function grantedScopes(tables: Tables, user: UserId): Scope[] {
  const mine = tables.where('warehouse_members', 'user_id', user).map((row) => String(row['warehouse_id']))
  return [
    ...(mine.length > 0 ? [siteScope] : []),
    userScope(user),
    ...mine.flatMap((id) => [`ledger:${id}` as Scope, warehouseScope(id as WarehouseId)]),
  ].sort()
}

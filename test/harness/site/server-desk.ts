import type { UserId, WarehouseId } from '#shared/domain/ids.ts'
import type { MemberRole } from '#shared/domain/rows.ts'
import { SCHEMA_VERSION } from '#shared/protocol/server.ts'
import { must } from '#shared/lib/must.ts'
import type { Clock } from '#engine/ports.ts'
import type { Failure, UpstreamUser } from '#engine/upstream/upstream.ts'
import type { Facts } from './facts.ts'
import { randomStatements, type ChangeKind } from './random-changes.ts'
import type { Chance } from './seeded.ts'
import { realtimeRefusals, refusals } from './server-condition.ts'
import type { ServerCondition } from './server-condition.ts'
import type { SiteServer } from './site-server.ts'
import { grantedScopes, Tables } from './tables.ts'
import type { Row, Statement } from './tables.ts'

/** What happens at the server: changes of rows, people's rights, and the server's own troubles. */
export interface ServerDesk {
  readonly users: readonly UpstreamUser[]
  readonly warehouses: readonly WarehouseId[]
  /** What the rows are, as written; the server itself may have added stamps. */
  readonly tables: Tables
  write(statement: Statement): Promise<void>
  /** Notes what was done past this desk. */
  note(): Promise<void>
  /** Something changes; what exactly, chance decides. @returns in words */
  change(kind?: ChangeKind): Promise<string>
  /** So many pieces more of `rows` stock rows of a warehouse, in one statement. */
  receive(warehouse: WarehouseId, rows: number, pieces?: number): Promise<void>
  /** So many new products with five pieces each in bin A-1. */
  stock(warehouse: WarehouseId, products: number): Promise<void>
  grant(user: UpstreamUser, warehouse: WarehouseId, role?: MemberRole): Promise<void>
  revoke(user: UpstreamUser, warehouse: WarehouseId): Promise<void>
  backUp(): Promise<void>
  /** Everything is as it was at the last `backUp`, and every epoch is new. */
  restoreBackup(): Promise<void>
  /** Tombstones older than this are forgotten. */
  prune(keepMs?: number): Promise<void>
  /** All connections break; nothing answers until `start`. */
  stop(): void
  start(): void
  /** Every question is answered with this; null: as usual. */
  refuse(how: keyof typeof refusals | null): void
  /** Every new feed is refused, and the open ones are closed; null: as usual. */
  refuseRealtime(how: keyof typeof realtimeRefusals | null): void
  /** Every open feed is closed by the server. */
  closeFeeds(because?: Failure): void
  schema(kind: 'newer' | 'older' | 'ours'): Promise<void>
}

export interface DeskPorts {
  server: SiteServer
  condition: ServerCondition
  clock: Clock
  chance: Chance
  facts: Facts
}

const drained: Failure = {
  kind: 'retry',
  because: 'server-error',
  afterMs: null,
  detail: 'The server closed the channel.',
}

/** Opens the doors: people, warehouses with a little stock, and everybody a manager of the first warehouse. */
export async function openDesk(
  ports: DeskPorts,
  size: { users: number; warehouses: number; products: number },
): Promise<ServerDesk> {
  const { server, condition, clock, chance, facts } = ports
  let tables = new Tables()
  let backup: Tables | null = null
  const users: UpstreamUser[] = []
  const warehouses: WarehouseId[] = []

  /** What is committed now came after every answer given at this moment. */
  async function note(): Promise<void> {
    const at = clock.now() + 0.5
    facts.noteHeads(at, await server.heads())
    for (const { id } of users) facts.noteGrants(at, id, grantedScopes(tables, id))
  }

  async function write(statement: Statement): Promise<void> {
    const size = statement.kind === 'delete' ? statement.ids.length : statement.rows.length
    if (size === 0) return
    tables.apply(statement)
    await server.write(statement)
    await note()
  }

  const insert = (table: Statement['table'], rows: readonly Row[]): Promise<void> =>
    write({ kind: 'insert', table, rows })

  const desk: ServerDesk = {
    users,
    warehouses,
    get tables() {
      return tables
    },
    write,
    note,
    async change(kind) {
      const { words, statements } = randomStatements(
        { tables, chance, users: users.map(({ id }) => id), warehouses, now: clock.now() },
        kind,
      )
      for (const statement of statements) await write(statement)
      return words
    },
    async receive(warehouse, rows, pieces = 1) {
      const some = tables.where('inventory', 'warehouse_id', warehouse).slice(0, rows)
      await write({
        kind: 'update',
        table: 'inventory',
        rows: some.map((row) => ({ ...row, quantity_on_hand: Number(row['quantity_on_hand']) + pieces })),
      })
    },
    async stock(warehouse, count) {
      const products = Array.from({ length: count }, () => productRow(chance))
      await insert('products', products)
      await insert(
        'inventory',
        products.map(({ id }) => ({
          id: chance.uuid(),
          warehouse_id: warehouse,
          product_id: id,
          bin: 'A-1',
          quantity_on_hand: 5,
          quantity_allocated: 0,
          changed_at: new Date(clock.now()).toISOString(),
        })),
      )
    },
    grant: (user, warehouse, role = 'picker') =>
      insert('warehouse_members', [{ id: chance.uuid(), user_id: user.id, warehouse_id: warehouse, role }]),
    async revoke(user, warehouse) {
      const ids = tables
        .where('warehouse_members', 'user_id', user.id)
        .filter((row) => row['warehouse_id'] === warehouse)
        .map(({ id }) => id)
      await write({ kind: 'delete', table: 'warehouse_members', ids })
    },
    async backUp() {
      backup = tables.copy()
      await server.backUp()
      facts.noteBackup()
    },
    async restoreBackup() {
      tables = must(backup, 'a backup').copy()
      await server.restore()
      facts.noteRestore()
      await note()
    },
    prune: (keepMs = 0) => server.prune(keepMs),
    stop() {
      condition.up = false
      for (const tell of [...condition.broken]) tell()
    },
    start() {
      condition.up = true
    },
    refuse(how) {
      condition.refusal = how && refusals[how]
    },
    refuseRealtime(how) {
      condition.realtimeRefusal = how && realtimeRefusals[how]
      if (how) desk.closeFeeds()
    },
    closeFeeds(because = drained) {
      for (const tell of [...condition.closed]) tell(because)
    },
    schema: (kind) =>
      server.schema({
        version: SCHEMA_VERSION + (kind === 'newer' ? 1 : kind === 'older' ? -1 : 0),
        minClient: SCHEMA_VERSION + (kind === 'newer' ? 1 : 0),
      }),
  }

  for (let no = 1; no <= size.users; no += 1) {
    const user: UpstreamUser = { id: chance.uuid() as UserId, email: `user${no}@shelf.test` }
    users.push(user)
    await server.addUser(user.id, `user${no}`)
    tables.apply({
      kind: 'insert',
      table: 'profiles',
      rows: [{ id: user.id, display_name: `user${no}`, language: null }],
    })
  }
  for (let no = 1; no <= size.warehouses; no += 1) {
    const id = chance.uuid() as WarehouseId
    warehouses.push(id)
    await insert('warehouses', [
      { id, code: `W${no}`, name: `Hall ${no}`, time_zone: 'UTC', negative_stock: 'accept_and_flag' },
    ])
  }
  for (const user of users) await desk.grant(user, must(warehouses[0], 'a warehouse'), 'manager')
  for (const warehouse of warehouses) await desk.stock(warehouse, size.products)
  await desk.backUp()
  return desk
}

export const productRow = (chance: Chance): Row => {
  const id = chance.uuid()
  return {
    id,
    sku: `SKU-${id.slice(0, 8)}`,
    name: `Thing ${chance.between(1, 9)}`,
    category: chance.happens(0.5) ? 'tools' : null,
    unit: 'piece',
    reorder_point: chance.between(0, 6),
  }
}

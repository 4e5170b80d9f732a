import { randomUUID } from 'node:crypto'
import { CommandOutcome } from '#shared/domain/commands.ts'
import type { MemberRole, NegativeStockPolicy } from '#shared/domain/rows.ts'
import type { Scope } from '#shared/domain/scope.ts'
import { BucketRows, Digest, PullAnswer, ScopePage } from '#shared/protocol/server.ts'
import { must } from '#shared/lib/must.ts'
import { asCaller, user, type Caller, type Sql } from './sql.ts'

/* Words for building a site and for asking what stations ask. Every id is new, so that tests can share a database. */

export async function addUser(sql: Sql, email = `${randomUUID()}@example.test`): Promise<string> {
  const id = randomUUID()
  await sql.query('insert into auth.users (id, email) values ($1, $2)', [id, email])
  return id
}

export async function addWarehouse(
  sql: Sql,
  policy: NegativeStockPolicy = 'accept_and_flag',
): Promise<string> {
  const id = randomUUID()
  await sql.query(
    `insert into public.warehouses (id, code, name, negative_stock) values ($1, $2, 'Hall', $3)`,
    [id, id.slice(0, 8), policy],
  )
  return id
}

export async function addMember(
  sql: Sql,
  userId: string,
  warehouseId: string,
  role: MemberRole,
): Promise<void> {
  await sql.query('insert into public.warehouse_members (user_id, warehouse_id, role) values ($1, $2, $3)', [
    userId,
    warehouseId,
    role,
  ])
}

export async function addProduct(sql: Sql): Promise<string> {
  const id = randomUUID()
  await sql.query(`insert into public.products (id, sku, name) values ($1, $2, 'Thing')`, [
    id,
    id.slice(0, 13),
  ])
  return id
}

export async function addStock(
  sql: Sql,
  warehouseId: string,
  productId: string,
  onHand: number,
  bin = 'A-01-1',
): Promise<string> {
  const [row] = await sql.query<{ id: string }>(
    `insert into public.inventory (warehouse_id, product_id, bin, quantity_on_hand) values ($1, $2, $3, $4) returning id`,
    [warehouseId, productId, bin, onHand],
  )
  return must(row, 'the new stock row').id
}

export interface Ask {
  scope: string
  epoch?: string | null
  seq?: number
  as_of?: string
}

/** sync_pull as this user, held to the protocol's schema. */
export async function pull(
  sql: Sql,
  userId: string,
  cursors: readonly Ask[],
  limit = 5000,
  unsure: readonly string[] = [],
): Promise<PullAnswer> {
  const full = cursors.map((cursor) => ({ epoch: null, seq: 0, ...cursor }))
  const [row] = await asCaller(sql, user(userId), (as) =>
    as.query<{ answer: unknown }>('select public.sync_pull($1, $2, $3::uuid[]) as answer', [
      JSON.stringify(full),
      limit,
      `{${unsure.join(',')}}`,
    ]),
  )
  return PullAnswer.parse(row?.answer)
}

export async function pullOne(sql: Sql, userId: string, ask: Ask, limit = 5000): Promise<ScopePage> {
  return must((await pull(sql, userId, [ask], limit)).pages[0], `a page of ${ask.scope}`)
}

export async function digest(sql: Sql, caller: Caller, scope: string): Promise<Digest> {
  const [row] = await asCaller(sql, caller, (as) =>
    as.query<{ answer: unknown }>('select public.sync_digest($1) as answer', [scope]),
  )
  return Digest.parse(row?.answer)
}

/** sync_buckets as this caller, held to the protocol's schema. */
export async function bucketRows(
  sql: Sql,
  caller: Caller,
  scope: string,
  buckets: unknown,
): Promise<BucketRows> {
  const [row] = await asCaller(sql, caller, (as) =>
    as.query<{ answer: unknown }>('select public.sync_buckets($1, $2) as answer', [
      scope,
      JSON.stringify(buckets),
    ]),
  )
  return BucketRows.parse(row?.answer)
}

export async function apply(
  sql: Sql,
  userId: string,
  commands: readonly unknown[],
): Promise<CommandOutcome[]> {
  const [row] = await asCaller(sql, user(userId), (as) =>
    as.query<{ answer: unknown }>('select public.apply_commands($1) as answer', [JSON.stringify(commands)]),
  )
  return CommandOutcome.array().parse(row?.answer)
}

export const command = (
  kind: 'receive' | 'pick' | 'adjust',
  warehouseId: string,
  productId: string,
  quantity: number,
  more: Record<string, unknown> = {},
): Record<string, unknown> => ({
  kind,
  mutation_id: randomUUID(),
  warehouse_id: warehouseId,
  product_id: productId,
  bin: 'A-01-1',
  quantity,
  station_id: null,
  operator_id: null,
  happened_at: '2026-03-01T08:30:00+01:00',
  reference: null,
  ...(kind === 'adjust' ? { reason: 'counted' } : {}),
  ...more,
})

export const warehouseScope = (id: string): Scope => `warehouse:${id}` as Scope

export async function head(sql: Sql, scope: string): Promise<number> {
  const [row] = await sql.query<{ head: number }>(
    'select head::integer as head from public.sync_scopes where scope = $1',
    [scope],
  )
  return row?.head ?? 0
}

import { randomUUID } from 'node:crypto'
import { createClient } from '@supabase/supabase-js'
import WebSocket from 'ws'
import type { WarehouseId } from '#shared/domain/ids.ts'
import { connectSupabase } from '#engine/upstream/supabase.ts'
import { realClock } from '#engine/platform/real-clock.ts'
import type { ServerAddress } from '#engine/ports.ts'
import type { Upstream } from '#engine/upstream/upstream.ts'
import { startBackend } from '#backend/compose.ts'
import type { Backend, BackendOptions } from '#backend/backend.ts'
import { memorySecrets } from './memory-secrets.ts'
import { recordedLog } from './recorded-log.ts'

/** An embedded backend with a warehouse of its own that its user manages. */
export interface TestBackend extends Backend {
  address: ServerAddress
  user: { email: string; password: string }
  warehouseId: WarehouseId
  /** Adds products with one stock row each to the test warehouse, in one statement for each table. */
  addStock(rows: number): Promise<void>
  /** One more piece in the bin of `rows` stock rows of the test warehouse, in one statement: one poke. */
  receive(rows: number): Promise<void>
  /** A station's way to this backend, with a session store of its own. */
  connect(secrets?: ReturnType<typeof memorySecrets>): Upstream & { log: ReturnType<typeof recordedLog> }
}

/** Short pauses where the real server makes clients wait: tests have no time for them. */
export const startQuickBackend = (options: Partial<BackendOptions> = {}): Promise<Backend> =>
  startBackend({
    port: 0,
    seed: 'empty',
    faults: true,
    ...options,
    realtime: { connectErrorBackoffMs: 10, joinErrorBackoffMs: 10, ...options.realtime },
  })

/** With the demo's 16,000 rows, unless a test asks for an empty one. */
export async function startTestBackend(options: Partial<BackendOptions> = {}): Promise<TestBackend> {
  const backend = await startQuickBackend({ seed: 'demo', ...options })
  const user = backend.demoUser ?? (await hire(backend, 'keeper@shelf.test'))
  const warehouseId = randomUUID() as WarehouseId
  await backend.sql('insert into warehouses (id, code, name) values ($1, $2, $3)', [
    warehouseId,
    `T-${warehouseId.slice(0, 4)}`,
    'Test hall',
  ])
  await backend.sql(
    `insert into warehouse_members (user_id, warehouse_id, role)
     select id, $1, 'manager' from auth.users where email = $2`,
    [warehouseId, user.email],
  )
  const address: ServerAddress = { url: backend.url, anonKey: backend.anonKey, embedded: true }
  let batches = 0

  return {
    ...backend,
    address,
    user,
    warehouseId,
    async addStock(rows) {
      batches += 1
      const prefix = `TEST-${batches}-`
      await backend.sql(
        `insert into products (sku, name, reorder_point)
         select $1 || n, 'Test product ' || n, n % 7 from generate_series(1, $2::int) n`,
        [prefix, rows],
      )
      await backend.sql(
        `insert into inventory (warehouse_id, product_id, bin, quantity_on_hand)
         select $1, id, 'A-1', 5 from products where starts_with(sku, $2)`,
        [warehouseId, prefix],
      )
    },
    async receive(rows) {
      await backend.sql(
        `update inventory set quantity_on_hand = quantity_on_hand + 1, changed_at = now()
         where id in (select id from inventory where warehouse_id = $1 order by id limit $2)`,
        [warehouseId, rows],
      )
    },
    connect(secrets = memorySecrets()) {
      const log = recordedLog()
      return { ...connectSupabase({ address, clock: realClock, log, secrets }), log }
    },
  }
}

/** Makes a user who can sign in. */
export async function hire({ url, serviceRoleKey }: Backend, email: string): Promise<TestBackend['user']> {
  const user = { email, password: `password of ${email}` }
  const server = createClient(url, serviceRoleKey, {
    auth: { persistSession: false, autoRefreshToken: false },
    realtime: { transport: WebSocket as never },
  })
  const { error } = await server.auth.admin.createUser({ ...user, email_confirm: true })
  if (error) throw error
  return user
}

import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { UserId, WarehouseId } from '#shared/domain/ids.ts'
import { siteScope, warehouseScope, type Scope } from '#shared/domain/scope.ts'
import { must } from '#shared/lib/must.ts'
import type { Change } from '#shared/protocol/server.ts'
import type { LocalMirror } from '#engine/mirror/mirror.ts'
import { openMirror } from '#engine/mirror/sqlite-mirror.ts'
import { realClock } from '#engine/platform/real-clock.ts'
import { recordedLog } from '#test/harness/recorded-log.ts'
import { DEMO_LINES, type SharedStage } from './shared-stage.ts'

/*
 * A station's folder with a mirror of any size: that of a console that has signed in, grown by the engine's own mirror as if
 * the server had sent the rows. A server that knows nothing of them must not be in reach of who opens it.
 */

const BATCH = 5_000
const COLOURS = ['RED', 'BLUE', 'GREEN', 'WHITE', 'PINK']
const THINGS = ['MUG', 'LANTERN', 'HEART', 'CAKE TIN', 'LUNCH BAG', 'BUNTING', 'CLOCK']

/** Scattered like random uuids, but the same each time. */
const uuid = (n: number, kind: number): string => {
  const scattered = (Math.imul(n + kind * 7_919, 2_654_435_761) >>> 0).toString(16).padStart(8, '0')
  return `${scattered}-0000-4000-8000-${(kind * 1e9 + n).toString(16).padStart(12, '0')}`
}

const product = (n: number) => ({
  id: uuid(n, 1),
  sku: `G-${(n * 7_919) % 9_000_000}`,
  name: `SET OF ${n % 97} VINTAGE ${COLOURS[n % 5] ?? ''} ${THINGS[n % 7] ?? ''} ${n}`,
  category: null,
  unit: 'pcs',
  reorder_point: 10,
})

const stockOf = (warehouse: WarehouseId) => (n: number) => ({
  id: uuid(n, 2),
  warehouse_id: warehouse,
  product_id: uuid(n, 1),
  bin: `${String.fromCharCode(65 + (n % 20))}-${n % 50}-${n % 7}`,
  quantity_on_hand: (n * 31) % 300,
  quantity_allocated: n % 5,
  changed_at: new Date(1_760_000_000_000 + n * 1_000).toISOString(),
})

function grow(
  mirror: LocalMirror,
  scope: Scope,
  table: 'products' | 'inventory',
  count: number,
  row: (n: number) => { id: string },
): void {
  const { epoch: known, seq: base } = mirror.cursor(scope)
  const epoch = must(known, `an epoch of ${scope}`)
  for (let from = 0; from < count; from += BATCH) {
    const to = Math.min(from + BATCH, count)
    const changes = Array.from({ length: to - from }, (_, at): Change => {
      const made = row(from + at)
      return { table, id: made.id, seq: base + from + at + 1, row: made }
    })
    const step = { scope, epoch, from: base + from, to: base + to, startOver: false, changes }
    const applied = mirror.apply({ ...step, serverTime: Date.now() })
    if (applied.kind !== 'applied' || applied.unreadable.length > 0)
      throw new Error('The rows were not taken.')
  }
}

/**
 * @param rows stock lines the warehouse on screen shall have
 * @returns the folder; it goes with the stage
 */
export async function grownStation(stage: SharedStage, rows: number): Promise<string> {
  const { site, cable, folder } = stage
  const home = join(folder, `grown-${rows}`)
  await rm(home, { recursive: true, force: true })
  await cp(await stage.smallStation(), home, { recursive: true })
  const [hall] = await site.sql<{ id: WarehouseId }>(`select id from warehouses where code = 'BER'`)
  const [person] = await site.sql<{ id: UserId }>(
    'select id from auth.users where email = $1',
    site.user.email,
  )
  const warehouse = must(hall, 'Berlin').id
  const { mirror } = openMirror({
    directory: join(home, 'mirrors'),
    serverUrl: cable.url,
    owner: must(person, 'the user').id,
    nativeBinding: null,
    clock: realClock,
    log: recordedLog(),
  })
  const missing = Math.max(0, rows - DEMO_LINES)
  grow(mirror, siteScope, 'products', missing, product)
  grow(mirror, warehouseScope(warehouse), 'inventory', missing, stockOf(warehouse))
  mirror.close()
  return home
}

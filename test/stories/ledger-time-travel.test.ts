import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ProductId, WarehouseId } from '#shared/domain/ids.ts'
import { must } from '#shared/lib/must.ts'
import { MINUTE_MS } from '#shared/lib/time.ts'
import { LedgerClock } from '#shared/protocol/ledger.ts'
import { seededRandom } from '#test/harness/seeded-random.ts'
import { readImportFile } from '../../src/main/import/read-file.ts'
import { scratchFolder } from '../../src/main/import/testing/samples.ts'
import { openTarget } from '../../scripts/import/target.ts'
import { send } from '../../scripts/import/send.ts'
import { Movements } from '../../scripts/replay/movements.ts'
import { readMovingLines } from '../../scripts/replay/read-lines.ts'
import { signIn } from '../../scripts/replay/session.ts'
import { askLedger } from './support/ledger.ts'
import { openPremises } from './support/premises.ts'
import type { Person, Premises } from './support/premises.ts'
import { retailFile } from './support/retail-file.ts'

/*
 * Time travel over retail invoice lines: generated ones, or those of a real file:
 * `SMART_SHELF_DATA=FILE.csv.gz npx vitest run test/stories/ledger-time-travel.test.ts`.
 */

const DATA = process.env['SMART_SHELF_DATA']
const SEED = Number(process.env['SMART_SHELF_SEED'] ?? 20_261_123)
const PAIRS = 200
const REPLAYED = DATA === undefined ? 400 : 3_000
const BATCH = 50

let premises: Premises
let scratch: Awaited<ReturnType<typeof scratchFolder>>
beforeAll(async () => {
  premises = await openPremises()
  scratch = await scratchFolder()
})
afterAll(async () => {
  await premises.close()
  await scratch.gone()
})

interface Raw extends Record<string, unknown> {
  product: ProductId
  bin: string
  quantity: number
  /** Microseconds since 1970. */
  happened: number
  received: number
}

/** Imports the file and plays its lines as live movements, some of them told hours late. */
async function fill(code: string, file: string, random: () => number): Promise<WarehouseId> {
  const { backend } = premises
  const target = await openTarget({ url: backend.url, serviceKey: backend.serviceRoleKey })
  const read = await readImportFile(file, {
    warehouseCode: code,
    ordersSince: null,
    progress: () => undefined,
  })
  const { warehouse_id } = await send(
    target,
    read.plan,
    { code, time_zone: 'Europe/London' },
    () => undefined,
  )
  await target.close()
  const warehouseId = warehouse_id as WarehouseId
  const clerk = await premises.person(`clerk.${code}`, { id: warehouseId, name: code })
  await replay(clerk, code, file, random)
  return warehouseId
}

async function replay(clerk: Person, code: string, file: string, random: () => number): Promise<void> {
  const { url, anonKey } = premises.backend
  const session = await signIn(url, anonKey, clerk.email, clerk.password)
  const warehouseId = await session.warehouse(code)
  const late = (): number => (random() < 0.3 ? Math.floor(random() * 600) * MINUTE_MS : 0)
  const movements = new Movements(await readMovingLines(file, REPLAYED), {
    warehouseId,
    shelves: await session.shelves(warehouseId),
    newId: randomUUID,
    now: () => new Date(Date.now() - late()),
  })
  for (let done = 0; done < REPLAYED; done += BATCH) {
    const outcomes = await session.apply(movements.take(BATCH, true))
    expect(outcomes.filter(({ outcome }) => outcome !== 'applied')).toEqual([])
  }
}

test(`time travel: for ${PAIRS} random (product, moment) pairs the shown stock is what the raw ledger adds up to, by both clocks`, async () => {
  const random = seededRandom(SEED)
  const chance = (below: number): number => Math.floor(random() * below)
  console.log(`seed ${SEED}, ${DATA === undefined ? 'generated lines' : 'the lines of SMART_SHELF_DATA'}`)
  const code = 'TRAVEL'
  const file = DATA ?? (await scratch.file('invoices.csv', retailFile(random)))
  // Looked at from a terminal that is still catching up with all this, as far as that goes: the answers are the server's.
  const hall = await premises.warehouse(code)
  const viewer = await premises.person('viewer', hall)
  const terminal = await premises.terminal(viewer)
  const warehouseId = await fill(code, file, random)
  expect(warehouseId).toBe(hall.id)
  const raw = await premises.backend.sql<Raw>(
    `select product_id as product, bin, quantity, (extract(epoch from happened_at) * 1000000)::float8 as happened,
       (extract(epoch from received_at) * 1000000)::float8 as received
     from stock_movements where warehouse_id = $1`,
    [warehouseId],
  )
  const ofProduct = groupedBy(raw, ({ product }) => product)
  const products = [...ofProduct.keys()].sort()
  const seen = new Set<string>()
  let sizes = 0
  for (let pair = 0; pair < PAIRS; pair++) {
    const productId = must(products[chance(products.length)], 'a product')
    const rows = must(ofProduct.get(productId), 'its rows')
    for (const clock of LedgerClock.options) {
      const times = rows.map((row) => row[clock]).sort((a, b) => a - b)
      const [first, last] = [must(times[0], 'the first'), must(times.at(-1), 'the last')]
      // Half of them at a movement, to the millisecond, where a wrong comparison would show; half anywhere.
      const at =
        random() < 0.5
          ? must(times[chance(times.length)], 'a time')
          : first + (random() * 1.1 - 0.05) * (last - first)
      const moment = Math.round(at / 1_000) + (random() < 0.5 ? 0 : 1)
      const then = rows.filter((row) => row[clock] <= moment * 1_000)
      const bins = groupedBy(then, ({ bin }) => bin)
      const told = await askLedger(terminal, 'stock.at', { warehouseId, productId, moment, clock })
      if (!told.ok) throw new Error(told.error.message)
      const label = `${productId} at ${new Date(moment).toISOString()} by ${clock}`
      expect(told.value.total, label).toBe(total(then))
      expect(Object.fromEntries(told.value.bins.map(({ bin, quantity }) => [bin, quantity])), label).toEqual(
        Object.fromEntries([...bins].map(([bin, mine]) => [bin, total(mine)])),
      )
      sizes += then.length
      seen.add(label)
    }
  }
  // Not two hundred looks at nothing.
  expect(seen.size).toBeGreaterThan(PAIRS)
  expect(sizes).toBeGreaterThan(PAIRS)
  console.log(`${raw.length} movements of ${products.length} products; ${sizes} of them in what was asked`)
}, 1_800_000)

const total = (rows: readonly Raw[]): number => rows.reduce((sum, { quantity }) => sum + quantity, 0)

function groupedBy<K>(rows: readonly Raw[], keyOf: (row: Raw) => K): Map<K, Raw[]> {
  const groups = new Map<K, Raw[]>()
  for (const row of rows) {
    const key = keyOf(row)
    const group = groups.get(key)
    if (group) group.push(row)
    else groups.set(key, [row])
  }
  return groups
}

/*
 * What the mirror and its views cost, on this machine: `npx node test/bench/mirror.ts [--lines 100000,1000000]`.
 * Raw rates beside ours are better-sqlite3 with the same pragmas: once into a bare table, once into the very tables and
 * indexes of the mirror, with nothing parsed, compared or derived.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { ProductId, UserId, WarehouseId } from '#shared/domain/ids.ts'
import { siteScope, warehouseScope, type Scope } from '#shared/domain/scope.ts'
import type { Change } from '#shared/protocol/server.ts'
import type { ListParams } from '#shared/protocol/views.ts'
import { migrate } from '#engine/mirror/migrations/index.ts'
import type { LocalMirror } from '#engine/mirror/mirror.ts'
import { openForWriting } from '#engine/mirror/open-database.ts'
import { mirrorPath, openMirror } from '#engine/mirror/sqlite-mirror.ts'
import { realClock } from '#engine/platform/real-clock.ts'
import type { WindowId } from '#engine/ports.ts'
import { createViewHost } from '#engine/views/sql-view-host.ts'
import { recordedLog } from '../harness/recorded-log.ts'

const { values } = parseArgs({ options: { lines: { type: 'string', default: '100000,1000000' } } })
const BATCH = 5_000
const warehouse = '0a0a0a0a-0000-4000-8000-000000000000' as WarehouseId
const owner = '0b0b0b0b-0000-4000-8000-000000000000' as UserId
const epoch = '0e0e0e0e-0000-4000-8000-000000000000'
const colours = ['RED', 'BLUE', 'GREEN', 'WHITE', 'PINK']
const things = ['MUG', 'LANTERN', 'HEART', 'CAKE TIN', 'LUNCH BAG', 'BUNTING', 'CLOCK']

/** Scattered like random uuids, but the same each time. */
const uuid = (n: number, kind: number): string => {
  const scattered = (Math.imul(n + kind * 7_919, 2_654_435_761) >>> 0).toString(16).padStart(8, '0')
  return `${scattered}-0000-4000-8000-${(kind * 1e9 + n).toString(16).padStart(12, '0')}`
}

const product = (n: number) => ({
  id: uuid(n, 1),
  sku: `${10_000 + ((n * 7_919) % 9_000_000)}${n % 3 === 0 ? 'A' : ''}`,
  name: `SET OF ${n % 97} VINTAGE ${colours[n % 5] ?? ''} ${things[n % 7] ?? ''} ${n}`,
  category: null,
  unit: 'pcs',
  reorder_point: 10,
})

const stock = (n: number, quantity = (n * 31) % 300) => ({
  id: uuid(n, 2),
  warehouse_id: warehouse,
  product_id: uuid(n, 1),
  bin: `${String.fromCharCode(65 + (n % 20))}-${n % 50}-${n % 7}`,
  quantity_on_hand: quantity,
  quantity_allocated: n % 5,
  changed_at: new Date(1_760_000_000_000 + n * 1_000).toISOString(),
})

const print = (what: string, figure: string): void => console.log(`${what.padEnd(58)} ${figure}`)
const ms = (value: number): string => `${value.toFixed(2)} ms`
const rate = (rows: number, elapsedMs: number, cpuMs: number): string =>
  `${Math.round((rows / elapsedMs) * 1_000).toLocaleString('en')} rows/s (${Math.round((rows / cpuMs) * 1_000).toLocaleString('en')} per CPU second)`

function timed<T>(work: () => T): { value: T; elapsedMs: number; cpuMs: number } {
  const cpu = process.cpuUsage()
  const start = performance.now()
  const value = work()
  const elapsedMs = performance.now() - start
  const { user, system } = process.cpuUsage(cpu)
  return { value, elapsedMs, cpuMs: (user + system) / 1_000 }
}

function percentiles(samples: number[]): string {
  const sorted = [...samples].sort((a, b) => a - b)
  const at = (share: number): string => ms(sorted[Math.floor((sorted.length - 1) * share)] ?? 0)
  return `p50 ${at(0.5)}, p99 ${at(0.99)}`
}

function openIn(directory: string) {
  const options = { directory, serverUrl: 'http://localhost', owner, nativeBinding: null }
  return openMirror({ ...options, clock: realClock, log: recordedLog() })
}

/** Applies rows in batches; making and parsing JSON is not counted, validating rows is. */
function fill(
  mirror: LocalMirror,
  scope: Scope,
  table: string,
  lines: number,
  row: (n: number) => { id: string },
) {
  let elapsedMs = 0
  let cpuMs = 0
  for (let from = 0; from < lines; from += BATCH) {
    const to = Math.min(from + BATCH, lines)
    const changes: Change[] = []
    for (let n = from; n < to; n++) {
      const made = row(n)
      changes.push({ table, id: made.id, seq: n + 1, row: made })
    }
    const applied = timed(() =>
      mirror.apply({ scope, epoch, from, to, startOver: false, changes, serverTime: Date.now() }),
    )
    if (applied.value.kind !== 'applied' || applied.value.unreadable.length > 0)
      throw new Error('Not applied.')
    elapsedMs += applied.elapsedMs
    cpuMs += applied.cpuMs
  }
  print(`apply ${table}, batches of ${BATCH}`, rate(lines, elapsedMs, cpuMs))
}

function raw(lines: number, tables: 'a bare table' | "the mirror's tables"): void {
  const directory = mkdtempSync(path.join(tmpdir(), 'bench-'))
  const db = openForWriting(path.join(directory, 'raw.db'), null)
  migrate(db)
  const columns = 'id, scope, seq, product, bin, quantity_on_hand, quantity_allocated, changed_at'
  db.exec(
    `create table bare (id text primary key, scope, seq, product, bin, quantity_on_hand, quantity_allocated, changed_at)`,
  )
  const whole = tables === "the mirror's tables"
  const base = db.prepare(
    `insert into ${whole ? 'inventory' : 'bare'} (${columns}) values (?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const line = db.prepare(`
    insert into stock_line (warehouse, product, bin, bin_key, other_bins, on_hand, allocated, free, changed_at, state, sku_key, name_key)
    values (1, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?)`)
  const insert = (n: number): void => {
    const row = stock(n)
    const { sku, name } = product(n)
    const { quantity_on_hand: onHand, quantity_allocated: allocated } = row
    base.run(row.id, 1, n + 1, n + 1, row.bin, onHand, allocated, row.changed_at)
    if (!whole) return
    line.run(
      n + 1,
      row.bin,
      row.bin,
      onHand,
      allocated,
      onHand - allocated,
      n,
      onHand < 15 ? 1 : 0,
      sku,
      name,
    )
  }
  const { elapsedMs, cpuMs } = timed(() => {
    for (let from = 0; from < lines; from += BATCH) {
      db.transaction(() => {
        for (let n = from; n < Math.min(from + BATCH, lines); n++) insert(n)
      })()
    }
  })
  print(`raw inserts into ${tables}`, rate(lines, elapsedMs, cpuMs))
  db.close()
  rmSync(directory, { recursive: true })
}

const first100: ListParams<'stock.list'> = {
  warehouseId: warehouse,
  search: '',
  filter: 'all',
  sort: 'sku',
  direction: 'asc',
  offset: 0,
  limit: 100,
}

function windows(mirror: LocalMirror, lines: number): void {
  const asked: [what: string, params: Partial<ListParams<'stock.list'>>][] = [
    ['first 100 by SKU', {}],
    ['100 in the middle by SKU', { offset: Math.floor(lines / 2) }],
    ['100 in the middle by available', { offset: Math.floor(lines / 2), sort: 'available' }],
    ['the last 100 by name, descending', { offset: lines - 100, sort: 'name', direction: 'desc' }],
    ['first 100 low by bin', { filter: 'low', sort: 'bin' }],
    ['search of a few ("lantern 77777")', { search: 'lantern 77777' }],
    ['search of a seventh ("lantern")', { search: 'lantern' }],
    ['search of two letters ("nt")', { search: 'nt' }],
    ['search of one digit ("7")', { search: '7' }],
  ]
  for (const [what, params] of asked) {
    const samples: number[] = []
    let total = 0
    const until = performance.now() + 1_500
    do {
      const { value, elapsedMs } = timed(() => mirror.stockList({ ...first100, ...params }))
      total = value.total
      samples.push(elapsedMs)
    } while (performance.now() < until && samples.length < 200)
    print(`window: ${what}, of ${total.toLocaleString('en')}`, percentiles(samples))
  }
}

/** From the call of `apply` with one change to the delta in the hands of the post, with four windows open. */
function deltas(mirror: LocalMirror, lines: number): void {
  let seq = lines
  let posted = 0
  const host = createViewHost({ clock: realClock, log: recordedLog(), post: () => (posted += 1) })
  host.attach(mirror)
  const middle = Math.floor(lines / 2)
  for (const window of [1, 2, 3, 4]) {
    const offset = window === 4 ? middle : 0
    host.open(window as WindowId, 'list' as never, { name: 'stock.list', params: { ...first100, offset } })
    host.open(window as WindowId, 'sum' as never, { name: 'summary', params: { warehouseId: warehouse } })
  }
  const shown = mirror.stockList(first100).rows.map(({ id }) => id)
  const numbers = Array.from({ length: lines }, (_, n) => n).filter((n) =>
    shown.includes(uuid(n, 1) as ProductId),
  )
  const change = (n: number, quantity: number) => {
    const row = stock(n, quantity)
    const result = mirror.apply({
      scope: warehouseScope(warehouse),
      epoch,
      from: seq,
      to: (seq += 1),
      startOver: false,
      changes: [{ table: 'inventory', id: row.id, seq, row }],
      serverTime: Date.now(),
    })
    if (result.kind === 'applied') host.changed(result.changeset)
  }
  const samples: number[] = []
  for (let i = 0; i < 300; i++) {
    // Each after a quiet frame, as a person's single change is.
    const quiet = performance.now() + 17
    while (performance.now() < quiet);
    const before = posted
    samples.push(timed(() => change(numbers[i % numbers.length] ?? 0, 1_000 + i)).elapsedMs)
    if (posted === before) throw new Error('A change in the window was not posted.')
  }
  print('one change to its deltas in four windows', percentiles(samples))
  const burst = timed(() => {
    for (let i = 0; i < 4_000; i++) change((i * 7_919) % lines, i % 500)
  })
  print(
    '4,000 single changes with four windows open',
    `${Math.round(4_000 / (burst.elapsedMs / 1_000)).toLocaleString('en')} a second`,
  )
  host.stop()
}

print(
  'machine',
  `${cpus().length} × ${cpus()[0]?.model ?? '?'}, Node ${process.version}, load ${(loadavg()[0] ?? 0).toFixed(1)}`,
)
for (const lines of (values.lines ?? '').split(',').map(Number)) {
  console.log(`\n${lines.toLocaleString('en')} lines`)
  const directory = mkdtempSync(path.join(tmpdir(), 'bench-'))
  raw(Math.min(lines, 200_000), 'a bare table')
  raw(Math.min(lines, 200_000), "the mirror's tables")
  const { mirror } = openIn(directory)
  fill(mirror, siteScope, 'products', lines, product)
  fill(mirror, warehouseScope(warehouse), 'inventory', lines, stock)
  mirror.close()
  const opened = timed(() => {
    const again = openIn(directory).mirror
    again.stockList(first100)
    return again
  })
  print('open to the first 100 rows', ms(opened.elapsedMs))
  windows(opened.value, lines)
  deltas(opened.value, lines)
  const digest = timed(() => opened.value.digest(warehouseScope(warehouse)))
  print('digest of the warehouse', ms(digest.elapsedMs))
  opened.value.close()
  print('file', `${Math.round(statSync(mirrorPath(directory, 'http://localhost', owner)).size / 1e6)} MB`)
  rmSync(directory, { recursive: true })
}

import { statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Feed, mirrorFolder, north, owner, product, stock } from '#test/harness/mirror-data.ts'
import { realClock } from '../platform/real-clock.ts'
import { migrate } from './migrations/index.ts'
import type { LocalMirror } from './mirror.ts'
import { openForWriting } from './open-database.ts'
import { openInspector } from './sqlite-inspector.ts'
import { mirrorPath } from './sqlite-mirror.ts'
import { SqliteMirror } from './store.ts'

const MIB = 1024 * 1024
/** Another thread takes it in from 32 MiB on; the transaction that reaches it is added whole, and with ids at random it touches most pages. */
const BOUND = 64 * MIB
/** Where no other thread does, a commit does from 128 MiB on. */
const OVERLONG = 160 * MIB

let folder: ReturnType<typeof mirrorFolder>
let file: string
let mirror: LocalMirror
let feed: Feed

beforeEach(() => {
  folder = mirrorFolder()
  file = mirrorPath(folder.directory, folder.options.serverUrl, owner)
  mirror = folder.open().mirror
  feed = new Feed()
})
afterEach(() => folder.remove())

const shelf = stock('anything', 1)

const inFile = (): number => statSync(file).size
const logBytes = (): number => statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0

/** Scattered like random uuids, without the cost of a hash for each. */
const uuid = (n: number, kind: number): string =>
  `${(Math.imul(n + kind * 7_919, 2_654_435_761) >>> 0).toString(16).padStart(8, '0')}-0000-4000-8000-${String(kind * 1e9 + n).padStart(12, '0')}`

/** @returns the largest the log ever was */
function write(rows: number, perBatch: number, quantity = 1): number {
  let largest = 0
  for (let n = 0; n < rows; n += perBatch) {
    const stocks = Array.from({ length: perBatch }, (_, i): [table: string, row: Record<string, unknown>] => [
      'inventory',
      { ...shelf, id: uuid(n + i, 1), product_id: uuid(n + i, 2), quantity_on_hand: quantity },
    ])
    mirror.apply(feed.north(...stocks))
    largest = Math.max(largest, logBytes())
  }
  return largest
}

/** Somebody who looks at the file and takes their time. */
function reader(): { close(): void } {
  const db = new Database(file, { readonly: true })
  db.exec('begin')
  db.prepare('select count(*) from scopes').get()
  return db
}

test('a first download of 200,000 rows keeps the log bounded even by itself, and idle it is cut back to nothing', () => {
  const before = inFile()
  expect(write(200_000, 5_000)).toBeLessThan(OVERLONG)
  expect(inFile()).toBeGreaterThan(before)
  expect(mirror.checkpoint()).toBe(0)
  expect(logBytes()).toBe(0)
  mirror.apply(feed.site(['products', { ...product('mug'), id: uuid(7, 2) }]))
  expect(mirror.summary({ warehouseId: north })).toMatchObject({ products: 1, unitsOnHand: 1 })
})

test('while somebody reads, writes go on and a checkpoint waits for nobody; when they are done it cuts the log back', () => {
  write(500, 100)
  const reading = reader()
  write(5_000, 500, 2)
  expect(mirror.checkpoint()).toBeGreaterThan(0)
  expect(mirror.checkpoint()).toBe(logBytes())
  expect(folder.log.events()).toEqual([])
  reading.close()
  expect(mirror.checkpoint()).toBe(0)
  expect(mirror.rows('inventory')).toHaveLength(5_000)
})

test('a log that grew behind a long reader is cut back by the next checkpoint, and does not grow from there', () => {
  const reading = reader()
  const grown = write(20_000, 2_000)
  reading.close()
  expect(mirror.checkpoint()).toBe(0)
  expect(write(20_000, 2_000, 3)).toBeLessThanOrEqual(grown)
  expect(mirror.checkpoint()).toBe(0)
})

test('a checkpoint inside which somebody else writes is no trouble', () => {
  write(100, 100)
  const other = new Database(file)
  other.exec('begin immediate')
  other.prepare("insert into meta values ('other', 'x')").run()
  expect(() => mirror.checkpoint()).not.toThrow()
  other.exec('rollback')
  other.close()
  expect(mirror.checkpoint()).toBe(0)
})

/** Rows in one bulk write after another, each of them some MiB of log. */
async function writeInBulk(rows: number, perCommit: number, relieve: () => Promise<void>): Promise<number> {
  let largest = 0
  for (let n = 0; n < rows; n += perCommit) {
    const bulk = mirror.openBulk()
    const stocks = Array.from(
      { length: perCommit },
      (_, i): [table: string, row: Record<string, unknown>] => [
        'inventory',
        { ...shelf, id: uuid(n + i, 1), product_id: uuid(n + i, 2) },
      ],
    )
    await bulk.apply(feed.north(...stocks), () => Promise.resolve())
    bulk.end()
    await relieve()
    largest = Math.max(largest, logBytes())
  }
  return largest
}

test('no commit takes a long log into the file by itself; another thread does, and it stays bounded', async () => {
  const inspector = openInspector({ path: file, nativeBinding: null, clock: realClock, log: folder.log })
  let reliefs = 0
  const largest = await writeInBulk(60_000, 2_500, async () => {
    if (mirror.logLength() === 'short') return
    reliefs += 1
    await inspector.checkpoint()
  })
  expect(reliefs).toBeGreaterThan(0)
  expect(largest).toBeLessThan(BOUND)
  await inspector.stop()
  expect(mirror.checkpoint()).toBe(0)
  expect(mirror.rows('inventory')).toHaveLength(60_000)
})

test('[O1] a commit that finds the log long leaves it alone: whoever waits for it does not wait for the disk', async () => {
  await writeInBulk(45_000, 2_500, () => Promise.resolve())
  expect(mirror.logLength()).toBe('long')
  const before = inFile()
  write(1, 1)
  expect(inFile()).toBe(before)
})

test('a log that nobody takes in is long, and then too long, before a commit has to do it', async () => {
  const before = inFile()
  const lengths = new Set<string>()
  await writeInBulk(100_000, 2_500, () => {
    if (inFile() === before) lengths.add(mirror.logLength())
    return Promise.resolve()
  })
  expect([...lengths]).toEqual(['short', 'long', 'too-long'])
})

test('the log is gone when the mirror is closed', () => {
  write(1_000, 100)
  expect(logBytes()).toBeGreaterThan(0)
  mirror.close()
  expect(logBytes()).toBe(0)
})

test.each([
  ['SQLITE_FULL', 'disk-full'],
  ['SQLITE_READONLY_DBMOVED', 'read-only'],
  ['SQLITE_IOERR_FSYNC', 'io-error'],
])(
  'a checkpoint that fails with %s tells it by its kind, and one that is too early to be had tells nothing',
  (code, problem) => {
    const db = openForWriting(`${folder.directory}/other.db`, null)
    migrate(db)
    let failsWith: string | null = code
    const failing = new Proxy(db, {
      get(target, name) {
        if (name !== 'pragma') return Reflect.get(target, name, target) as unknown
        return (...[sql, options]: Parameters<typeof db.pragma>) => {
          if (failsWith !== null && sql.startsWith('wal_checkpoint')) {
            throw new Database.SqliteError('the disk says so', failsWith)
          }
          return target.pragma(sql, options)
        }
      },
    })
    const other = new SqliteMirror(failing, {
      ...{ ...folder.options, readOnlyBecause: null, upgraded: false },
      ...{ unlock: () => undefined, damageFound: () => undefined, openBeside: () => db },
    })
    expect(() => other.checkpoint()).toThrow(expect.objectContaining({ name: 'MirrorError', problem }))
    expect(db.pragma('busy_timeout', { simple: true })).toBe(2_000)
    failsWith = 'SQLITE_BUSY'
    expect(() => other.checkpoint()).not.toThrow()
    failsWith = null
    expect(other.checkpoint()).toBe(0)
    db.close()
  },
)

import { readdirSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { siteScope } from '#shared/domain/scope.ts'
import { must } from '#shared/lib/must.ts'
import { Feed, id, mirrorFolder, northScope, owner, product, stock } from '#test/harness/mirror-data.ts'
import { keptTables } from './kept-tables.ts'
import { distrust, mirrorPath } from './mirror-file.ts'

/* Files that are really damaged: pages overwritten, ends missing. */

const PAGE = 4096
const MOVES = 400
const PROOFS = 150

let folder: ReturnType<typeof mirrorFolder>
let file: string

let sound: Buffer

beforeAll(() => {
  folder = mirrorFolder()
  file = mirrorPath(folder.directory, folder.options.serverUrl, owner)
  makeFile()
  sound = readFileSync(file)
  folder.remove()
})
beforeEach(() => {
  folder = mirrorFolder()
  file = mirrorPath(folder.directory, folder.options.serverUrl, owner)
  writeFileSync(file, sound)
})
afterEach(() => folder.remove())

/** A closed mirror with rows and a full record of its health, its pages mixed as they come. */
function makeFile(): void {
  const { mirror } = folder.open()
  const feed = new Feed()
  for (let n = 0; n < 10; n++) {
    for (let i = 0; i < MOVES / 10; i++) {
      const because = `reason ${n} ${i} ${'.'.repeat(60)}`
      mirror.diagnostics.linkMoved({ at: n * 100 + i, from: 'live', to: 'waiting', by: 'closed', because })
    }
    for (let i = 0; i < PROOFS / 10; i++) {
      mirror.diagnostics.proved({
        ...{ at: n * 100 + i, scope: siteScope, outcome: 'equal', head: 1, compared: 2, changing: 0 },
        ...{ differing: 0, rowsRepaired: 0 },
      })
    }
    mirror.diagnostics.headsSeen(
      new Map([
        [siteScope, n],
        [northScope, n],
      ]),
      n,
    )
    const names = Array.from({ length: 100 }, (_, i) => `product ${n * 100 + i}`)
    mirror.apply(
      feed.site(...names.map((of): ['products', ReturnType<typeof product>] => ['products', product(of)])),
    )
    mirror.apply(
      feed.north(...names.map((of): ['inventory', ReturnType<typeof stock>] => ['inventory', stock(of, 1)])),
    )
    mirror.checkpoint()
  }
  mirror.diagnostics.checked({ at: 1, sound: true, problems: [] })
  mirror.close()
}

/** The pages of a table's rows, in the order of the rows. */
function leavesOf(table: string): number[] {
  const db = new Database(file, { readonly: true })
  const bytes = readFileSync(file)
  const root = must(
    db.prepare<[string], number>('select rootpage from sqlite_schema where name = ?').pluck().get(table),
    'a root page',
  )
  db.close()
  const header = (root - 1) * PAGE
  const INTERIOR = 5
  if (bytes[header] !== INTERIOR) return [root]
  const cells = bytes.readUInt16BE(header + 3)
  const children = Array.from({ length: cells }, (_, cell) =>
    bytes.readUInt32BE(header + bytes.readUInt16BE(header + 12 + 2 * cell)),
  )
  return [...children, bytes.readUInt32BE(header + 8)]
}

function overwrite(...pages: number[]): void {
  const bytes = readFileSync(file)
  for (const page of pages) bytes.fill(0xa5, (page - 1) * PAGE, page * PAGE)
  writeFileSync(file, bytes)
}

/** Opens what is known to be damaged. */
function rebuilt() {
  distrust(file)
  const damaged = readFileSync(file)
  const opened = folder.open()
  expect(opened.opened).toBe('damaged-rebuilt')
  expect(readFileSync(must(opened.aside, 'the file set aside'))).toEqual(damaged)
  const { history, proofs, mirror } = opened.mirror.diagnostics.read()
  return {
    mirror: opened.mirror,
    moves: history.map(({ at }) => at).reverse(),
    proofs: proofs.length,
    integrity: mirror?.integrity,
    told: folder.log.lines.find(({ event }) => event === 'mirror.damaged')?.facts,
  }
}

const allMoves = Array.from({ length: MOVES }, (_, i) => Math.floor(i / 40) * 100 + (i % 40))

test('from a file whose mirror is damaged, all that is kept is salvaged, and the mirror starts at nothing', () => {
  overwrite(...leavesOf('inventory').slice(1, 4), ...leavesOf('products').slice(0, 2))
  const { mirror, moves, proofs, integrity, told } = rebuilt()
  expect(moves).toEqual(allMoves)
  expect([proofs, integrity]).toEqual([PROOFS, { at: 1, sound: true, problems: [] }])
  expect(told).toMatchObject({
    salvaged: { link_moves: MOVES, proofs: PROOFS, integrity_checks: 1, heads_seen: 2 },
    lost: [],
  })
  expect(mirror.cursors()).toEqual([])
  expect(mirror.rows('products')).toEqual([])
  const feed = new Feed()
  mirror.apply(feed.site(['products', product('mug')]))
  expect(mirror.diagnostics.read().scopes).toMatchObject([{ cursor: 1, head: 9, headAt: 9 }])
})

describe('a damaged page of a kept table costs the rows on it and no others:', () => {
  test.each<[which: string, pick: (leaves: number[]) => number[]]>([
    ['the first', (leaves) => leaves.slice(0, 1)],
    ['one in the middle', (leaves) => leaves.slice(3, 4)],
    ['the last', (leaves) => leaves.slice(-1)],
    ['two apart', (leaves) => [must(leaves[1], 'a page'), must(leaves[5], 'a page')]],
    [
      'first, middle and last',
      (leaves) => [leaves[0], leaves[4], leaves.at(-1)].map((page) => must(page, 'a page')),
    ],
  ])('%s', (_which, pick) => {
    const leaves = leavesOf('link_moves')
    expect(leaves.length).toBeGreaterThan(8)
    const damaged = pick(leaves)
    overwrite(...damaged)
    const { moves, proofs, told } = rebuilt()
    const perPage = MOVES / leaves.length
    expect(moves.length).toBeLessThan(MOVES)
    expect(moves.length).toBeGreaterThanOrEqual(MOVES - damaged.length * 1.5 * perPage)
    expect(moves.every((at, i) => i === 0 || at > must(moves[i - 1], 'a move'))).toBe(true)
    expect(proofs).toBe(PROOFS)
    expect(told).toMatchObject({
      salvaged: { link_moves: moves.length, proofs: PROOFS },
      lost: ['link_moves'],
    })
  })

  test('where the root is gone nothing leads to the rest, and the other tables are whole', () => {
    const db = new Database(file, { readonly: true })
    const root = db
      .prepare("select rootpage from sqlite_schema where name = 'link_moves'")
      .pluck()
      .get() as number
    db.close()
    overwrite(root)
    const { moves, proofs, told } = rebuilt()
    expect(moves).toEqual([])
    expect(proofs).toBe(PROOFS)
    expect(told).toMatchObject({ lost: ['link_moves'] })
  })
})

test('from a file cut off in the middle comes what lies before the cut', () => {
  const leaves = [...leavesOf('link_moves')].sort((one, other) => one - other)
  const cut = must(leaves[Math.floor(leaves.length / 2)], 'a leaf in the middle')
  expect(leaves.filter((page) => page <= cut).length).toBeGreaterThan(1)
  truncateSync(file, cut * PAGE)
  const { moves } = rebuilt()
  expect(moves.length).toBeGreaterThan(20)
  expect(moves.length).toBeLessThan(MOVES)
})

test('from a file that is no database nothing comes, and that is no trouble', () => {
  writeFileSync(file, 'PK not a database '.repeat(5_000))
  expect(rebuilt()).toMatchObject({ moves: [], proofs: 0, told: { lost: keptTables } })
})

test('what was committed and only stands in the log is salvaged as well', () => {
  const { mirror } = folder.open()
  mirror.diagnostics.linkMoved({ at: 9_999, from: 'live', to: 'waiting', by: 'closed', because: null })
  const [main, log] = [readFileSync(file), readFileSync(`${file}-wal`)]
  mirror.close()
  writeFileSync(file, main)
  writeFileSync(`${file}-wal`, log)
  distrust(file)
  expect(folder.open().mirror.diagnostics.read().history[0]).toMatchObject({ at: 9_999 })
})

test("somebody else's file is set aside with all that is in it", () => {
  const db = new Database(file)
  db.prepare("update meta set value = ? where key = 'owner'").run(id('somebody else'))
  db.close()
  const { mirror, opened } = folder.open()
  expect(opened).toBe('damaged-rebuilt')
  expect(mirror.diagnostics.read()).toMatchObject({ history: [], proofs: [] })
})

test('a file of an older version, without some of the tables, gives those it has', () => {
  const db = new Database(file)
  db.exec('drop table proofs; alter table link_moves add column gone text')
  db.close()
  const { moves, proofs, told } = rebuilt()
  expect(moves).toEqual(allMoves)
  expect(proofs).toBe(0)
  expect(told).toMatchObject({ lost: ['proofs'] })
})

describe('a rebuild that is cut off loses nothing:', () => {
  const files = () => readdirSync(folder.directory).filter((name) => !name.endsWith('-lock'))

  test('before the fresh file is complete, it is begun anew', () => {
    writeFileSync(`${file}-rebuilt`, 'half a file')
    const { moves } = rebuilt()
    expect(moves).toEqual(allMoves)
    expect(files().filter((name) => name.includes('-rebuilt'))).toEqual([])
  })

  test('after the damaged file was set aside, the fresh one takes its place', () => {
    renameSync(file, `${file}-rebuilt`)
    const { mirror, opened } = folder.open()
    expect(opened).toBe('as-it-was')
    expect(mirror.diagnostics.read().history).toHaveLength(MOVES)
    expect(files().filter((name) => name.includes('-rebuilt'))).toEqual([])
  })
})

test('every kept table has been filled here', () => {
  const db = new Database(file, { readonly: true })
  for (const table of keptTables) {
    expect(db.prepare<[], number>(`select count(*) from ${table}`).pluck().get()).toBeGreaterThan(0)
  }
  db.close()
})

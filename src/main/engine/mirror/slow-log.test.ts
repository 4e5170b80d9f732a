import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { siteScope } from '#shared/domain/scope.ts'
import { Feed, mirrorFolder, north, product, stock } from '#test/harness/mirror-data.ts'
import type { Clock } from '../ports.ts'
import type { Db } from './database.ts'
import { migrate } from './migrations/index.ts'
import { openForWriting } from './open-database.ts'
import { SqliteMirror } from './store.ts'

let folder: ReturnType<typeof mirrorFolder>
let db: Db
let mirror: SqliteMirror
/** By how much the clock moves on each time it is looked at. */
let slowness: number
let nowMs: number

beforeEach(() => {
  slowness = nowMs = 0
  folder = mirrorFolder()
  const clock: Clock = { ...folder.clock, monotonicMs: () => (nowMs += slowness) }
  db = openForWriting(path.join(folder.directory, 'mirror.db'), null)
  migrate(db)
  mirror = new SqliteMirror(db, {
    ...{ ...folder.options, clock, readOnlyBecause: null, upgraded: false },
    unlock: () => undefined,
    damageFound: () => undefined,
    openBeside: () => db,
  })
})
afterEach(() => {
  slowness = 0
  mirror.close()
  folder.remove()
})

const told = () => folder.log.lines.filter(({ event }) => event === 'mirror.slow').map(({ facts }) => facts)

const list = () =>
  mirror.stockList({
    ...{ warehouseId: north, search: 'secret words', filter: 'all', sort: 'sku', direction: 'asc' },
    ...{ offset: 0, limit: 9 },
  })

test('what is quick is not told', () => {
  slowness = 10
  const feed = new Feed()
  mirror.apply(feed.site(['products', product('mug')]))
  mirror.apply(feed.north(['inventory', stock('mug', 1)]))
  mirror.rows('products')
  list()
  expect(told()).toEqual([])
})

test('a slow statement is told by its SQL, without values, and the operation around it not as well', () => {
  mirror.apply(new Feed().north(['inventory', stock('mug', 1)]))
  slowness = 150
  list()
  expect(told().length).toBeGreaterThan(0)
  for (const facts of told()) {
    expect(facts).toMatchObject({ sql: expect.stringContaining('select') as string, ms: 150 })
    expect(JSON.stringify(facts)).not.toContain('secret')
  }
})

test('a slow operation whose statements are quick is told by its name', () => {
  slowness = 150
  mirror.cursor(siteScope)
  expect(told()).toEqual([{ operation: 'cursor', ms: 150 }])
})

test('a batch may take longer, and is told with its size', () => {
  const feed = new Feed()
  slowness = 200
  mirror.apply(feed.site(['products', product('mug')]))
  expect(told()).toEqual([])
  slowness = 300
  mirror.apply(feed.site(['products', product('jug')], ['products', product('box')]))
  expect(told()).toEqual([{ operation: 'apply', size: 2, ms: 300 }])
})

test('what is slow all the time is told once a minute, with how often it was', () => {
  slowness = 150
  for (let n = 0; n < 5; n++) mirror.cursor(siteScope)
  expect(told()).toHaveLength(1)
  nowMs += 60_000
  mirror.cursor(siteScope)
  expect(told()).toEqual([
    { operation: 'cursor', ms: 150 },
    { operation: 'cursor', ms: 150, alsoSlowSince: 4 },
  ])
})

test('what fails slowly is told as well, and still fails', () => {
  slowness = 300
  db.exec(
    `create temp trigger broken before insert on main.products begin select raise(abort, 'broken'); end`,
  )
  expect(() => mirror.apply(new Feed().site(['products', product('mug')]))).toThrow('broken')
  expect(told()).toMatchObject([{ operation: 'apply', size: 1 }])
})

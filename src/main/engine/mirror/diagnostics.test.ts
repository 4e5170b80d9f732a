import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { LinkMove, Proof } from '#shared/protocol/diagnostics.ts'
import { Diagnostics } from '#shared/protocol/diagnostics.ts'
import { siteScope, type Scope } from '#shared/domain/scope.ts'
import { Feed, firstEpoch, mirrorFolder, northScope, owner, product } from '#test/harness/mirror-data.ts'
import { MIRROR_VERSION } from './migrations/index.ts'
import type { LocalMirror } from './mirror.ts'
import { mirrorPath } from './sqlite-mirror.ts'

let folder: ReturnType<typeof mirrorFolder>
let mirror: LocalMirror
let feed: Feed

beforeEach(() => {
  folder = mirrorFolder()
  mirror = folder.open().mirror
  feed = new Feed()
})
afterEach(() => folder.remove())

const move = (at: number, more: Partial<LinkMove> = {}): LinkMove => ({
  ...{ at, from: 'live', to: 'waiting', by: 'socket-closed', because: null },
  ...more,
})
const proof = (at: number, more: Partial<Proof> = {}): Proof => ({
  ...{
    at,
    scope: siteScope,
    outcome: 'equal',
    head: 7,
    compared: 256,
    changing: 0,
    differing: 0,
    rowsRepaired: 0,
  },
  ...more,
})

/** What is on disk, seen by another connection. */
function onDisk<T>(sql: string): T[] {
  const db = new Database(mirrorPath(folder.directory, folder.options.serverUrl, owner), { readonly: true })
  try {
    return db.prepare<[], T>(sql).pluck().all()
  } finally {
    db.close()
  }
}
const movesOnDisk = () => onDisk<number>('select at from link_moves order by no')

const again = (): LocalMirror => {
  mirror.close()
  return (mirror = folder.open().mirror)
}

test('[L3] what a station knew of its health outlives its restart', () => {
  mirror.apply(feed.site(['products', product('mug')]))
  mirror.diagnostics.linkMoved(move(1, { because: 'server' }))
  mirror.diagnostics.linkMoved(move(2.5, { from: 'waiting', to: 'connecting', by: 'timer' }))
  mirror.diagnostics.proved(proof(3, { outcome: 'unproven', head: null }))
  mirror.diagnostics.proved(proof(4, { outcome: 'repaired', differing: 2, rowsRepaired: 9 }))
  mirror.diagnostics.checked({ at: 5, sound: true, problems: [] })
  mirror.diagnostics.headsSeen(
    new Map([
      [siteScope, 12],
      [northScope, 3],
    ]),
    1_000,
  )
  mirror.diagnostics.headsSeen(new Map([[siteScope, 14]]), 2_000)
  const before = mirror.diagnostics.read()
  expect(before).toMatchObject({
    history: [
      { at: 2.5, by: 'timer' },
      { at: 1, because: 'server' },
    ],
    proofs: [{ at: 4 }, { at: 3 }],
    scopes: [
      {
        scope: siteScope,
        epoch: firstEpoch,
        cursor: 1,
        head: 14,
        headAt: 2_000,
        proof: { at: 4, rowsRepaired: 9 },
      },
    ],
    mirror: { schemaVersion: MIRROR_VERSION, unreadableRows: 0, integrity: { at: 5, sound: true } },
  })
  expect(Diagnostics.parse({ feed: 'broadcast', misses: 0, rowsRepaired: 0, ...before })).toBeTruthy()
  const { mirror: _, ...lists } = before
  expect(again().diagnostics.read()).toMatchObject(lists)
  expect(again().diagnostics.read().mirror?.integrity).toEqual({ at: 5, sound: true, problems: [] })
})

test('the figures of the file are the real ones', () => {
  const health = () => mirror.diagnostics.read().mirror
  const empty = health()?.fileBytes ?? 0
  expect(empty).toBeGreaterThan(100_000)
  const names = Array.from({ length: 2_000 }, (_, i) => `product ${i}`)
  mirror.apply(
    feed.site(...names.map((name): ['products', ReturnType<typeof product>] => ['products', product(name)])),
  )
  mirror.apply(
    feed.site(['products', product('mug', { reorder_point: 'many' })], ['robots', product('robot')]),
  )
  expect(health()).toMatchObject({ unreadableRows: 2 })
  expect(health()?.fileBytes).toBeGreaterThan(2 * empty)
  expect(health()?.logBytes).toBeGreaterThan(2 * empty)
  expect(mirror.checkpoint()).toBe(0)
  expect(health()).toMatchObject({ logBytes: 0 })
})

test('the newest are kept, as many as are of use, on disk as in memory', () => {
  for (let at = 1; at <= 620; at++) mirror.diagnostics.linkMoved(move(at))
  for (let at = 1; at <= 230; at++) mirror.diagnostics.proved(proof(at))
  for (let at = 1; at <= 60; at++) mirror.diagnostics.checked({ at, sound: true, problems: [] })
  const scopes = Array.from({ length: 600 }, (_, n) => `warehouse:${n}` as Scope)
  mirror.diagnostics.headsSeen(new Map(scopes.map((scope) => [scope, 1])), 1)
  mirror.checkpoint()
  expect(movesOnDisk()).toEqual(Array.from({ length: 500 }, (_, i) => 121 + i))
  expect(onDisk('select count(*) from proofs')).toEqual([200])
  expect(onDisk('select count(*) from integrity_checks')).toEqual([50])
  expect(onDisk('select count(*) from heads_seen')).toEqual([500])
  const { history, proofs } = again().diagnostics.read()
  expect(history.map(({ at }) => at)).toEqual(Array.from({ length: 500 }, (_, i) => 620 - i))
  expect([proofs.length, proofs[0]?.at]).toEqual([200, 230])
})

test('news is written at once after a quiet second, else with the next thing that is written', async () => {
  mirror.diagnostics.linkMoved(move(1))
  expect(movesOnDisk()).toEqual([1])
  mirror.diagnostics.linkMoved(move(2))
  mirror.diagnostics.linkMoved(move(3))
  expect(movesOnDisk()).toEqual([1])
  await folder.clock.advance(1_000)
  mirror.apply(feed.site(['products', product('mug')]))
  expect(movesOnDisk()).toEqual([1, 2, 3])
  mirror.diagnostics.linkMoved(move(4))
  expect(movesOnDisk()).toEqual([1, 2, 3])
  mirror.close()
  expect(movesOnDisk()).toEqual([1, 2, 3, 4])
  expect(folder.clock.pending()).toBe(0)
})

test('a disk that refuses keeps nobody from knowing, is told once, and gets it all when it is well again', async () => {
  const file = mirrorPath(folder.directory, folder.options.serverUrl, owner)
  const other = new Database(file)
  const refuse = `create trigger no_moves before insert on link_moves begin select raise(abort, 'no'); end`
  other.exec(refuse)
  for (let at = 1; at <= 5; at++) {
    await folder.clock.advance(1_000)
    mirror.diagnostics.linkMoved(move(at))
  }
  expect(mirror.diagnostics.read().history).toHaveLength(5)
  expect(folder.log.events().filter((event) => event === 'mirror.diagnostics-failed')).toHaveLength(1)
  expect(mirror.apply(feed.site(['products', product('mug')])).kind).toBe('applied')
  other.exec('drop trigger no_moves')
  other.close()
  await folder.clock.advance(1_000)
  mirror.diagnostics.headsSeen(new Map([[siteScope, 1]]), 1)
  expect(movesOnDisk()).toEqual([1, 2, 3, 4, 5])
})

test('a file whose check was not sound is set aside at its next opening, and the check is not forgotten with it', () => {
  mirror.diagnostics.checked({
    at: 1,
    sound: false,
    problems: ['Tree 5 page 12: never used', 'row 7 missing'],
  })
  mirror.close()
  const opened = folder.open()
  expect(opened.opened).toBe('damaged-rebuilt')
  expect(opened.mirror.diagnostics.read().mirror?.integrity).toEqual({
    ...{ at: 1, sound: false },
    problems: ['Tree 5 page 12: never used', 'row 7 missing'],
  })
})

test('a closed mirror still says what it knew, and no more', () => {
  mirror.diagnostics.linkMoved(move(1))
  mirror.close()
  mirror.diagnostics.linkMoved(move(2))
  expect(mirror.diagnostics.read()).toMatchObject({
    history: [{ at: 2 }, { at: 1 }],
    scopes: [],
    mirror: null,
  })
})

import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { UserId } from '#shared/domain/ids.ts'
import type { Scope } from '#shared/domain/scope.ts'
import { siteScope } from '#shared/domain/scope.ts'
import { SCHEMA_VERSION } from '#shared/protocol/server.ts'
import type { FakeServer } from '#test/harness/fake-server.ts'
import { linkStation } from '#test/harness/link-station.ts'
import { addProducts, pullWorld } from '#test/harness/pull-world.ts'

/*
 * What an answer may do to the mirror, and what it may not. Anything may stand between us and the server, and the server
 * may be another than yesterday.
 */

test('a withdrawn scope is dropped, because an answer for this user leaves it out of the granted ones', async () => {
  const { server, mirror, pull, changed } = pullWorld()
  const gone = `warehouse:${randomUUID()}` as Scope
  server.granted = [...server.granted, gone]
  addProducts(server, 3, gone)
  await pull()
  server.granted = server.granted.filter((scope) => scope !== gone)
  await pull()
  expect(mirror.cursors().map(({ scope }) => scope)).not.toContain(gone)
  expect(changed.at(-1)?.everything).toBe(true)
})

test('a user who may read nothing any more keeps nothing, on the word of an answer that names them', async () => {
  const { server, mirror, pull } = pullWorld()
  addProducts(server, 3)
  await pull()
  server.granted = []
  expect(await pull([siteScope])).toMatchObject({ kind: 'complete', granted: [] })
  expect(mirror.cursors()).toEqual([])
})

test('an answer for another user is not believed in any point', async () => {
  const { server, mirror, pull, forge } = pullWorld()
  addProducts(server, 3)
  await pull()
  const stranger = randomUUID() as UserId
  forge((answer) => ({ ...answer, uid: stranger, granted: [], pages: [], min_client: SCHEMA_VERSION + 1 }))
  expect(await pull()).toMatchObject({ kind: 'failed', failure: { kind: 'signed-out' } })
  expect(mirror.rows(siteScope).size).toBe(3)
})

test('an answer without pages is not an answer that all is gone, nor one that nothing waits', async () => {
  const { server, mirror, pull, forge } = pullWorld()
  addProducts(server, 3)
  await pull()
  forge((answer) => ({ ...answer, pages: [] }))
  expect(await pull()).toMatchObject({ kind: 'failed', failure: { kind: 'retry', because: 'server-error' } })
  expect(mirror.rows(siteScope).size).toBe(3)
})

test('a page of a scope that was not asked for changes nothing, granted or not', async () => {
  const { server, mirror, pull, forge } = pullWorld()
  addProducts(server, 3)
  await pull()
  const strange = `warehouse:${randomUUID()}` as Scope
  const [own] = mirror.cursors()
  let answers = 0
  forge((answer) => {
    answers += 1
    if (answers > 1) return answer
    const empty = { epoch: own?.epoch ?? '', from: 0, to: 0, head: 0, has_more: false, must_refetch: true }
    const pages = [siteScope, strange].map((scope) => ({ ...empty, scope, changes: [] }))
    return { ...answer, pages }
  })
  expect(await pull([])).toMatchObject({ kind: 'complete', brought: 0 })
  expect(mirror.rows(siteScope).size).toBe(3)
  expect(mirror.cursor(strange).epoch).toBeNull()
})

test('[L3] a page that stops short of its head is not the last one, whatever it says', async () => {
  const { server, mirror, pull, forge } = pullWorld()
  addProducts(server, 12_000)
  forge((answer) => ({ ...answer, pages: answer.pages.map((page) => ({ ...page, has_more: false })) }))
  expect(await pull()).toMatchObject({ kind: 'complete', brought: 12_000 })
  expect(mirror.rows(siteScope)).toEqual(server.rows(siteScope))
})

test('[M1] a page that starts over in the middle of nowhere is not taken', async () => {
  const { server, mirror, pull, forge } = pullWorld()
  addProducts(server, 3)
  await pull()
  addProducts(server, 1)
  forge((answer) => ({
    ...answer,
    pages: answer.pages.map((page) => ({ ...page, must_refetch: page.scope === siteScope })),
  }))
  expect(await pull()).toMatchObject({ kind: 'failed', failure: { kind: 'retry' } })
  expect(mirror.rows(siteScope).size).toBe(3)
})

test.each([
  ['newer', (server: FakeServer): void => void (server.minClient += 1), 'server-newer'],
  ['older', (server: FakeServer): void => void (server.schemaVersion -= 1), 'server-older'],
] as const)(
  'a server whose tables are %s than we can read is told as incompatible',
  async (_name, make, because) => {
    const { server, pull } = pullWorld()
    make(server)
    expect(await pull()).toEqual({ kind: 'incompatible', because })
  },
)

test('a server restored from a backup has another epoch: the scope starts over', async () => {
  const { server, mirror, pull } = pullWorld()
  const ids = addProducts(server, 20)
  await pull()
  server.change(siteScope, 'products', ids[0] ?? '', null)
  server.restore(siteScope)
  expect(await pull()).toMatchObject({ kind: 'complete' })
  expect(mirror.rows(siteScope)).toEqual(server.rows(siteScope))
  expect(mirror.applied.at(-1)).toMatchObject({ startOver: true })
})

test('a server that wants us to start over with each page is not followed for ever', async () => {
  const { server, pull, forge } = pullWorld()
  addProducts(server, 12_000)
  const first = server.pull([{ scope: siteScope, epoch: null, seq: 0 }], 10)
  let answers = 0
  forge((answer) => {
    answers += 1
    const [page] = first.pages
    return { ...answer, pages: page ? [{ ...page, must_refetch: true }] : [] }
  })
  expect(await pull([siteScope])).toMatchObject({ kind: 'failed', failure: { kind: 'retry' } })
  expect(answers).toBeLessThan(6)
})

test('columns and versions that were only added are read as before', async () => {
  const { server, mirror, pull } = pullWorld()
  server.schemaVersion = SCHEMA_VERSION + 3
  const id = randomUUID()
  server.change(siteScope, 'products', id, { id, sku: 'JUG', added_later: true })
  expect(await pull()).toMatchObject({ kind: 'complete', brought: 1 })
  expect(mirror.rows(siteScope)).toEqual(server.rows(siteScope))
})

describe('while the link runs', () => {
  test('[L3] a server clock that is set back takes the as-of with it: a figure is never newer than its proof', async () => {
    const { live, clock, server, mirror, at } = linkStation()
    await live()
    const before = mirror.asOf()!
    const honest = server.pull.bind(server)
    server.pull = (cursors, limit) => {
      const answer = honest(cursors, limit)
      return { ...answer, server_time: new Date(clock.now() - 3_600_000).toISOString() }
    }
    await clock.advance(73_000)
    expect(mirror.asOf()).toBeLessThan(before)
    expect(at()).toBe('live')
  })

  test('a time that nobody can read is a fault of the server, not of the console', async () => {
    const { live, clock, server, link, at } = linkStation()
    await live()
    const honest = server.pull.bind(server)
    server.pull = (cursors, limit) => ({ ...honest(cursors, limit), server_time: 'half past nine' })
    await clock.advance(73_000)
    expect(['waiting', 'connecting']).toContain(at())
    server.pull = honest
    await clock.advance(31_000)
    expect(link.link().at).toBe('live')
  })

  test.each([
    ['newer', (server: FakeServer): void => void (server.minClient += 1), 'server-newer'],
    ['older', (server: FakeServer): void => void (server.schemaVersion -= 1), 'server-older'],
  ] as const)(
    'a server that becomes %s is told, what is here stays, and it is asked again',
    async (_name, make, because) => {
      const { live, clock, server, mirror, link, upstream, at } = linkStation()
      await live()
      const { minClient, schemaVersion } = server
      make(server)
      await clock.advance(73_000)
      expect(link.link()).toMatchObject({ at: 'incompatible', because })
      expect(upstream.openFeeds()).toBe(0)
      expect(mirror.rows(siteScope).size).toBe(10)
      Object.assign(server, { minClient, schemaVersion })
      await clock.advance(5 * 60_000)
      expect(at()).toBe('live')
    },
  )

  test('a server restored from a backup is noticed by its first poke, and its history taken from the beginning', async () => {
    const { live, clock, server, change, equal, at } = linkStation()
    await live()
    for (let round = 0; round < 5; round += 1) change()
    server.restore(siteScope)
    change()
    await clock.advance(1_000)
    equal()
    expect(at()).toBe('live')
  })

  test('a poke of a scope that was withdrawn writes nothing', async () => {
    const { live, clock, server, mirror } = linkStation()
    const gone = `warehouse:${randomUUID()}` as Scope
    server.granted = [...server.granted, gone]
    server.changeProducts(gone, [randomUUID()], 'Tray')
    await live()
    server.granted = server.granted.filter((scope) => scope !== gone)
    await clock.advance(73_000)
    expect(mirror.cursor(gone).epoch).toBeNull()
    server.changeProducts(gone, [randomUUID()], 'Tray')
    await clock.advance(1_000)
    expect(mirror.rows(gone).size).toBe(0)
    expect(mirror.cursor(gone).epoch).toBeNull()
  })

  test('[L1] an answer for another user, such as one who signed in meanwhile, ends the link and writes nothing', async () => {
    const { live, clock, server, mirror, link } = linkStation()
    await live()
    const applied = mirror.applied.length
    const honest = server.pull.bind(server)
    server.pull = (cursors, limit) => ({
      ...honest(cursors, limit),
      uid: randomUUID() as UserId,
      granted: [],
    })
    await clock.advance(73_000)
    expect(link.link()).toMatchObject({ at: 'signed-out', because: 'session-ended' })
    expect(mirror.applied).toHaveLength(applied)
    expect(mirror.rows(siteScope).size).toBe(10)
  })
})

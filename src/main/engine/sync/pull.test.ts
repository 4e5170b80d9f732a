import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { siteScope, userScope } from '#shared/domain/scope.ts'
import type { UserId } from '#shared/domain/ids.ts'
import type { Scope } from '#shared/domain/scope.ts'
import { fakeMirror } from '#test/harness/fake-mirror.ts'
import { fakeServer } from '#test/harness/fake-server.ts'
import type { FakeServer } from '#test/harness/fake-server.ts'
import { fakeUpstream, noAnswer } from '#test/harness/fake-upstream.ts'
import { manualClock } from '#test/harness/manual-clock.ts'
import { recordedLog } from '#test/harness/recorded-log.ts'
import type { Changeset } from '../mirror/mirror.ts'
import { createIntake } from './intake.ts'
import { pullUntilComplete } from './pull.ts'

function world() {
  const clock = manualClock()
  const server = fakeServer(clock)
  const upstream = fakeUpstream(server, clock)
  const mirror = fakeMirror(server.uid)
  const changed: Changeset[] = []
  const progress: [number, number, boolean][] = []
  let current = true
  const ports = {
    upstream,
    mirror,
    intake: createIntake({
      mirror,
      changed: (changeset) => changed.push(changeset),
      applied: () => undefined,
      log: recordedLog(),
    }),
    headsSeen: () => undefined,
    changed: (changeset: Changeset) => void changed.push(changeset),
    isCurrent: () => current,
    progress: (done: number, total: number, first: boolean) => void progress.push([done, total, first]),
  }
  return {
    clock,
    server,
    upstream,
    mirror,
    changed,
    progress,
    pull: (scopes: Scope[] = server.granted) => pullUntilComplete(ports, scopes),
    end: () => {
      current = false
    },
  }
}

function addProducts(server: FakeServer, count: number, scope: Scope = siteScope): string[] {
  const ids = Array.from({ length: count }, () => randomUUID())
  server.changeProducts(scope, ids, 'Jug')
  return ids
}

test('[M3] a first download brings every row, page by page, and says how far it is', async () => {
  const { server, mirror, pull, progress, clock } = world()
  addProducts(server, 12_345)
  expect(await pull()).toMatchObject({ kind: 'complete', brought: 12_345, serverTime: clock.now() })
  expect(mirror.rows(siteScope)).toEqual(server.rows(siteScope))
  expect(progress).toEqual([
    [5_000, 12_345, true],
    [10_000, 12_345, true],
  ])
  expect(server.pulls).toBe(3)
})

test('a second pull brings only what changed since, tombstones too', async () => {
  const { server, mirror, pull } = world()
  const [first = ''] = addProducts(server, 10)
  await pull()
  server.change(siteScope, 'products', first, null)
  addProducts(server, 1)
  expect(await pull()).toMatchObject({ kind: 'complete', brought: 2 })
  expect(mirror.rows(siteScope)).toEqual(server.rows(siteScope))
})

test('a pull that brings nothing is complete as well', async () => {
  const { pull } = world()
  await pull()
  expect(await pull()).toMatchObject({ kind: 'complete', brought: 0, moved: new Map() })
})

test('a scope granted in between is pulled in the same go', async () => {
  const { server, mirror, pull } = world()
  await pull()
  const added = `warehouse:${randomUUID()}` as Scope
  server.granted = [...server.granted, added]
  addProducts(server, 3, added)
  expect(await pull([siteScope])).toMatchObject({ kind: 'complete' })
  expect(mirror.rows(added).size).toBe(3)
})

test('the ledger is not mirrored', async () => {
  const { server, mirror, pull } = world()
  server.granted = [...server.granted, `ledger:${randomUUID()}` as Scope]
  await pull()
  expect(mirror.cursors().map(({ scope }) => scope)).toEqual([siteScope, userScope(server.uid)])
})

test('a withdrawn scope is dropped, because an answer for this user leaves it out of the granted ones', async () => {
  const { server, mirror, pull, changed } = world()
  const gone = `warehouse:${randomUUID()}` as Scope
  server.granted = [...server.granted, gone]
  addProducts(server, 3, gone)
  await pull()
  server.granted = server.granted.filter((scope) => scope !== gone)
  await pull()
  expect(mirror.cursors().map(({ scope }) => scope)).not.toContain(gone)
  expect(changed.at(-1)?.everything).toBe(true)
})

test('an answer for another user is not believed in any point', async () => {
  const { server, mirror, pull, upstream } = world()
  addProducts(server, 3)
  await pull()
  const stranger = randomUUID() as UserId
  const honest = upstream.pull.bind(upstream)
  upstream.pull = async (cursors, limit) => {
    const outcome = await honest(cursors, limit)
    if (outcome.kind !== 'settled') return outcome
    return { kind: 'settled', value: { ...outcome.value, uid: stranger, granted: [], pages: [] } }
  }
  expect(await pull()).toMatchObject({ kind: 'failed', failure: { kind: 'signed-out' } })
  expect(mirror.rows(siteScope).size).toBe(3)
})

test.each([
  ['newer', (server: FakeServer): void => void (server.minClient += 1), 'server-newer'],
  ['older', (server: FakeServer): void => void (server.schemaVersion -= 1), 'server-older'],
] as const)(
  'a server whose tables are %s than we can read is told as incompatible',
  async (_name, make, because) => {
    const { server, pull } = world()
    make(server)
    expect(await pull()).toEqual({ kind: 'incompatible', because })
  },
)

test('a server restored from a backup has another epoch: the scope starts over', async () => {
  const { server, mirror, pull } = world()
  const ids = addProducts(server, 20)
  await pull()
  server.change(siteScope, 'products', ids[0] ?? '', null)
  server.restore(siteScope)
  expect(await pull()).toMatchObject({ kind: 'complete' })
  expect(mirror.rows(siteScope)).toEqual(server.rows(siteScope))
  expect(mirror.applied.at(-1)).toMatchObject({ startOver: true })
})

test('[M1] what was written before the cable came out stays, and the next pull goes on from there', async () => {
  const { server, mirror, pull, upstream } = world()
  addProducts(server, 12_000)
  const honest = upstream.pull.bind(upstream)
  let pulls = 0
  upstream.pull = async (cursors, limit) => (++pulls > 2 ? noAnswer : honest(cursors, limit))
  expect(await pull()).toEqual({ kind: 'failed', failure: noAnswer })
  expect(mirror.cursor(siteScope).seq).toBe(10_000)
  upstream.pull = honest
  expect(await pull()).toMatchObject({ kind: 'complete', brought: 2_000 })
  expect(mirror.rows(siteScope)).toEqual(server.rows(siteScope))
})

test('[L1] a pull whose connection is over stops without writing', async () => {
  const { server, mirror, pull, end } = world()
  addProducts(server, 10)
  const running = pull()
  end()
  expect(await running).toEqual({ kind: 'void' })
  expect(mirror.applied).toEqual([])
})

test('a server whose pages lead nowhere is not asked for ever', async () => {
  const { pull, upstream, server } = world()
  addProducts(server, 10)
  await pull()
  const honest = upstream.pull.bind(upstream)
  upstream.pull = async (cursors, limit) => {
    const outcome = await honest(cursors, limit)
    if (outcome.kind !== 'settled') return outcome
    const pages = outcome.value.pages.map((page) => ({ ...page, has_more: true }))
    return { kind: 'settled', value: { ...outcome.value, pages } }
  }
  expect(await pull()).toMatchObject({ kind: 'failed', failure: { kind: 'retry' } })
})

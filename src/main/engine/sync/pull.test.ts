import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Scope } from '#shared/domain/scope.ts'
import { siteScope, userScope } from '#shared/domain/scope.ts'
import { noAnswer } from '#test/harness/fake-upstream.ts'
import { addProducts, pullWorld } from '#test/harness/pull-world.ts'
import { noWork } from './link-work.ts'

test('[M3] a first download brings every row, page by page, and says how far it is', async () => {
  const { server, mirror, pull, progress, clock } = pullWorld()
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
  const { server, mirror, pull } = pullWorld()
  const [first = ''] = addProducts(server, 10)
  await pull()
  server.change(siteScope, 'products', first, null)
  addProducts(server, 1)
  expect(await pull()).toMatchObject({ kind: 'complete', brought: 2 })
  expect(mirror.rows(siteScope)).toEqual(server.rows(siteScope))
})

test('a pull that brings nothing is complete as well', async () => {
  const { pull } = pullWorld()
  await pull()
  expect(await pull()).toMatchObject({ kind: 'complete', brought: 0, moved: new Map() })
})

test('a scope granted in between is pulled in the same go', async () => {
  const { server, mirror, pull } = pullWorld()
  await pull()
  const added = `warehouse:${randomUUID()}` as Scope
  server.granted = [...server.granted, added]
  addProducts(server, 3, added)
  expect(await pull([siteScope])).toMatchObject({ kind: 'complete' })
  expect(mirror.rows(added).size).toBe(3)
})

test('the ledger is not mirrored', async () => {
  const { server, mirror, pull } = pullWorld()
  server.granted = [...server.granted, `ledger:${randomUUID()}` as Scope]
  await pull()
  expect(mirror.cursors().map(({ scope }) => scope)).toEqual([siteScope, userScope(server.uid)])
})

test('[M1] what was written before the cable came out stays, and the next pull goes on from there', async () => {
  const { server, mirror, pull, upstream } = pullWorld()
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

test('[O2] no page ends among the rows of one of our own commands, whose effect would show twice until the next', async () => {
  const ownRows = () => [{ scope: siteScope, after: 4_998, to: 5_003 }]
  const { server, mirror, pull } = pullWorld({ work: { ...noWork, ownRows } })
  addProducts(server, 5_010)
  expect(await pull()).toMatchObject({ kind: 'complete', brought: 5_010 })
  expect(mirror.rows(siteScope)).toEqual(server.rows(siteScope))
  expect(mirror.applied.flatMap(({ scope, to }) => (scope === siteScope ? [to] : []))).toEqual([4_998, 5_010])
})

test('[L1] a pull whose connection is over stops without writing', async () => {
  const { server, mirror, pull, end } = pullWorld()
  addProducts(server, 10)
  const running = pull()
  end()
  expect(await running).toEqual({ kind: 'void' })
  expect(mirror.applied).toEqual([])
})

test('a server whose pages lead nowhere is not asked for ever', async () => {
  const { pull, upstream, server } = pullWorld()
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

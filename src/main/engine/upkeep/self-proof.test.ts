import { randomUUID } from 'node:crypto'
import { readdirSync } from 'node:fs'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { MINUTE_MS } from '#shared/lib/time.ts'
import { siteScope, userScope } from '#shared/domain/scope.ts'
import type { Diagnostics } from '#shared/protocol/diagnostics.ts'
import type { ViewId } from '#shared/protocol/delta.ts'
import { mirrorPath } from '#engine/mirror/sqlite-mirror.ts'
import { removeFolder, startConsole, temporaryFolder } from '#test/harness/console.ts'
import type { TestConsole } from '#test/harness/console.ts'
import { fakeServer, productRow } from '#test/harness/fake-server.ts'
import type { FakeServer } from '#test/harness/fake-server.ts'
import { fakeUpstream, noAnswer } from '#test/harness/fake-upstream.ts'
import type { FakeUpstream } from '#test/harness/fake-upstream.ts'
import { manualClock } from '#test/harness/manual-clock.ts'
import type { ManualClock } from '#test/harness/manual-clock.ts'
import { FIRST_CHECK_MS } from './file-care.ts'
import { AT_IDLE_EVERY_MS } from './self-proof.ts'

/*
 * A console on a virtual clock whose mirror file is tampered with through a second connection, as a failing disk or a
 * mistake of ours would.
 */

const address = { url: 'http://shelf.test', anonKey: 'anon', embedded: true }
const PRODUCTS = 400
/** By then the proof after a catch-up has come, whatever its jitter. */
const SOON_MS = 20_000
/** By then the next one at idle has come as well. */
const IDLE_MS = AT_IDLE_EVERY_MS * 1.2 + SOON_MS

let clock: ManualClock
let server: FakeServer
let upstream: FakeUpstream
let directory: string
let console: TestConsole
let ids: string[]

beforeEach(async () => {
  clock = manualClock()
  server = fakeServer(clock)
  upstream = fakeUpstream(server, clock)
  ids = Array.from({ length: PRODUCTS }, () => randomUUID())
  server.changeProducts(siteScope, ids, 'Jug')
  directory = temporaryFolder()
  console = await startConsole({ server: address, directory, clock, connect: () => upstream })
  await clock.advance(200)
  expect(console.status().link.at).toBe('live')
})
afterEach(async () => {
  await console.stop()
  expect(clock.pending()).toBe(0)
  removeFolder(directory)
})

async function diagnostics(): Promise<Diagnostics> {
  const view = { viewId: 'diagnostics' as ViewId, view: { name: 'diagnostics', params: {} } } as const
  const opened = await console.engine.ask(console.window, 'view.open', view)
  if (!opened.ok || opened.value.result.kind !== 'value') throw new Error('The view did not open.')
  return opened.value.result.value as Diagnostics
}

/** Writes into the mirror's file past the engine. */
function tamper(statement: string, ...params: unknown[]): void {
  const file = new Database(mirrorPath(directory, address.url, server.uid))
  const { changes } = file.prepare(statement).run(...params)
  file.close()
  expect(changes).toBeGreaterThan(0)
}

function heldProducts(): { id: string; seq: number; name: string }[] {
  const file = new Database(mirrorPath(directory, address.url, server.uid), { readonly: true })
  try {
    return file
      .prepare<[], { id: string; seq: number; name: string }>(
        'select id, seq, name from products join product_no using (no) order by id',
      )
      .all()
  } finally {
    file.close()
  }
}

const proofsOf = async (scope: string) =>
  (await diagnostics()).proofs.filter((proof) => proof.scope === scope)
const events = (name: string) => console.log.filter(({ event }) => event === name)
const isHeld = (id: string): boolean => heldProducts().some((row) => row.id === id)
const numberOf = 'select no from product_no where id = ?'

/** Lets the wrapped question of the upstream do something before it is answered. */
function before(question: 'digest' | 'buckets', deed: () => void | Promise<void>, times = 1): void {
  let left = times
  const honest = upstream[question].bind(upstream) as (...args: unknown[]) => Promise<never>
  upstream[question] = async (...args: unknown[]) => {
    if (left-- > 0) await deed()
    return honest(...args)
  }
}
/** The same, after the server made its answer and before it arrives. */
function afterAnswer(question: 'digest' | 'buckets', deed: () => void | Promise<void>, times = 1): void {
  let left = times
  const honest = upstream[question].bind(upstream) as (...args: unknown[]) => Promise<never>
  upstream[question] = async (...args: unknown[]) => {
    const answer = await honest(...args)
    if (left-- > 0) await deed()
    return answer
  }
}

test('[M3] every scope is proved after a catch-up, and again and again at idle', async () => {
  await clock.advance(SOON_MS)
  const { proofs, scopes } = await diagnostics()
  expect(proofs.map(({ scope, outcome }) => [scope, outcome])).toEqual([
    [userScope(server.uid), 'equal'],
    [siteScope, 'equal'],
  ])
  const buckets = new Set(ids.map((id) => id.slice(0, 2))).size
  expect(proofs[1]).toMatchObject({ compared: buckets, changing: 0, differing: 0, head: PRODUCTS })
  expect(scopes.find(({ scope }) => scope === siteScope)?.proof).toEqual(proofs[1])

  // Whoever looks at the file from outside sees them as well.
  const file = new Database(mirrorPath(directory, address.url, server.uid), { readonly: true })
  expect(file.prepare('select count(*) from proofs').pluck().get()).toBe(2)
  file.close()

  await clock.advance(10 * IDLE_MS)
  const later = (await proofsOf(siteScope)).length
  expect(later).toBeGreaterThanOrEqual(10)
  expect(later).toBeLessThanOrEqual(16)
})

test('[M3] lost rows are noticed, fetched again and told: in diagnostics and in the log', async () => {
  await clock.advance(SOON_MS)
  const lost = ids.slice(0, 3)
  for (const id of lost) tamper(`delete from products where no = (${numberOf})`, id)
  await clock.advance(IDLE_MS)

  expect(lost.every(isHeld)).toBe(true)
  const [proof] = await proofsOf(siteScope)
  const differing = new Set(lost.map((id) => id.slice(0, 2))).size
  expect(proof).toMatchObject({ outcome: 'repaired', differing, rowsRepaired: 3 })
  expect((await diagnostics()).rowsRepaired).toBe(3)
  const [differs] = events('mirror.differs')
  expect(differs?.facts['buckets']).toContain(`products/${lost[0]?.slice(0, 2)}`)
  expect(events('mirror.repaired')[0]?.facts).toMatchObject({ scope: siteScope, rows: 3 })
  // What was in the rows is nobody's business in a log.
  expect(JSON.stringify(console.log)).not.toContain('Jug')

  await clock.advance(IDLE_MS)
  expect((await proofsOf(siteScope))[0]).toMatchObject({ outcome: 'equal', rowsRepaired: 0 })
})

test('[M3] a row too many, and a row that claims another number, are put right', async () => {
  const [stale = '', claims = ''] = ids
  await clock.advance(SOON_MS)
  tamper(`update products set seq = 1000000, name = 'Wrong' where no = (${numberOf})`, claims)
  tamper('insert into product_no (no, id) values (100000, ?)', stale.slice(0, 2) + randomUUID().slice(2))
  tamper(
    `insert into products select 100000, scope, 7, sku, 'Ghost', category, unit, reorder_point, sku_key, name_key
     from products where no = (${numberOf})`,
    stale,
  )
  await clock.advance(IDLE_MS)
  const held = heldProducts()
  expect(held).toHaveLength(PRODUCTS)
  expect(new Set(held.map(({ name }) => name))).toEqual(new Set(['Jug']))
  expect((await proofsOf(siteScope))[0]).toMatchObject({ outcome: 'repaired', rowsRepaired: 2 })
})

test('[M3] it proves while the site works: what changes in that moment is left out, the lost row is found', async () => {
  const [changed = '', lost = ''] = [ids[0], ids.find((id) => !id.startsWith(ids[0]?.slice(0, 2) ?? ''))]
  tamper(`delete from products where no = (${numberOf})`, lost)
  // The first digest is that of the site: a poke overtakes it.
  before('digest', () => server.changeProducts(siteScope, [changed], 'Bowl'))
  await clock.advance(SOON_MS)
  const [proof] = await proofsOf(siteScope)
  expect(proof).toMatchObject({ outcome: 'repaired', rowsRepaired: 1 })
  expect(isHeld(lost)).toBe(true)
})

test('[M3] a change whose poke was lost is looked for before anything is called wrong', async () => {
  server.pokes = 'lost'
  before('digest', () => server.changeProducts(siteScope, ids.slice(0, 2), 'Bowl'))
  await clock.advance(SOON_MS)
  const [proof] = await proofsOf(siteScope)
  expect(proof).toMatchObject({ outcome: 'equal', head: PRODUCTS + 2 })
  expect(proof?.changing).toBeGreaterThan(0)
  expect(events('mirror.differs')).toEqual([])
})

test('[L3] a question that fails proves nothing, does no harm to the link, and is asked again soon', async () => {
  const honest = upstream.digest.bind(upstream)
  upstream.digest = async () => ({
    kind: 'retry',
    afterMs: null,
    because: 'server-error',
    detail: 'overloaded',
  })
  await clock.advance(SOON_MS)
  expect((await proofsOf(siteScope))[0]).toMatchObject({ outcome: 'unproven', head: null })
  expect(console.status().link.at).toBe('live')
  expect(console.path()).not.toContain('waiting')
  upstream.digest = honest
  await clock.advance(2 * MINUTE_MS)
  expect((await proofsOf(siteScope))[0]).toMatchObject({ outcome: 'equal' })
})

test('rows that cannot be had now leave the scope differing, and are asked for again', async () => {
  tamper(`delete from products where no = (${numberOf})`, ids[0])
  const honest = upstream.buckets.bind(upstream)
  upstream.buckets = async () => noAnswer
  await clock.advance(SOON_MS)
  expect((await proofsOf(siteScope))[0]).toMatchObject({ outcome: 'differs', differing: 1, rowsRepaired: 0 })
  upstream.buckets = honest
  await clock.advance(2 * MINUTE_MS)
  expect((await proofsOf(siteScope))[0]).toMatchObject({ outcome: 'repaired', rowsRepaired: 1 })
})

test('[M2] rows that were old when they came are not believed, and asked for again', async () => {
  const [lost = '', other = ''] = ids
  tamper(`delete from products where no = (${numberOf})`, lost)
  afterAnswer('buckets', () => server.changeProducts(siteScope, [other], 'Newer'))
  await clock.advance(SOON_MS)
  expect(events('mirror.not-repaired')[0]?.facts).toMatchObject({ because: 'outdated' })
  await clock.advance(2 * MINUTE_MS)
  expect(heldProducts().find(({ id }) => id === other)?.name).toBe('Newer')
  expect(isHeld(lost)).toBe(true)
  const outcomes = (await proofsOf(siteScope)).map(({ outcome, rowsRepaired }) => [outcome, rowsRepaired])
  expect(outcomes).toEqual([
    ['repaired', 1],
    ['differs', 0],
  ])
})

test('rows meant for somebody else never reach the mirror', async () => {
  tamper(`delete from products where no = (${numberOf})`, ids[0])
  const honest = upstream.buckets.bind(upstream)
  upstream.buckets = async (scope, buckets) => {
    const outcome = await honest(scope, buckets)
    return outcome.kind === 'settled'
      ? { kind: 'settled', value: { ...outcome.value, uid: randomUUID() as typeof server.uid } }
      : outcome
  }
  await clock.advance(SOON_MS)
  expect((await proofsOf(siteScope))[0]).toMatchObject({ outcome: 'differs', rowsRepaired: 0 })
  expect(heldProducts()).toHaveLength(PRODUCTS - 1)
})

test('a whole table that is gone comes back, in answers of bounded size', async () => {
  await clock.advance(SOON_MS)
  tamper('delete from products')
  const sizes: number[] = []
  const honest = upstream.buckets.bind(upstream)
  upstream.buckets = async (scope, buckets) => {
    sizes.push(buckets.length)
    return honest(scope, buckets)
  }
  await clock.advance(IDLE_MS)
  expect(heldProducts()).toHaveLength(PRODUCTS)
  expect((await proofsOf(siteScope))[0]).toMatchObject({ outcome: 'repaired', rowsRepaired: PRODUCTS })
  expect(Math.max(...sizes)).toBeLessThanOrEqual(64)
  expect(sizes.length).toBeGreaterThan(1)
})

test('nothing is proved while the link is down; after the next catch-up it is', async () => {
  await clock.advance(SOON_MS)
  const asked = (await diagnostics()).proofs.length
  upstream.failure = noAnswer
  upstream.cutFeeds()
  await clock.advance(60 * MINUTE_MS)
  expect((await diagnostics()).proofs).toHaveLength(asked)
  upstream.failure = null
  await clock.advance(2 * MINUTE_MS)
  expect(console.status().link.at).toBe('live')
  expect((await diagnostics()).proofs).toHaveLength(asked + 2)
})

test('a link that comes and goes does not make the server count each time', async () => {
  let digests = 0
  before('digest', () => void (digests += 1), Infinity)
  for (let second = 0; second < 300; second += 5) {
    upstream.cutFeeds()
    await clock.advance(5_000)
  }
  expect(digests).toBeLessThanOrEqual(2 * 6)
})

test('[L1] an answer that comes after the sign-out changes nothing', async () => {
  tamper(`delete from products where no = (${numberOf})`, ids[0])
  let signOut: Promise<unknown> = Promise.resolve()
  afterAnswer('buckets', () => {
    signOut = console.engine.ask(console.window, 'session.sign-out', {})
  })
  await clock.advance(SOON_MS)
  await signOut
  expect(console.status().link.at).toBe('signed-out')
  expect(heldProducts()).toHaveLength(PRODUCTS - 1)
  expect(events('mirror.repaired')).toEqual([])
  expect(events('upkeep.failed')).toEqual([])
})

test('[L1] an answer that comes when the link is gone changes nothing', async () => {
  tamper(`delete from products where no = (${numberOf})`, ids[0])
  afterAnswer('buckets', () => {
    upstream.failure = noAnswer
    upstream.cutFeeds()
  })
  await clock.advance(SOON_MS)
  expect(heldProducts()).toHaveLength(PRODUCTS - 1)
  expect((await proofsOf(siteScope)).map(({ outcome }) => outcome)).not.toContain('repaired')
})

test('a scope that lives anew under another epoch is proved under that one', async () => {
  await clock.advance(SOON_MS)
  server.restore(siteScope)
  await clock.advance(IDLE_MS)
  const [proof] = await proofsOf(siteScope)
  expect(proof).toMatchObject({ outcome: 'equal', head: PRODUCTS })
  server.change(siteScope, 'products', ids[0] ?? '', productRow(ids[0] ?? '', 'Bowl'))
  await clock.advance(IDLE_MS)
  expect((await proofsOf(siteScope))[0]).toMatchObject({ outcome: 'equal', head: PRODUCTS + 1 })
})

/** Makes a table or index of the file begin at a page that holds something else. */
function derail(name: string): void {
  const file = new Database(mirrorPath(directory, address.url, server.uid))
  file.unsafeMode(true)
  file.pragma('writable_schema = on')
  file
    .prepare(
      `update sqlite_schema set rootpage = (select rootpage from sqlite_schema where name = 'meta') where name = ?`,
    )
    .run(name)
  file.pragma('schema_version = 9999')
  file.close()
}

async function isRebuilt(): Promise<void> {
  expect(console.status()).toMatchObject({ disk: 'damaged-rebuilt', link: { at: 'live' } })
  expect(readdirSync(directory).some((name) => name.includes('.damaged-'))).toBe(true)
  expect(heldProducts().map(({ id }) => id)).toEqual([...ids].sort())
  expect((await diagnostics()).scopes.map(({ cursor }) => cursor)).toContain(PRODUCTS)
}

test('damage that the proof meets: the file is set aside, filled again, and the user is told', async () => {
  await clock.advance(SOON_MS)
  derail('products')
  await clock.advance(IDLE_MS)
  await isRebuilt()
})

test('damage that only SQLite’s own check finds: the same', async () => {
  await clock.advance(SOON_MS)
  derail('inventory_by_product')
  await clock.advance(2 * FIRST_CHECK_MS)
  await isRebuilt()
  expect(events('mirror.unsound')).toHaveLength(1)
  await clock.advance(2 * FIRST_CHECK_MS)
  expect((await diagnostics()).mirror?.integrity).toMatchObject({ sound: true })
  expect(events('mirror.unsound')).toHaveLength(1)
})

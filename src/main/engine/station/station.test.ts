import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { siteScope } from '#shared/domain/scope.ts'
import type { UserId } from '#shared/domain/ids.ts'
import type { ViewId } from '#shared/protocol/delta.ts'
import { removeFolder, startConsole, temporaryFolder } from '#test/harness/console.ts'
import type { TestConsole } from '#test/harness/console.ts'
import { fakeServer } from '#test/harness/fake-server.ts'
import type { FakeServer } from '#test/harness/fake-server.ts'
import { fakeUpstream, noAnswer } from '#test/harness/fake-upstream.ts'
import type { FakeUpstream } from '#test/harness/fake-upstream.ts'
import { manualClock } from '#test/harness/manual-clock.ts'
import type { ManualClock } from '#test/harness/manual-clock.ts'

const address = { url: 'http://shelf.test', anonKey: 'anon', embedded: true }
const credentials = { email: 'picker@shelf.test', password: 'right' }

let clock: ManualClock
let server: FakeServer
let upstream: FakeUpstream
let directory: string
let running: TestConsole[]

beforeEach(() => {
  clock = manualClock()
  server = fakeServer(clock)
  upstream = fakeUpstream(server, clock)
  server.changeProducts(
    siteScope,
    Array.from({ length: 5 }, () => randomUUID()),
    'Jug',
  )
  directory = temporaryFolder()
  running = []
})
afterEach(async () => {
  for (const each of running) await each.stop()
  removeFolder(directory)
})

async function start(options: Partial<Parameters<typeof startConsole>[0]> = {}): Promise<TestConsole> {
  const console = await startConsole({
    server: address,
    directory,
    clock,
    connect: () => upstream,
    ...options,
  })
  running.push(console)
  await clock.advance(200)
  return console
}

const signIn = (console: TestConsole, password = 'right') =>
  console.engine.ask(console.window, 'session.sign-in', { ...credentials, password })

const mirrors = (): string[] => readdirSync(directory).filter((name) => name.endsWith('.db'))

test('a first start without a server waits for one, and says so', async () => {
  const console = await start({ server: null })
  expect(console.status()).toMatchObject({ link: { at: 'offline' }, server: null, user: null })
  expect(await signIn(console)).toMatchObject({ ok: false, error: { code: 'not-ready' } })
})

test('nobody signed in: the console says so and does not knock at the server', async () => {
  upstream.signedIn = false
  const console = await start()
  await clock.advance(60 * 60_000)
  expect(console.status().link).toEqual({ at: 'signed-out', because: 'never-signed-in' })
  expect(server.pulls).toBe(0)
})

test('signing in opens the mirror and goes live', async () => {
  upstream.signedIn = false
  const console = await start()
  expect(await signIn(console, 'wrong')).toMatchObject({ ok: false, error: { code: 'wrong-password' } })
  expect(await signIn(console)).toEqual({ ok: true, value: {} })
  await clock.advance(200)
  expect(console.status()).toMatchObject({ link: { at: 'live' }, lostAt: null, disk: 'ok', clockOffsetMs: 0 })
  expect(console.status().user).toMatchObject({ id: server.uid, email: credentials.email })
})

test('the last user’s mirror is shown before any word with the network', async () => {
  const earlier = await start()
  expect(earlier.status().link.at).toBe('live')
  const { asOf } = earlier.status()
  await earlier.stop()
  upstream.failure = noAnswer
  await clock.advance(3_600_000)
  const later = await start()
  expect(later.status()).toMatchObject({ asOf, link: { at: 'waiting', because: 'no-answer' } })
  expect(later.status().lostAt).not.toBeNull()
})

test('signing out keeps the file, shows nothing of it, and the next sign-in goes on from there', async () => {
  const console = await start()
  await console.engine.ask(console.window, 'session.sign-out', {})
  await clock.advance(100)
  expect(console.status()).toMatchObject({
    link: { at: 'signed-out', because: 'asked' },
    user: null,
    asOf: null,
    memberships: [],
  })
  expect(mirrors()).toHaveLength(1)
  await signIn(console)
  await clock.advance(200)
  expect(console.status().link.at).toBe('live')
  expect(mirrors()).toHaveLength(1)
})

test('another user gets a mirror of their own', async () => {
  const console = await start()
  await console.engine.ask(console.window, 'session.sign-out', {})
  const other = fakeServer(clock)
  const theirs = fakeUpstream(other, clock)
  upstream.signIn = (email, password) => theirs.signIn(email, password)
  upstream.pull = (cursors, limit) => theirs.pull(cursors, limit)
  upstream.authenticate = () => theirs.authenticate()
  upstream.listen = (scopes, events) => theirs.listen(scopes, events)
  await signIn(console)
  await clock.advance(200)
  expect(console.status()).toMatchObject({ link: { at: 'live' }, user: { id: other.uid } })
  expect(mirrors()).toHaveLength(2)
})

test('the demo signs in by itself, also when its backend comes late', async () => {
  upstream.signedIn = false
  upstream.failure = noAnswer
  const console = await start({ demoSignIn: credentials })
  expect(console.status().link).toMatchObject({ at: 'waiting', because: 'no-answer' })
  await clock.advance(5 * 60_000)
  upstream.failure = null
  await console.engine.ask(console.window, 'link.retry', {})
  await clock.advance(200)
  expect(console.status().link.at).toBe('live')
})

test('a server is kept only after it has answered', async () => {
  const console = await start({ server: null })
  const question = { url: 'http://other.test/', anonKey: ' key ' }
  upstream.failure = { kind: 'not-supabase', detail: '' }
  const refused = await console.engine.ask(console.window, 'server.configure', question)
  expect(refused).toMatchObject({ ok: false, error: { code: 'not-supabase' } })
  upstream.failure = { kind: 'wrong-key', detail: '' }
  expect(await console.engine.ask(console.window, 'server.configure', question)).toMatchObject({
    error: { code: 'wrong-key' },
  })
  expect(console.configured).toEqual([])
  upstream.failure = null
  expect(await console.engine.ask(console.window, 'server.configure', question)).toEqual({
    ok: true,
    value: {},
  })
  expect(console.configured).toEqual([{ url: 'http://other.test', anonKey: 'key', embedded: false }])
  await clock.advance(200)
  expect(console.status()).toMatchObject({ link: { at: 'live' }, server: { url: 'http://other.test' } })
})

test('a damaged file is set aside and filled again, and the user is told', async () => {
  await (await start()).stop()
  const [file = ''] = mirrors()
  writeFileSync(join(directory, file), 'no database at all')
  const console = await start()
  await clock.advance(1_000)
  expect(console.status()).toMatchObject({ disk: 'damaged-rebuilt', link: { at: 'live' } })
  expect(readdirSync(directory).length).toBeGreaterThan(1)
})

test('a folder that cannot be made is told, tried again, and got over', async () => {
  const blocked = join(directory, 'blocked')
  writeFileSync(blocked, 'a file where the folder should be')
  const console = await start({ directory: join(blocked, 'mirrors') })
  expect(console.status().link.at).not.toBe('live')
  expect(console.status().user).toMatchObject({ email: credentials.email })
  removeFolder(blocked)
  await clock.advance(31_000)
  expect(existsSync(join(blocked, 'mirrors'))).toBe(true)
  expect(console.status()).toMatchObject({ disk: 'ok', link: { at: 'live' } })
})

test('a session that the server ended leaves the stock on screen and says why', async () => {
  const console = await start()
  upstream.failure = { kind: 'signed-out', because: 'revoked', detail: '' }
  upstream.cutFeeds(upstream.failure)
  await clock.advance(100)
  const { link, user, asOf } = console.status()
  expect(link).toEqual({ at: 'signed-out', because: 'revoked' })
  expect(user?.id).toBe(server.uid)
  expect(asOf).not.toBeNull()
})

test('the clock of a terminal that is two hours ahead is measured', async () => {
  const honest = upstream.pull.bind(upstream)
  upstream.pull = async (cursors, limit) => {
    const outcome = await honest(cursors, limit)
    if (outcome.kind !== 'settled') return outcome
    const server_time = new Date(clock.now() - 7_200_000).toISOString()
    return { kind: 'settled', value: { ...outcome.value, server_time } }
  }
  expect((await start()).status().clockOffsetMs).toBe(7_200_000)
})

test('an answer for a stranger never reaches the mirror', async () => {
  const honest = upstream.pull.bind(upstream)
  upstream.pull = async (cursors, limit) => {
    const outcome = await honest(cursors, limit)
    if (outcome.kind !== 'settled') return outcome
    return { kind: 'settled', value: { ...outcome.value, uid: randomUUID() as UserId } }
  }
  const console = await start()
  expect(console.status()).toMatchObject({ link: { at: 'signed-out' }, asOf: null })
})

test('stopping closes the upstream and leaves no timer', async () => {
  const console = await start()
  await console.engine.ask(console.window, 'view.open', {
    viewId: 'warehouses' as ViewId,
    view: { name: 'warehouses', params: {} },
  })
  await console.stop()
  expect(upstream.stopped).toBe(true)
  expect(upstream.openFeeds()).toBe(0)
  expect(clock.pending()).toBe(0)
})

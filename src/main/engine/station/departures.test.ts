import { afterEach, beforeEach, expect, test } from 'vitest'
import type { MutationId } from '#shared/domain/ids.ts'
import type { ViewId } from '#shared/protocol/delta.ts'
import type { WorkSummary } from '#shared/protocol/work.ts'
import { removeFolder, startConsole, temporaryFolder } from '#test/harness/console.ts'
import type { TestConsole } from '#test/harness/console.ts'
import { noAnswer } from '#test/harness/fake-upstream.ts'
import { manualClock } from '#test/harness/manual-clock.ts'
import type { ManualClock } from '#test/harness/manual-clock.ts'
import { memorySecrets } from '#test/harness/memory-secrets.ts'
import { mutation } from '#test/harness/outbox-data.ts'
import { sharedTerminal } from '#test/harness/shared-terminal.ts'
import type { Person, SharedTerminal } from '#test/harness/shared-terminal.ts'

/* Signing out and switching users never touches unsent work: it is sent as the person who did it. */

let clock: ManualClock
let terminal: SharedTerminal
let directory: string
let secrets: ReturnType<typeof memorySecrets>
let console: TestConsole

beforeEach(async () => {
  clock = manualClock()
  terminal = sharedTerminal(clock)
  directory = temporaryFolder()
  secrets = memorySecrets()
  await start()
})
afterEach(async () => {
  await console.stop()
  expect(clock.pending()).toBe(0)
  removeFolder(directory)
})

async function start(): Promise<void> {
  const server = { url: 'http://shelf.test', anonKey: 'anon', embedded: true }
  console = await startConsole({ server, directory, secrets, clock, connect: terminal.connect })
  await clock.advance(200)
}
async function restart(): Promise<void> {
  await console.stop()
  await start()
}

const mia = (): Person => terminal.people.mia
const tom = (): Person => terminal.people.tom

async function signIn({ user }: Person, password = 'right') {
  const question = { email: user.email, password }
  const reply = await console.engine.ask(console.window, 'session.sign-in', question)
  await clock.advance(500)
  return reply
}
async function signOut(): Promise<void> {
  await console.engine.ask(console.window, 'session.sign-out', {})
  await clock.advance(500)
}
async function receive(...names: string[]): Promise<MutationId[]> {
  const ids = names.map(mutation)
  for (const id of ids) {
    const command = terminal.receive(id)
    const reply = await console.engine.ask(console.window, 'work.submit', { command })
    expect(reply).toMatchObject({ ok: true, value: { kind: 'kept' } })
  }
  await clock.advance(200)
  return ids
}
async function summary(): Promise<WorkSummary> {
  const view = { name: 'work.summary', params: {} } as const
  const opened = await console.engine.ask(console.window, 'view.open', { viewId: 'sum' as ViewId, view })
  if (!opened.ok || opened.value.result.kind !== 'value') throw new Error('No summary.')
  return opened.value.result.value as WorkSummary
}
const cut = (...people: Person[]): void => {
  for (const { upstream } of people) {
    upstream.failure = noAnswer
    upstream.cutFeeds()
  }
}
const plug = (...people: Person[]): void => {
  for (const { upstream } of people) upstream.failure = null
}

test('work that is sent leaves nothing behind: the session ends with the sign-out', async () => {
  await signIn(mia())
  const ids = await receive('a', 'b')
  expect(mia().done()).toEqual(ids)
  await signOut()
  expect(terminal.ended).toEqual([mia().user.email])
  expect(terminal.resting()).toEqual({ own: null, apart: [] })
})

test('signing out with unsent work: it is sent in their name, and then their session ends', async () => {
  await signIn(mia())
  cut(mia())
  const ids = await receive('a', 'b')
  await signOut()
  expect(console.status()).toMatchObject({ user: null, link: { at: 'signed-out', because: 'asked' } })
  expect(await summary()).toMatchObject({ unsent: 0, unsentOfOthers: 2 })
  expect(terminal.resting()).toEqual({ own: null, apart: [mia().user.email] })
  expect(terminal.ended).toEqual([])
  plug(mia())
  await clock.advance(60_000)
  expect(mia().done()).toEqual(ids)
  expect(await summary()).toMatchObject({ unsentOfOthers: 0 })
  expect(terminal.resting()).toEqual({ own: null, apart: [] })
  expect(terminal.ended).toEqual([mia().user.email])
  expect(secrets.kept.size).toBe(0)
})

test('a restart in between changes nothing of that', async () => {
  await signIn(mia())
  cut(mia())
  const ids = await receive('a')
  await signOut()
  await restart()
  expect(console.status().user).toBeNull()
  expect(await summary()).toMatchObject({ unsentOfOthers: 1 })
  plug(mia())
  await clock.advance(60_000)
  expect(mia().done()).toEqual(ids)
  expect(terminal.ended).toEqual([mia().user.email])
  await restart()
  expect(await summary()).toMatchObject({ unsentOfOthers: 0 })
})

test('another user works on the same terminal meanwhile: each one’s work is sent in their own name', async () => {
  await signIn(mia())
  cut(mia(), tom())
  const hers = await receive('a', 'b')
  await signOut()
  plug(tom())
  expect(await signIn(tom())).toMatchObject({ ok: true })
  const his = await receive('c')
  expect([mia().done(), tom().done()]).toEqual([[], his])
  expect(await summary()).toMatchObject({ unsent: 0, unsentOfOthers: 2 })
  plug(mia())
  await clock.advance(60_000)
  expect([mia().done(), tom().done()]).toEqual([hers, his])
  expect(await summary()).toMatchObject({ unsentOfOthers: 0 })
  expect(console.status()).toMatchObject({ user: { id: tom().user.id }, link: { at: 'live' } })
  expect(terminal.resting()).toEqual({ own: tom().user.email, apart: [] })
})

test('signing in over somebody who never signed out keeps their work and session as well', async () => {
  await signIn(mia())
  cut(mia())
  const hers = await receive('a')
  expect(await signIn(tom(), 'wrong')).toMatchObject({ ok: false, error: { code: 'wrong-password' } })
  expect(terminal.resting()).toEqual({ own: mia().user.email, apart: [] })
  expect(console.status().user?.id).toBe(mia().user.id)
  expect(await summary()).toMatchObject({ unsent: 1, unsentOfOthers: 0 })
  expect(await signIn(tom())).toMatchObject({ ok: true })
  expect(terminal.resting()).toEqual({ own: tom().user.email, apart: [mia().user.email] })
  plug(mia())
  await clock.advance(60_000)
  expect(mia().done()).toEqual(hers)
})

test('who comes back finds their work as they left it, and goes on sending it themselves', async () => {
  await signIn(mia())
  const early = await receive('early')
  cut(mia())
  const late = await receive('late')
  await signOut()
  await clock.advance(5_000)
  plug(mia())
  // The other one has not tried again yet.
  expect(await signIn(mia())).toMatchObject({ ok: true })
  await clock.advance(60_000)
  expect(mia().done()).toEqual([...early, ...late])
  expect(await summary()).toMatchObject({ unsent: 0, unsentOfOthers: 0 })
  expect(terminal.resting()).toEqual({ own: mia().user.email, apart: [] })
  expect(terminal.ended).toEqual([mia().user.email])
})

test('[O2] answers that were lost on the way out count once', async () => {
  await signIn(mia())
  cut(mia())
  await receive('a')
  await signOut()
  mia().upstream.pushAnswersToLose = 3
  plug(mia())
  await clock.advance(5 * 60_000)
  expect(mia().done()).toEqual([mutation('a')])
  expect(await summary()).toMatchObject({ unsentOfOthers: 0 })
})

test('a session that the server has ended leaves the work on disk, says so, and waits for its person', async () => {
  await signIn(mia())
  cut(mia())
  const ids = await receive('a')
  await signOut()
  terminal.revoke(mia())
  plug(mia())
  await clock.advance(10 * 60_000)
  expect(mia().done()).toEqual([])
  expect(await summary()).toMatchObject({ unsentOfOthers: 1 })
  await restart()
  await signIn(tom())
  expect(await summary()).toMatchObject({ unsent: 0, unsentOfOthers: 1 })
  await signOut()
  await signIn(mia())
  expect(mia().done()).toEqual(ids)
  expect(await summary()).toMatchObject({ unsent: 0, unsentOfOthers: 0 })
})

test('[O3] what the server refuses of their work waits on their desk', async () => {
  await signIn(mia())
  cut(mia())
  await receive('a')
  await signOut()
  mia().upstream.ledger.refuses.add(mutation('a'))
  plug(mia())
  await clock.advance(60_000)
  expect(terminal.ended).toEqual([mia().user.email])
  await signIn(mia())
  expect(await summary()).toMatchObject({ unsent: 0, refused: 1 })
})

test('a sign-out that the end of the engine cuts short is ended at the next start', async () => {
  await signIn(mia())
  cut(mia())
  const ids = await receive('a')
  await console.stop()
  const users = JSON.stringify([mia().user])
  secrets.kept.set('departed:http://shelf.test', users)
  await start()
  expect(console.status()).toMatchObject({ user: null, link: { at: 'signed-out', because: 'asked' } })
  plug(mia())
  await clock.advance(60_000)
  expect(mia().done()).toEqual(ids)
})

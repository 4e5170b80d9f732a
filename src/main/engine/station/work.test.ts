import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { AskChannel, Answer, Heard, Question } from '#shared/protocol/contract.ts'
import type { ViewId, ViewResult } from '#shared/protocol/delta.ts'
import type { ViewSpec } from '#shared/protocol/views.ts'
import type { WorkFile, WorkItem, WorkSummary } from '#shared/protocol/work.ts'
import type { EngineChannel } from '../engine.ts'
import { lockFile } from '../mirror/open-database.ts'
import { removeFolder, startConsole, temporaryFolder } from '#test/harness/console.ts'
import type { TestConsole } from '#test/harness/console.ts'
import { noAnswer } from '#test/harness/fake-upstream.ts'
import { manualClock } from '#test/harness/manual-clock.ts'
import type { ManualClock } from '#test/harness/manual-clock.ts'
import { mutation } from '#test/harness/outbox-data.ts'
import { sharedTerminal } from '#test/harness/shared-terminal.ts'
import type { SharedTerminal } from '#test/harness/shared-terminal.ts'

/* Work at a whole station: from a window's question to the server, and back into its windows. */

let clock: ManualClock
let terminal: SharedTerminal
let directory: string
let console: TestConsole
let heard: Heard<'view.delta'>[]

beforeEach(async () => {
  clock = manualClock()
  terminal = sharedTerminal(clock)
  directory = temporaryFolder()
  heard = []
  await start()
  await ask('session.sign-in', { email: terminal.people.mia.user.email, password: 'right' })
  await clock.advance(500)
})
afterEach(async () => {
  await console.stop()
  expect(clock.pending()).toBe(0)
  removeFolder(directory)
})

async function start(): Promise<void> {
  const server = { url: 'http://shelf.test', anonKey: 'anon', embedded: true }
  console = await startConsole({ server, directory, clock, connect: terminal.connect })
  await clock.advance(200)
}
const ask = async <C extends EngineChannel & AskChannel>(channel: C, question: Question<C>) =>
  console.engine.ask(console.window, channel, question)
async function must<C extends EngineChannel>(channel: C, question: Question<C>): Promise<Answer<C>> {
  const reply = await ask(channel, question)
  if (!reply.ok) throw new Error(`${channel}: ${reply.error.message}`)
  return reply.value
}
const submit = (name: string) => must('work.submit', { command: terminal.receive(mutation(name)) })

async function open(view: ViewSpec): Promise<ViewResult> {
  const { result } = await must('view.open', { viewId: view.name as ViewId, view })
  return result
}
async function list(): Promise<WorkItem[]> {
  const result = await open({ name: 'work.list', params: { filter: 'all', offset: 0, limit: 50 } })
  return result.kind === 'list' ? (result.rows as unknown as WorkItem[]) : []
}
async function summary(): Promise<WorkSummary> {
  const result = await open({ name: 'work.summary', params: {} })
  if (result.kind !== 'value') throw new Error('No summary.')
  return result.value as WorkSummary
}
const states = async () => (await list()).map(({ id, state }) => ({ id, state }))

function cut(): void {
  terminal.people.mia.upstream.failure = noAnswer
  terminal.people.mia.upstream.cutFeeds()
}
async function plug(): Promise<void> {
  terminal.people.mia.upstream.failure = null
  console.engine.signal({ kind: 'network-up' })
  await clock.advance(5_000)
}

test('[O1] [O2] work done offline survives restarts, and is sent once when the network is back', async () => {
  cut()
  await submit('a')
  await submit('b')
  expect(await summary()).toMatchObject({ unsent: 2 })
  await console.stop()
  await start()
  expect(await states()).toEqual([
    { id: mutation('b'), state: 'queued' },
    { id: mutation('a'), state: 'queued' },
  ])
  terminal.people.mia.upstream.pushAnswersToLose = 1
  await plug()
  await clock.advance(60_000)
  expect(terminal.people.mia.done()).toEqual([mutation('a'), mutation('b')])
  expect((await states()).map(({ state }) => state)).toEqual(['settled', 'settled'])
  expect(await summary()).toMatchObject({ unsent: 0, oldestUnsentAt: null })
})

test('[D1] windows hear of each step of their work, at most once a frame', async () => {
  cut()
  await list()
  await summary()
  heard = console.deltas
  heard.length = 0
  for (let n = 0; n < 50; n += 1) await submit(`w${n}`)
  await clock.advance(16)
  const of = (name: string) => heard.filter(({ viewId }) => viewId === name)
  expect(of('work.list').length).toBeLessThanOrEqual(2)
  expect(of('work.summary').at(-1)).toMatchObject({ change: { value: { unsent: 50 } } })
  heard.length = 0
  await plug()
  await clock.advance(1_000)
  expect(of('work.summary').at(-1)).toMatchObject({ change: { value: { unsent: 0 } } })
})

test('an outbox that somebody else has open: reading goes on, no work is taken, and both are said', async () => {
  const name = readdirSync(directory).find((file) => file.endsWith('.outbox')) ?? ''
  await console.stop()
  const unlock = lockFile(join(directory, name), null)
  await start()
  expect(console.status()).toMatchObject({ disk: 'in-use', link: { at: 'live' } })
  expect(await ask('work.submit', { command: terminal.receive(mutation('a')) })).toMatchObject({
    ok: false,
    error: { code: 'not-ready', retryable: true },
  })
  expect(await summary()).toMatchObject({ unsent: 0 })
  unlock()
  await clock.advance(60_000)
  expect(console.status().disk).toBe('ok')
  await submit('a')
  await clock.advance(200)
  expect(terminal.people.mia.done()).toEqual([mutation('a')])
})

test('nobody signed in: no work is taken', async () => {
  await ask('session.sign-out', {})
  await clock.advance(200)
  expect(await ask('work.submit', { command: terminal.receive(mutation('a')) })).toMatchObject({
    error: { code: 'not-ready' },
  })
  expect(await console.engine.askOwn('work.gather', {})).toMatchObject({ error: { code: 'not-ready' } })
})

test('[O2] unsent work goes to a file and into another station, where it counts once', async () => {
  cut()
  await submit('a')
  await submit('b')
  const gathered = await console.engine.askOwn('work.gather', {})
  if (!gathered.ok) throw new Error(gathered.error.message)
  const file: WorkFile = gathered.value
  expect(file).toMatchObject({ serverUrl: 'http://shelf.test', email: 'mia@shelf.test' })
  await console.stop()
  const first = directory
  directory = temporaryFolder()
  terminal.people.mia.upstream.failure = null
  await start()
  await clock.advance(500)
  const text = JSON.stringify(file)
  expect(await console.engine.askOwn('work.take-in', { text })).toEqual({
    ok: true,
    value: { taken: 2, known: 0 },
  })
  await clock.advance(1_000)
  await console.stop()
  removeFolder(directory)
  directory = first
  await start()
  await clock.advance(60_000)
  expect(terminal.people.mia.done()).toEqual([mutation('a'), mutation('b')])
  expect(await summary()).toMatchObject({ unsent: 0 })
})

test('a mirror that is made anew shows the unsent work as before', async () => {
  cut()
  await submit('a')
  await console.stop()
  for (const file of readdirSync(directory)) {
    if (file.includes('.db') && !file.includes('.outbox')) removeFolder(join(directory, file))
  }
  terminal.people.mia.upstream.pushFailure = noAnswer
  terminal.people.mia.upstream.failure = null
  await start()
  await clock.advance(2_000)
  expect(console.status().link.at).toBe('live')
  const command = terminal.receive(mutation('a'))
  if (command.kind !== 'receive') throw new Error('It is a receipt.')
  const params = { warehouseId: command.warehouse_id, productId: command.product_id }
  expect(await open({ name: 'stock.detail', params })).toMatchObject({
    value: { onHand: 1, unsentOnHand: 1, bins: [{ bin: 'A-1', onHand: 1, unsentOnHand: 1 }] },
  })
})

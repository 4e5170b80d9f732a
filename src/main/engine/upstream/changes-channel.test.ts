import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { siteScope } from '#shared/domain/scope.ts'
import { PATIENCE_MS } from '#test/harness/patience.ts'
import { freshToken, headChange, scopes, setStage, soon } from '#test/contract/upstream-stage.ts'
import type { Opened, Stage } from '#test/contract/upstream-stage.ts'

const topic = 'realtime:heads'
const everyScope = scopes.map((scope) => [scope, null])
let stage: Stage

beforeEach(async () => {
  stage = await setStage('postgres-changes')
})
afterEach(() => stage.end())

const stands = (): void =>
  stage.server.say(topic, 'system', {
    status: 'ok',
    extension: 'postgres_changes',
    message: 'Subscribed to PostgreSQL',
  })
const change = (record: object, data: object = {}): void =>
  stage.server.say(topic, 'postgres_changes', headChange(record, data))

/** Proves that everything said before was heard: a change nobody can mistake is heard after it. */
async function heardBefore({ heard }: Opened): Promise<(string | number | null)[][]> {
  change({ scope: siteScope, head: 4_242 })
  await soon(() => expect(heard.moved.at(-1)).toEqual([siteScope, 4_242]))
  return heard.moved.slice(0, -1)
}

test('one channel binds every scope’s row, inserts too: a scope may be made after the subscription', async () => {
  const bound: unknown[] = []
  const answer = stage.server.onJoin
  stage.server.onJoin = (topic, bindings) => {
    bound.push(...bindings)
    return answer(topic, bindings)
  }
  await stage.streaming()
  expect(stage.server.joins).toHaveLength(1)
  expect(bound).toEqual(
    scopes.map((scope) => ({
      event: '*',
      schema: 'public',
      table: 'sync_scopes',
      filter: `scope=eq.${scope}`,
    })),
  )
})

describe('[L3] [B12] SUBSCRIBED is not streaming', () => {
  beforeEach(() => {
    stage.server.tellsReplication = false
  })

  test('until the server says that the subscription stands', async () => {
    const { heard, feed } = stage.open()
    await soon(() => expect(stage.server.joins).toHaveLength(1))
    // Of another extension: the replication of broadcasts says nothing of ours.
    stage.server.say(topic, 'system', {
      status: 'ok',
      extension: 'system',
      message: 'Replication established',
    })
    expect(await feed.heartbeat(PATIENCE_MS)).toBe(true)
    expect(heard.streaming).toBe(0)
    stands()
    await soon(() => expect(heard.streaming).toBe(1))
    expect(heard.moved).toEqual([])
  })

  test('and a subscription that is refused ends the feed', async () => {
    const { heard } = stage.open()
    await soon(() => expect(stage.server.joins).toHaveLength(1))
    const message = 'Unable to subscribe to changes with given parameters. Please check Realtime is enabled'
    stage.server.say(topic, 'system', { status: 'error', extension: 'postgres_changes', message })
    await soon(() => expect(heard.lost).toMatchObject([{ kind: 'refused', code: 'realtime-refused' }]))
    expect(heard.streaming).toBe(0)
  })
})

test.each(['INSERT', 'UPDATE'])('an %s tells the scope and its new head', async (type) => {
  const opened = await stage.streaming()
  change({ scope: siteScope, epoch: randomUUID(), head: 12 }, { type })
  expect(await heardBefore(opened)).toEqual([[siteScope, 12]])
})

test.each([
  [
    '[B24] that was cut to size',
    { scope: siteScope, head: 12 },
    { errors: ['Error 413: Payload Too Large'] },
  ],
  ['that we may not read', {}, { columns: [], errors: ['Error 401: Unauthorized'] }],
  ['of a row without a scope', { head: 12 }, {}],
  ['[B15] of a scope that nobody asked for', { scope: `warehouse:${randomUUID()}`, head: 12 }, {}],
  ['of a kind that is not there yet', { scope: siteScope, head: 12 }, { type: 'MERGE' }],
])('a change %s is a hint that something moved', async (_name, record, data) => {
  const opened = await stage.streaming()
  change(record, data)
  expect(await heardBefore(opened)).toEqual(everyScope)
})

test.each([
  ['above 2^53', '9007199254740993'],
  ['below zero', '-1'],
  ['that is no number', '"soon"'],
  ['that is missing', 'null'],
])('a head %s counts as unknown', async (_name, head) => {
  const opened = await stage.streaming()
  const said = JSON.stringify([
    null,
    null,
    topic,
    'postgres_changes',
    headChange({ scope: siteScope, head: 0 }),
  ])
  stage.server.raw(said.replace('"head":0', `"head":${head}`))
  expect(await heardBefore(opened)).toEqual([[siteScope, null]])
})

test('[B11] deletions say nothing: they are told to everyone, row security or not', async () => {
  const opened = await stage.streaming()
  change({}, { type: 'DELETE', record: undefined, old_record: { scope: siteScope } })
  expect(await heardBefore(opened)).toEqual([])
})

test('a change without contents breaks the client’s code, and is still a hint', async () => {
  const opened = await stage.streaming()
  stage.server.say(topic, 'postgres_changes', { ids: [1] })
  expect(await heardBefore(opened)).toEqual(everyScope)
})

test('[B11] a subscription made anew, which nobody asked for, means that changes were lost', async () => {
  const opened = await stage.streaming()
  stands()
  expect(await heardBefore(opened)).toEqual(everyScope)
  expect(opened.heard.streaming).toBe(1)
  expect(opened.heard.lost).toEqual([])
})

test('after a new token the server goes by the old claims for a while: we look again when that is over', async () => {
  stage.token = freshToken('user-token-1', 0)
  const { heard } = await stage.streaming()
  stage.token = freshToken('user-token-2')
  // 1 s to the renewal, 4 s to the look; this server never says that it made the subscription anew.
  await expect.poll(() => heard.moved, { timeout: PATIENCE_MS }).toEqual(everyScope)
  expect(heard.lost).toEqual([])
})

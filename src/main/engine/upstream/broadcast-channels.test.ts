import { afterEach, beforeEach, expect, test } from 'vitest'
import { siteScope } from '#shared/domain/scope.ts'
import { pokeTo, scopes, setStage, soon } from '#test/contract/upstream-stage.ts'
import type { Stage } from '#test/contract/upstream-stage.ts'

const topic = 'realtime:sync:site'
let stage: Stage

beforeEach(async () => {
  stage = await setStage('broadcast')
})
afterEach(() => stage.end())

test('[L3] [B12] joined is not yet streaming: the server must say that its replication runs', async () => {
  stage.server.tellsReplication = false
  const { heard } = stage.open()
  await soon(() => expect(stage.server.joins).toHaveLength(2))
  expect(heard.streaming).toBe(0)
  for (const scope of scopes) {
    stage.server.say(`realtime:sync:${scope}`, 'system', { status: 'ok', extension: 'system' })
  }
  await soon(() => expect(heard.streaming).toBe(1))
})

test('a server too old to say so is given two seconds', async () => {
  stage.server.tellsReplication = false
  const { heard } = stage.open()
  await soon(() => expect(heard.streaming).toBe(1))
})

test('a replication that did not come about ends the feed', async () => {
  stage.server.tellsReplication = false
  const { heard } = stage.open()
  await soon(() => expect(stage.server.joins).toHaveLength(2))
  const message = 'Replication connection was not established in time'
  stage.server.say(topic, 'system', { status: 'error', extension: 'system', message })
  await soon(() => expect(heard.lost).toMatchObject([{ kind: 'retry', because: 'server-error' }]))
  expect(heard.streaming).toBe(0)
})

test('a poke we cannot read, or that speaks of another scope, is a hint that its scope moved', async () => {
  const { heard } = await stage.streaming()
  stage.server.say(topic, 'broadcast', { type: 'broadcast', event: 'poke', payload: { scope: siteScope } })
  await soon(() => expect(heard.moved).toEqual([[siteScope, null]]))
  stage.server.say(`realtime:sync:${scopes[1]}`, 'broadcast', pokeTo(7))
  await soon(() =>
    expect(heard.moved).toEqual([
      [siteScope, null],
      [scopes[1], null],
    ]),
  )
  expect(heard.pokes).toEqual([])
})

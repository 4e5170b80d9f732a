import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { scriptedRealtime } from '#test/harness/scripted-realtime.ts'
import type { ScriptedRealtime } from '#test/harness/scripted-realtime.ts'
import { trapSite } from './support/trap-site.ts'
import type { TrapConsole } from './support/trap-site.ts'

/* Frames that a real server would not send, or not to us. */

const site = trapSite()
const site_topic = 'realtime:sync:site'

let realtime: ScriptedRealtime
let terminal: TrapConsole
beforeEach(async () => {
  realtime = await scriptedRealtime()
  terminal = await site.console({ realtimeAt: realtime.url })
  await terminal.reaches('live')
})
afterEach(() => realtime.stop())

/** The noise was heard, and the socket still speaks: an answered beat comes behind it. */
async function heardOut(): Promise<void> {
  const before = realtime.heartbeats
  terminal.engine.signal({ kind: 'unlocked' })
  await terminal.clock.passUntil('a beat is asked for', () => realtime.heartbeats > before, 5_000)
  await terminal.clock.pass(6_000)
}

async function isUnmoved(): Promise<void> {
  await heardOut()
  expect(terminal.wire.opened()).toBe(1)
  expect(terminal.status().link.at).toBe('live')
  expect(terminal.log.filter(({ level }) => level === 'error')).toEqual([])
}

describe('[N9] [N10] what is none of our business is ignored', () => {
  test.each<[string, () => void]>([
    [
      'presence_state',
      () => realtime.say(site_topic, 'presence_state', { a: { metas: [{ phx_ref: 'x' }] } }),
    ],
    ['presence_diff', () => realtime.say(site_topic, 'presence_diff', { joins: {}, leaves: {} })],
    ['an event nobody knows', () => realtime.say(site_topic, 'confetti', { colour: 'red' })],
    [
      'a reply to a question nobody asked',
      () => realtime.say(site_topic, 'phx_reply', { status: 'ok', response: {} }),
    ],
    [
      'news of a topic nobody joined',
      () => realtime.say('realtime:sync:elsewhere', 'broadcast', { event: 'poke' }),
    ],
    [
      'the end of a join long replaced',
      () => realtime.raw(JSON.stringify(['1', '1', site_topic, 'phx_close', {}])),
    ],
    [
      'row changes nobody asked for',
      () => realtime.say(site_topic, 'postgres_changes', { ids: [1], data: {} }),
    ],
    [
      'a broadcast of another kind',
      () => realtime.say(site_topic, 'broadcast', { type: 'broadcast', event: 'wave', payload: {} }),
    ],
    [
      'a second system ok',
      () => realtime.say(site_topic, 'system', { status: 'ok', extension: 'system', message: 'again' }),
    ],
    ['a system message without a status', () => realtime.say(site_topic, 'system', {})],
  ])('%s', async (_title, noise) => {
    noise()
    await isUnmoved()
    await site.equal(terminal)
  })
})

describe('[N10] [B24] what may have been a poke costs one pull', () => {
  test.each<[string, () => void]>([
    ['half a frame', () => realtime.raw('[null,null,"realtime:sync:si')],
    ['an empty frame', () => realtime.raw('')],
    ['null', () => realtime.raw('null')],
    [
      'an object of version 1',
      () => realtime.raw('{"topic":"realtime:sync:site","event":"broadcast","payload":{},"ref":null}'),
    ],
    ['a binary frame of an unknown kind', () => realtime.raw(Buffer.from([9, 1, 1, 1, 1]))],
    ['a binary frame that ends too early', () => realtime.raw(Buffer.from([4, 200, 3, 0]))],
    [
      'a poke that is a list',
      () => realtime.say(site_topic, 'broadcast', { type: 'broadcast', event: 'poke', payload: [] }),
    ],
    [
      'a poke without a payload',
      () => realtime.say(site_topic, 'broadcast', { type: 'broadcast', event: 'poke' }),
    ],
    [
      'a poke with rows of another shape',
      () => realtime.say(site_topic, 'broadcast', poke([{ table: 'inventory', id: 7 }])),
    ],
    ['a poke from the far future', () => realtime.say(site_topic, 'broadcast', poke(undefined, 9_000_000))],
  ])('%s', async (_title, noise) => {
    await site.change()
    noise()
    await terminal.isTold()
    await isUnmoved()
    await site.equal(terminal)
  })
})

const poke = (changes: unknown, to = 99): unknown => ({
  type: 'broadcast',
  event: 'poke',
  payload: {
    scope: 'site',
    epoch: '00000000-0000-4000-8000-000000000000',
    from: to,
    to,
    at: '2026-11-22T08:00:00.000Z',
    ...(changes === undefined ? {} : { changes }),
  },
})

test('[B14] ten thousand frames of noise in one breath hold up neither the beats nor the next change', async () => {
  for (let n = 0; n < 10_000; n += 1)
    realtime.say(site_topic, 'presence_diff', { joins: { [n]: {} }, leaves: {} })
  await isUnmoved()
  await site.change()
  realtime.say(site_topic, 'broadcast', { type: 'broadcast', event: 'poke' })
  await terminal.isTold()
})

import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { PATIENCE_MS } from '#test/harness/patience.ts'
import { scriptedRealtime } from '#test/harness/scripted-realtime.ts'
import type { ScriptedRealtime } from '#test/harness/scripted-realtime.ts'
import { NEXT_POLL_MS, trapSite } from './support/trap-site.ts'
import { claimsOf } from './support/wire.ts'

/* What can go wrong between the first join and the first pull that counts. */

/** On the real server 5 s; in hurried time these are as many. */
const BLOCKED_MS = 200
const site = trapSite({ realtime: { joinErrorBackoffMs: BLOCKED_MS } })

let realtime: ScriptedRealtime | null = null
afterEach(async () => {
  await realtime?.stop()
  realtime = null
})

test('[B7] [N7] the first join carries the user’s token, and so does every other', async () => {
  const terminal = await site.live()
  site.backend.faults.hangUp(1006)
  await terminal.notLive()
  await site.recovers(terminal)
  const joins = terminal.wire.joins()
  expect(joins.length).toBeGreaterThanOrEqual(6)
  expect(new Set(joins.map((join) => claimsOf(join)?.sub))).toEqual(new Set([terminal.status().user?.id]))
})

test('[B9] [N4] no topic is joined twice on one socket, however often the connection breaks', async () => {
  const terminal = await site.live()
  for (let outage = 0; outage < 4; outage += 1) {
    site.backend.faults.hangUp(outage % 2 === 0 ? 1012 : 1006)
    await terminal.noticesAtOnce()
    await terminal.live()
  }
  const joins = terminal.wire.joins().map(({ socket, topic }) => `${socket} ${topic}`)
  expect(joins).toHaveLength(new Set(joins).size)
  await site.recovers(terminal)
})

test('[B12] [N4] [L3] SUBSCRIBED is not streaming: until the server says that it streams the console is not live, and what changed meanwhile is pulled', async () => {
  realtime = await scriptedRealtime()
  realtime.tellsReplication = false
  const terminal = await site.console({ realtimeAt: realtime.url })
  await expect.poll(() => realtime!.joins.length, { timeout: PATIENCE_MS, interval: 2 }).toBe(3)
  // Nobody hears of this: the subscription does not stand yet.
  await site.change()
  expect(terminal.path()).not.toContain('live')
  for (const { topic } of realtime.joins) {
    realtime.say(topic, 'system', { status: 'ok', extension: 'system', message: 'ready' })
  }
  await terminal.reaches('live')
  await site.equal(terminal)
})

describe('a realtime server that takes no joins', () => {
  test.each([
    ['[B5] joins are never answered', 'hang'],
    ['[N4] a refused join blocks its whole socket for 5 s', 'Unauthorized: You do not have permissions'],
    ['[B18] a server that restarts', 'RealtimeRestarting: Realtime is restarting, please standby'],
    ['[B18] a server that is getting ready', 'InitializingProjectConnection: Realtime is initializing'],
    [
      '[B18] a database without a free connection',
      'DatabaseLackOfConnections: Database is out of connections',
    ],
    ['[B19] too many joins a second', 'ClientJoinRateLimitReached: Too many joins per second'],
    ['[N4] too many channels', 'ChannelRateLimitReached: Too many channels'],
    ['[B21] a reason that nobody has heard of', 'SomethingNew: of which this version knows nothing'],
    ['[B21] a reason that is no code at all', 'Unknown Error on Channel'],
  ])(
    '[L2] [L3] %s: rows come by asking, the status says so, and it is live soon after',
    async (_title, reason) => {
      site.backend.faults.refuseJoins(reason)
      const terminal = await site.console()
      await site.change(3)
      await terminal.clock.passUntil('it polls', () => terminal.status().link.at === 'degraded', 60_000)
      await site.change(3)
      await terminal.current(NEXT_POLL_MS)
      expect(terminal.path()).not.toContain('live')
      site.backend.faults.refuseJoins(null)
      await site.recovers(terminal)
      expect(terminal.wire.alive()).toBe(1)
    },
  )
})

test('[B16] closing and listening in one breath: the race of removeAllChannels cannot be met, for every feed is a client of its own', async () => {
  const upstream = site.backend.connect()
  await upstream.signIn(site.backend.user.email, site.backend.user.password)
  const answer = await upstream.pull([], 1)
  if (answer.kind !== 'settled') throw new Error(answer.detail)
  const scopes = answer.value.granted.filter((scope) => !scope.startsWith('ledger:'))
  const heard: string[] = []
  for (let round = 0; round < 20; round += 1) {
    const listen = (name: string) =>
      upstream.listen(scopes, {
        streaming: () => void heard.push(`${name} ${round} streams`),
        poke: () => undefined,
        moved: () => undefined,
        lost: ({ detail }) => void heard.push(`${name} ${round} lost: ${detail}`),
      })
    const first = listen('first')
    const closed = first.close()
    const second = listen('second')
    await expect.poll(() => heard, { timeout: PATIENCE_MS, interval: 2 }).toContain(`second ${round} streams`)
    await Promise.all([closed, second.close()])
  }
  expect(heard).toHaveLength(20)
  await upstream.stop()
})

test('[B10] what a person does while offline goes nowhere near the socket: no push is ever buffered or lost there', async () => {
  const terminal = await site.live()
  const before = terminal.wire.sent.length
  site.backend.faults.cut(true)
  await terminal.notLive()
  expect(terminal.wire.sent).toHaveLength(before)
  site.backend.faults.cut(false)
  await site.recovers(terminal)
  const events = new Set(terminal.wire.sent.map(({ event }) => event))
  expect(
    [...events].filter((event) => !['phx_join', 'heartbeat', 'access_token', 'phx_leave'].includes(event)),
  ).toEqual([])
  expect(Math.max(...terminal.wire.sent.map(({ bytes }) => bytes))).toBeLessThan(10_000)
})

test('[B15] a poke heard on the channel of another scope changes nothing by itself', async () => {
  realtime = await scriptedRealtime()
  const terminal = await site.console({ realtimeAt: realtime.url })
  await terminal.reaches('live')
  const [first] = realtime.joins
  await site.change()
  realtime.say(first!.topic, 'broadcast', {
    type: 'broadcast',
    event: 'poke',
    payload: {
      scope: `user:${randomUUID()}`,
      epoch: randomUUID(),
      from: 1,
      to: 99,
      at: new Date().toISOString(),
      changes: [],
    },
  })
  await terminal.isTold()
  await site.equal(terminal)
})

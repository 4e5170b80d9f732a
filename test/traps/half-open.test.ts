import { afterEach, describe, expect, test } from 'vitest'
import { scriptedRealtime } from '#test/harness/scripted-realtime.ts'
import type { ScriptedRealtime } from '#test/harness/scripted-realtime.ts'
import { HEARTBEAT_NOTICE_MS, trapSite } from './support/trap-site.ts'

/* Sockets that look open and are dead. Nobody tells us: only asking does. */

const site = trapSite()
/** The deadline of a sign of life, and time for the rest: less than until the next beat. */
const ASKED_AT_ONCE_MS = 12_000

let realtime: ScriptedRealtime | null = null
afterEach(async () => {
  await realtime?.stop()
  realtime = null
})

describe('[B2] a half-open socket', () => {
  test('[L3] [L2] is noticed by our own beat within 20 s, and replaced when the network lets us', async () => {
    const terminal = await site.live()
    site.backend.faults.freeze(true)
    await site.change(5)
    expect(await terminal.notLive()).toBeLessThan(HEARTBEAT_NOTICE_MS)
    // HTTP passes: what nobody said is asked for, while the sockets hang.
    expect(await terminal.current()).toBeLessThan(30_000)
    expect(terminal.status().link.at).not.toBe('live')
    site.backend.faults.freeze(false)
    await site.recovers(terminal)
    expect(terminal.wire.alive()).toBe(1)
  })

  test.each(['resumed', 'network-up'] as const)(
    '[L2] is not waited for when the system says "%s": the sign of life is asked for, or a new connection made, at once',
    async (kind) => {
      const terminal = await site.live()
      site.backend.faults.freeze(true)
      terminal.engine.signal({ kind })
      expect(await terminal.notLive()).toBeLessThan(ASKED_AT_ONCE_MS)
      site.backend.faults.freeze(false)
      await site.recovers(terminal)
    },
  )

  test('[L3] is found out within 5 s when a person looks at the window', async () => {
    const terminal = await site.live()
    site.backend.faults.freeze(true)
    terminal.engine.signal({ kind: 'focused' })
    expect(await terminal.notLive()).toBeLessThan(ASKED_AT_ONCE_MS)
    site.backend.faults.freeze(false)
    await site.recovers(terminal)
  })

  test('[L2] after a sleep nobody announced, the jump of the wall clock alone makes a new connection', async () => {
    const terminal = await site.live()
    const sockets = terminal.wire.opened()
    site.backend.faults.freeze(true)
    terminal.clock.jumpWallClock(3 * 3_600_000)
    await terminal.notLive(10_000)
    site.backend.faults.freeze(false)
    await site.recovers(terminal)
    expect(terminal.wire.opened()).toBeGreaterThan(sockets)
  })
})

test('[B3] the absence of an answer is the signal: joins are taken, pokes come, but beats go unanswered', async () => {
  realtime = await scriptedRealtime()
  const terminal = await site.console({ realtimeAt: realtime.url })
  await terminal.reaches('live')
  await terminal.clock.pass(50_000)
  expect(terminal.path().filter((at) => at === 'live')).toHaveLength(1)
  expect(realtime.heartbeats).toBeGreaterThanOrEqual(3)
  realtime.answersHeartbeats = false
  expect(await terminal.notLive()).toBeLessThan(HEARTBEAT_NOTICE_MS)
  realtime.answersHeartbeats = true
  await terminal.live()
  await site.equal(terminal)
})

test('[B3] beats come from us on the engine’s clock, not from a worker or a timer of the library: one each 15 s', async () => {
  realtime = await scriptedRealtime()
  const terminal = await site.console({ realtimeAt: realtime.url })
  await terminal.reaches('live')
  await terminal.clock.pass(150_000, 1_000)
  expect(realtime.heartbeats).toBeGreaterThanOrEqual(8)
  expect(realtime.heartbeats).toBeLessThanOrEqual(11)
})

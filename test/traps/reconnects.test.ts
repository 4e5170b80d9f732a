import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, expect, test, vi } from 'vitest'
import { siteScope } from '#shared/domain/scope.ts'
import { connectSupabase } from '#engine/upstream/supabase.ts'
import { scriptedRealtime } from '#test/harness/scripted-realtime.ts'
import type { ScriptedRealtime } from '#test/harness/scripted-realtime.ts'
import { memorySecrets } from '#test/harness/memory-secrets.ts'
import { PATIENCE_MS } from '#test/harness/patience.ts'
import { recordedLog } from '#test/harness/recorded-log.ts'
import { hurriedClock } from './support/hurried-clock.ts'
import { trapSite } from './support/trap-site.ts'
import { recordedWire } from './support/wire.ts'

/* Coming back: always, not all at once, and without leaving anything behind. */

const site = trapSite()
let realtime: ScriptedRealtime | null = null
afterEach(async () => {
  vi.unstubAllGlobals()
  await realtime?.stop()
  realtime = null
})

test('[B1] [L2] the server is gone for two minutes and refuses every try: the console is live soon after it is back', async () => {
  const terminal = await site.live()
  site.backend.faults.cut(true)
  await terminal.notLive()
  await site.change(5)
  await terminal.clock.pass(120_000, 500)
  site.backend.faults.cut(false)
  await site.recovers(terminal)
})

test('[B1] the runtime’s own WebSocket, which never tells of a failed try, is not used', async () => {
  vi.stubGlobal('WebSocket', function WebSocket() {
    throw new Error('The global WebSocket was opened.')
  })
  const terminal = await site.live()
  await site.recovers(terminal)
})

test('[B8] a server that takes every join and hangs up right after is not hammered each second', async () => {
  realtime = await scriptedRealtime()
  const server = realtime
  server.onJoin = () => {
    setImmediate(() => server.sockets.forEach((socket) => socket.close(1011)))
    return { status: 'ok', response: { postgres_changes: [] } }
  }
  const terminal = await site.console({ realtimeAt: server.url })
  await terminal.clock.pass(180_000, 500)
  expect(server.upgrades).toBeGreaterThanOrEqual(5)
  expect(server.upgrades, 'tries in three minutes').toBeLessThanOrEqual(25)
})

test('[B8] a hall of consoles does not come back in step after the switch was rebooted', async () => {
  const hall = await Promise.all(Array.from({ length: 8 }, (_, seed) => site.console({ seed: seed + 1 })))
  await Promise.all(hall.map((terminal) => terminal.reaches('live')))
  site.backend.faults.cut(true)
  await Promise.all(hall.map((terminal) => terminal.notLive()))
  const waits = hall.map(({ told }) => {
    const link = told()
      .map((status) => status.link)
      .find(({ at }) => at === 'waiting')
    if (link?.at !== 'waiting') throw new Error('It never waited.')
    return Math.round((link.until - link.since) / 50)
  })
  expect(new Set(waits).size, 'moments of the next try, in steps of 50 ms').toBeGreaterThanOrEqual(6)
  site.backend.faults.cut(false)
  await Promise.all(hall.map((terminal) => terminal.live()))
})

test('[B17] a thousand feeds leave no socket, timer, handler or memory behind', async () => {
  realtime = await scriptedRealtime()
  const server = realtime
  const wire = recordedWire({ to: server.url })
  const clock = hurriedClock()
  const upstream = connectSupabase({
    address: site.backend.address,
    clock,
    log: recordedLog(),
    secrets: memorySecrets(),
    WebSocket: wire.WebSocket,
  })
  await upstream.signIn(site.backend.user.email, site.backend.user.password)

  /** Opens a feed and ends it in one of the ways in which feeds end. */
  async function once(round: number): Promise<void> {
    let began = false
    let isOver = false
    const feed = upstream.listen([siteScope], {
      streaming: () => {
        began = true
        if (round % 4 === 0) void feed.close()
        else if (round % 4 === 1) server.say('realtime:sync:site', 'phx_close', {})
        else if (round % 4 === 2) server.say('realtime:sync:site', 'phx_error', {})
        else server.sockets.forEach((socket) => socket.terminate())
      },
      poke: () => undefined,
      moved: () => undefined,
      lost: () => (isOver = true),
    })
    await vi.waitFor(() => expect(began && (isOver || round % 4 === 0)).toBe(true), {
      timeout: PATIENCE_MS,
      interval: 1,
    })
    await vi.waitFor(() => expect(wire.alive()).toBe(0), { timeout: PATIENCE_MS, interval: 1 })
    await feed.close()
  }

  for (let round = 0; round < 100; round += 1) await once(round)
  wire.forget()
  const heap = heapUsed()
  for (let round = 0; round < 1_000; round += 1) await once(round)
  expect(server.joins.length).toBe(1_100)
  wire.forget()
  expect(heapUsed() - heap, 'bytes of heap').toBeLessThan(4_000_000)
  expect(clock.pending()).toBe(0)
  await upstream.stop()
})

test('[B17] [L1] a console that was woken forty times has one socket and the timers of one connection', async () => {
  const terminal = await site.live()
  const timers = terminal.clock.pending()
  for (let wakeUp = 0; wakeUp < 40; wakeUp += 1) {
    terminal.engine.signal({ kind: 'resumed' })
    await terminal.clock.pass(2_000, 500)
  }
  await site.recovers(terminal)
  await terminal.clock.passUntil('it is quiet', () => terminal.clock.pending() <= timers + 2, 60_000)
  expect(terminal.wire.alive()).toBe(1)
})

function heapUsed(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed
}

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, expect, test, vi } from 'vitest'
import { siteScope } from '#shared/domain/scope.ts'
import { scriptedRealtime } from '#test/harness/scripted-realtime.ts'
import type { ScriptedRealtime } from '#test/harness/scripted-realtime.ts'
import { trapSite } from './support/trap-site.ts'

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
  vi.stubGlobal(
    'WebSocket',
    class {
      constructor() {
        throw new Error('The global WebSocket was opened.')
      }
    },
  )
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
  const waits = hall.map(({ clock, status }) => {
    const { link } = status()
    if (link.at !== 'waiting') throw new Error(`It is ${link.at}.`)
    return Math.round((link.until - clock.now()) / 50)
  })
  expect(new Set(waits).size, 'moments of the next try, in steps of 50 ms').toBeGreaterThanOrEqual(6)
  site.backend.faults.cut(false)
  await Promise.all(hall.map((terminal) => terminal.live()))
})

test('[B17] a thousand reconnects leave no socket, timer, handler or memory behind', async () => {
  realtime = await scriptedRealtime()
  const server = realtime
  const terminal = await site.console({ realtimeAt: server.url })
  await terminal.reaches('live')
  const held = { timers: terminal.clock.pending(), heap: heapUsed() }
  for (let reconnect = 0; reconnect < 1_000; reconnect += 1) {
    const before = server.joins.length
    terminal.engine.signal({ kind: 'resumed' })
    await vi.waitFor(() => expect(server.joins.length).toBe(before + 3), { timeout: 5_000, interval: 1 })
  }
  await terminal.live()
  expect(server.sockets.size).toBe(1)
  await expect.poll(() => terminal.clock.pending(), { timeout: 5_000 }).toBeLessThanOrEqual(held.timers + 2)
  expect(heapUsed() - held.heap, 'bytes of heap').toBeLessThan(16_000_000)
  expect(process.listenerCount('uncaughtException')).toBeLessThan(10)
  server.say(`realtime:sync:${siteScope}`, 'broadcast', { type: 'broadcast', event: 'poke' })
  await site.change()
  await terminal.current()
})

function heapUsed(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed
}

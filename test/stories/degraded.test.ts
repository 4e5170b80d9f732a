import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { quickClock } from './support/clocks.ts'
import { openPremises } from './support/premises.ts'
import type { Premises } from './support/premises.ts'
import type { TerminalOptions } from './support/terminal.ts'

/*
 * The server answers questions, but tells nothing by itself. The terminal asks again and again, and says that it does.
 */

let premises: Premises
let days = 0
beforeAll(async () => {
  premises = await openPremises()
})
afterEach(async () => {
  premises.backend.faults.calm()
  await premises.goHome()
})
afterAll(() => premises.close())

/** Minutes of polling pass in seconds. */
const QUICK = 20

async function noraInTheNorth(options: TerminalOptions = {}) {
  const day = `day-${++days}`
  const north = await premises.warehouse(`${day}-north`, 20)
  const nora = await premises.person(`nora.${day}`, north)
  return { north, nora, terminal: await premises.terminal(nora, options) }
}

test('[L3] [M3] a firewall lets no websocket through: degraded, and the figures follow by asking; live again when it does', async () => {
  const { north, nora, terminal } = await noraInTheNorth({ clock: quickClock(QUICK) })
  terminal.line.blockWebsockets()
  await terminal.reaches('degraded')
  expect(terminal.status().link).toMatchObject({ because: 'websocket-blocked' })
  const states = terminal.path().length

  for (const received of [120, 140]) {
    await premises.receive(north, 20)
    await terminal.agreesWith(nora)
    expect(await terminal.summary(north)).toMatchObject({ unitsOnHand: received })
  }
  expect(terminal.path().slice(states)).not.toContain('waiting')

  terminal.line.mend()
  await terminal.reaches('live')
  await terminal.equals(nora)
})

test('[L3] the server refuses realtime and nothing else: the same', async () => {
  const { north, nora, terminal } = await noraInTheNorth({ clock: quickClock(QUICK) })
  premises.backend.faults.refuseJoins('RealtimeDisabledForTenant: Realtime disabled for this tenant')
  premises.backend.faults.hangUp(1012)
  await terminal.reaches('degraded')
  expect(terminal.status().link).toMatchObject({ because: 'realtime-refused' })
  await premises.receive(north, 20)
  await terminal.agreesWith(nora)
  premises.backend.faults.calm()
  await terminal.reaches('live')
})

test('[L3] then the line goes as well: that is no more "degraded", it is offline with an age', async () => {
  const { north, nora, terminal } = await noraInTheNorth({ clock: quickClock(QUICK) })
  terminal.line.blockWebsockets()
  await terminal.reaches('degraded')
  expect(terminal.status().lostAt).toBeNull()
  terminal.line.cut()
  await terminal.reaches('waiting')
  const { asOf, lostAt } = terminal.status()
  expect(lostAt).not.toBeNull()
  await premises.receive(north, 20)
  expect(terminal.status()).toMatchObject({ lostAt, asOf })
  terminal.line.blockWebsockets()
  await terminal.reaches('degraded')
  await terminal.equals(nora)
  expect(terminal.status().lostAt).toBeNull()
})

test('[M3] [L3] polling was chosen: no websocket is ever tried, the figures follow, the status says so', async () => {
  const { north, nora, terminal } = await noraInTheNorth({ clock: quickClock(QUICK), feed: 'polling' })
  expect(terminal.status().link).toMatchObject({ at: 'degraded', because: 'chosen', until: null })
  await terminal.equals(nora)
  await premises.receive(north, 20)
  await terminal.agreesWith(nora)

  terminal.line.cut()
  await terminal.reaches('waiting')
  await premises.moveStock(north, await premises.warehouse(`${north.name}-south`), 8)
  terminal.line.mend()
  await terminal.reaches('degraded')
  await terminal.equals(nora)
  expect(await terminal.summary(north)).toMatchObject({ products: 12 })
  expect(terminal.line.websockets()).toBe(0)
})

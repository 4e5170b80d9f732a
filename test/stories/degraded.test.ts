import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { MINUTE_MS, SECOND_MS } from '#shared/lib/time.ts'
import type { LinkStatus } from '#shared/protocol/status.ts'
import { hurriedClock } from '#test/traps/support/hurried-clock.ts'
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

async function noraInTheNorth(options: TerminalOptions = {}) {
  const day = `day-${++days}`
  const clock = hurriedClock()
  const north = await premises.warehouse(`${day}-north`, 20)
  const nora = await premises.person(`nora.${day}`, north)
  const terminal = await premises.terminal(nora, { ...options, clock })
  const hurryUntil = (at: LinkStatus['at']): Promise<number> =>
    clock.passUntil(`the terminal is ${at}`, () => terminal.status().link.at === at, 5 * MINUTE_MS)
  const untilItHasAsked = (): Promise<number> => {
    const before = terminal.status().asOf ?? 0
    return clock.passUntil('it has asked', () => (terminal.status().asOf ?? 0) > before, 3 * POLL_MS)
  }
  return { north, nora, terminal, hurryUntil, untilItHasAsked }
}

/** What the status says of how often it asks. */
const POLL_MS = 10 * SECOND_MS

test('[L3] [M3] a firewall lets no websocket through: degraded, and the figures follow by asking; live again when it does', async () => {
  const { north, nora, terminal, hurryUntil, untilItHasAsked } = await noraInTheNorth()
  terminal.line.blockWebsockets()
  await hurryUntil('degraded')
  expect(terminal.status().link).toMatchObject({ because: 'websocket-blocked', pollEveryMs: POLL_MS })
  const states = terminal.path().length

  for (const received of [120, 140]) {
    await premises.receive(north, 20)
    await untilItHasAsked()
    await terminal.agreesWith(nora)
    expect(await terminal.summary(north)).toMatchObject({ unitsOnHand: received })
  }
  expect(terminal.path().slice(states)).not.toContain('waiting')

  terminal.line.mend()
  await hurryUntil('live')
  await terminal.equals(nora)
})

test('[L3] the server refuses realtime and nothing else: the same', async () => {
  const { north, nora, terminal, hurryUntil, untilItHasAsked } = await noraInTheNorth()
  premises.backend.faults.refuseJoins('RealtimeDisabledForTenant: Realtime disabled for this tenant')
  premises.backend.faults.hangUp(1012)
  await hurryUntil('degraded')
  expect(terminal.status().link).toMatchObject({ because: 'realtime-refused' })
  await premises.receive(north, 20)
  await untilItHasAsked()
  await terminal.agreesWith(nora)
  premises.backend.faults.calm()
  await hurryUntil('live')
})

test('[L3] then the line goes as well: that is no more "degraded", it is offline with an age', async () => {
  const { north, nora, terminal, hurryUntil } = await noraInTheNorth()
  terminal.line.blockWebsockets()
  await hurryUntil('degraded')
  expect(terminal.status().lostAt).toBeNull()
  terminal.line.cut()
  await hurryUntil('waiting')
  const { asOf, lostAt } = terminal.status()
  expect(lostAt).not.toBeNull()
  await premises.receive(north, 20)
  expect(terminal.status()).toMatchObject({ lostAt, asOf })
  terminal.line.blockWebsockets()
  await hurryUntil('degraded')
  await terminal.equals(nora)
  expect(terminal.status().lostAt).toBeNull()
})

test('[M3] [L3] polling was chosen: no websocket is ever tried, the figures follow, the status says so', async () => {
  const { north, nora, terminal, hurryUntil, untilItHasAsked } = await noraInTheNorth({ feed: 'polling' })
  expect(terminal.status().link).toMatchObject({ at: 'degraded', because: 'chosen', until: null })
  await terminal.equals(nora)
  await premises.receive(north, 20)
  await untilItHasAsked()
  await terminal.agreesWith(nora)

  terminal.line.cut()
  await hurryUntil('waiting')
  await premises.moveStock(north, await premises.warehouse(`${north.name}-south`), 8)
  terminal.line.mend()
  await hurryUntil('degraded')
  await terminal.equals(nora)
  expect(await terminal.summary(north)).toMatchObject({ products: 12 })
  expect(terminal.line.websockets()).toBe(0)
})

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { HOUR_MS, wrongClock } from './support/clocks.ts'
import { openPremises } from './support/premises.ts'
import type { Premises } from './support/premises.ts'
import { soon } from './support/soon.ts'

/*
 * Nobody sets the clocks of terminals. A wrong one costs nothing but a word about it.
 */

let premises: Premises
let days = 0
beforeAll(async () => {
  premises = await openPremises()
})
afterEach(() => premises.goHome())
afterAll(() => premises.close())

async function noraInTheNorth(clock: ReturnType<typeof wrongClock>) {
  const day = `day-${++days}`
  const north = await premises.warehouse(`${day}-north`, 20)
  const nora = await premises.person(`nora.${day}`, north)
  return { north, nora, terminal: await premises.terminal(nora, { clock }) }
}

/** How far a measured offset may be from the true one on a machine that is busy with other things. */
const MEASURED_WITHIN_MS = 60_000
const nearly = (expectedMs: number, actualMs: number | null): boolean =>
  actualMs !== null && Math.abs(actualMs - expectedMs) < MEASURED_WITHIN_MS

describe.each([
  ['five hours ahead', 5 * HOUR_MS],
  ['five hours behind', -5 * HOUR_MS],
  ['twelve years behind, its battery dead', -12 * 365 * 24 * HOUR_MS],
])('the terminal’s clock is %s', (_name, aheadMs) => {
  test('[L3] it is live all the same, its figures carry the server’s time, and the status tells how wrong the clock is', async () => {
    const { north, nora, terminal } = await noraInTheNorth(wrongClock(aheadMs))
    await terminal.equals(nora)
    const { asOf, clockOffsetMs } = terminal.status()
    expect(nearly(0, (asOf ?? 0) - Date.now())).toBe(true)
    expect(nearly(aheadMs, clockOffsetMs)).toBe(true)

    await terminal.loseLine()
    await premises.receive(north, 20)
    await terminal.comeBack()
    await terminal.equals(nora)
    expect(terminal.log.some(({ event }) => event === 'session.not-renewed')).toBe(false)

    terminal.line.cut()
    await terminal.reaches('waiting')
    const lastSeen = terminal.status().asOf
    const restarted = await terminal.restart()
    expect(await restarted.summary(north)).toMatchObject({ unitsOnHand: 120 })
    expect(restarted.status().asOf).toBe(lastSeen)
  })
})

test.each([
  ['ahead', 6 * HOUR_MS],
  ['back', -6 * HOUR_MS],
])(
  'somebody sets the running terminal’s clock six hours %s: it looks again, stays signed in and tells the new offset',
  async (_name, byMs) => {
    const clock = wrongClock(0)
    const { north, nora, terminal } = await noraInTheNorth(clock)
    const states = terminal.path().length
    clock.set(byMs)
    await premises.receive(north, 20)
    await soon(() => expect(nearly(byMs, terminal.status().clockOffsetMs)).toBe(true))
    await terminal.reaches('live')
    await terminal.agreesWith(nora)
    expect(nearly(0, (terminal.status().asOf ?? 0) - Date.now())).toBe(true)
    expect(terminal.path().slice(states)).not.toContain('signed-out')
  },
)

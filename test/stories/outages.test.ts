import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { LONGEST_WAIT_MS } from '#engine/sync/backoff.ts'
import { openPremises } from './support/premises.ts'
import type { Premises } from './support/premises.ts'

/*
 * The line is down, the server is not. Whichever way the terminal hears of changes, the outage ends the same.
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

describe.each(['broadcast', 'postgres-changes'] as const)('with the feed %s', (feed) => {
  async function noraInTheNorth(stockRows = 20) {
    const day = `day-${++days}`
    const north = await premises.warehouse(`${day}-north`, stockRows)
    const nora = await premises.person(`nora.${day}`, north)
    return { north, nora, terminal: await premises.terminal(nora, { feed }) }
  }

  test('[M3] [L2] [L3] the cable is out while 500 rows change, and nobody touches the terminal: live again and equal', async () => {
    const { north, nora, terminal } = await noraInTheNorth(500)
    terminal.line.cut()
    await terminal.reaches('waiting')
    const { asOf, lostAt } = terminal.status()
    expect(lostAt).not.toBeNull()
    await premises.receive(north, 500)
    expect(terminal.status().asOf).toBe(asOf)

    terminal.line.mend()
    // The longest wait between two tries, and the try.
    const backMs = await terminal.reaches('live', 2 * LONGEST_WAIT_MS)
    await terminal.equals(nora)
    expect(await terminal.summary(north)).toMatchObject({ unitsOnHand: 3_000 })
    expect(terminal.status().lostAt).toBeNull()
    expect(terminal.status().asOf).toBeGreaterThan(asOf ?? 0)
    console.info(`${feed}: live again ${Math.round(backMs)} ms after the cable was back, by itself.`)
  })

  test('[M3] a bad contact: the line comes and goes while stock keeps changing', async () => {
    const { north, nora, terminal } = await noraInTheNorth()
    for (let contact = 0; contact < 4; contact++) {
      terminal.line.cut()
      await premises.receive(north, 20)
      terminal.line.mend()
      terminal.engine.signal({ kind: 'network-up' })
      await premises.receive(north, 20)
    }
    await terminal.agreesWith(nora)
    await terminal.reaches('live')
    expect(await terminal.summary(north)).toMatchObject({ unitsOnHand: 260 })
  })

  test('[M1] [M3] stock changes all the while the terminal comes back: not one change falls between the pull and the feed', async () => {
    const { north, nora, terminal } = await noraInTheNorth()
    await terminal.loseLine()
    const busy = (async () => {
      for (let change = 0; change < 40; change++) await premises.receive(north, 5)
    })()
    await terminal.comeBack()
    await busy
    await terminal.agreesWith(nora)
    expect(await terminal.summary(north)).toMatchObject({ unitsOnHand: 300 })
  })

  test('[L3] the server is restarted under a live terminal', async () => {
    const { north, nora, terminal } = await noraInTheNorth()
    const states = terminal.path().length
    premises.backend.faults.drain()
    await premises.receive(north, 20)
    await terminal.agreesWith(nora)
    await terminal.reaches('live')
    expect(terminal.path().slice(states)).not.toContain('signed-out')
  })

  test('a terminal that starts without a line shows the last user’s stock at once, with its age', async () => {
    const { north, nora, terminal } = await noraInTheNorth()
    terminal.line.cut()
    await terminal.reaches('waiting')
    const { asOf } = terminal.status()
    const next = await terminal.restart()
    expect(await next.summary(north)).toMatchObject({ products: 20 })
    expect(next.status()).toMatchObject({ asOf, user: { email: nora.email } })
    await next.reaches('waiting')
    await premises.receive(north, 20)
    await next.comeBack()
    await next.equals(nora)
  })
})

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { HOUR_MS, wrongClock } from './support/clocks.ts'
import { bothWays, meanwhile } from './support/meanwhile.ts'
import { openPremises } from './support/premises.ts'
import type { Premises } from './support/premises.ts'
import { soon } from './support/soon.ts'

/*
 * Who may see which warehouse changes while people work. Rows come and go with it, and only on the server's word.
 */

let premises: Premises
let days = 0
beforeAll(async () => {
  premises = await openPremises()
})
afterEach(() => premises.goHome())
afterAll(() => premises.close())

/** Nora works in the north, and there is a south. */
async function noraInTheNorth() {
  const day = `day-${++days}`
  const north = await premises.warehouse(`${day}-north`, 20)
  const south = await premises.warehouse(`${day}-south`, 10)
  const nora = await premises.person(`nora.${day}`, north)
  return { north, south, nora, terminal: await premises.terminal(nora) }
}

describe.each(bothWays)('%s', (way) => {
  test('[M3] Nora is given the south: its stock appears', async () => {
    const { north, south, nora, terminal } = await noraInTheNorth()
    await meanwhile(way, [terminal], () => premises.grant(nora, south))
    await terminal.agreesWith(nora)
    expect(await terminal.warehouses()).toEqual([north.name, south.name])
    expect(await terminal.summary(south)).toMatchObject({ products: 10 })
    await soon(() => expect(terminal.status().memberships).toHaveLength(2))
  })

  test('[M3] what changes in a warehouse she was just given reaches her like everything else', async () => {
    const { south, nora, terminal } = await noraInTheNorth()
    await meanwhile(way, [terminal], () => premises.grant(nora, south))
    await terminal.agreesWith(nora)
    await terminal.reaches('live')
    await premises.receive(south, 10)
    await terminal.agreesWith(nora)
    expect(await terminal.summary(south)).toMatchObject({ unitsOnHand: 60 })
  })

  test('[M3] the north is taken from her: its rows leave the terminal, the south stays', async () => {
    const { north, south, nora, terminal } = await noraInTheNorth()
    await premises.grant(nora, south)
    await terminal.agreesWith(nora)
    await meanwhile(way, [terminal], () => premises.revoke(nora, north))
    await terminal.agreesWith(nora)
    expect(await terminal.warehouses()).toEqual([south.name])
    expect(await terminal.summary(north)).toMatchObject({ products: 0, unitsOnHand: 0 })
    expect(await terminal.summary(south)).toMatchObject({ products: 10 })
  })

  test('[M3] taken away and given back, with changes in between: nothing old is left', async () => {
    const { north, nora, terminal } = await noraInTheNorth()
    await meanwhile(way, [terminal], async () => {
      await premises.revoke(nora, north)
      await premises.receive(north, 20)
      await premises.grant(nora, north)
    })
    await terminal.agreesWith(nora)
    expect(await terminal.summary(north)).toMatchObject({ products: 20, unitsOnHand: 120 })
  })

  test('her role changes, and nothing else does', async () => {
    const { north, nora, terminal } = await noraInTheNorth()
    await meanwhile(way, [terminal], () => premises.grant(nora, north, 'supervisor'))
    await soon(() =>
      expect(terminal.status().memberships).toEqual([{ warehouseId: north.id, role: 'supervisor' }]),
    )
    await terminal.agreesWith(nora)
    expect(await terminal.summary(north)).toMatchObject({ products: 20 })
  })

  test('[L3] her last warehouse is taken away: nothing is left to read, it says so, and she is still signed in', async () => {
    const { north, nora, terminal } = await noraInTheNorth()
    await meanwhile(way, [terminal], () => premises.revoke(nora, north))
    await soon(() => expect(terminal.status().memberships).toEqual([]))
    await terminal.agreesWith(nora)
    expect(await terminal.warehouses()).toEqual([])
    expect(await terminal.summary(north)).toMatchObject({ products: 0 })
    await terminal.reaches('live')
    expect(terminal.status().user).toMatchObject({ id: nora.id })

    await premises.grant(nora, north)
    await terminal.agreesWith(nora)
    expect(await terminal.summary(north)).toMatchObject({ products: 20 })
  })
})

/** Two hours later by the terminal's clock: its token is over, and it asks for another. */
const twoHoursOn = () => ({ clock: wrongClock(2 * HOUR_MS) })

describe('accounts', () => {
  test('Nora’s account is deleted: her rows go at once, and her session with its token', async () => {
    const { north, nora, terminal } = await noraInTheNorth()
    await premises.backend.sql('delete from auth.users where id = $1', [nora.id])
    await soon(async () => expect(await terminal.warehouses()).toEqual([]))
    expect(await terminal.summary(north)).toMatchObject({ products: 0 })
    const later = await terminal.restart(twoHoursOn())
    await later.reaches('signed-out')
    expect(later.status().link).toMatchObject({ because: 'session-ended' })
  })

  test('[L2] [L3] Nora is banned: her token serves to its end, then she is signed out with her figures in sight; unbanned, she comes back', async () => {
    const { north, nora, terminal } = await noraInTheNorth()
    await premises.ban(nora, '24h')
    await premises.receive(north, 1)
    await terminal.agreesWith(nora)
    const { asOf } = terminal.status()

    const later = await terminal.restart(twoHoursOn())
    await later.reaches('signed-out')
    expect(later.status()).toMatchObject({ link: { because: 'revoked' }, user: { id: nora.id } })
    expect(later.status().asOf).toBeGreaterThanOrEqual(asOf ?? Infinity)
    expect(await later.summary(north)).toMatchObject({ products: 20, unitsOnHand: 101 })
    expect(await later.signIn(nora)).toBe('wrong-password')
    expect(later.status().link).toMatchObject({ at: 'signed-out' })

    await premises.ban(nora, 'none')
    await premises.receive(north, 1)
    expect(await later.signIn(nora)).toBeNull()
    await later.reaches('live')
    await later.equals(nora)
  })
})

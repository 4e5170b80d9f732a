import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { HOUR_MS, wrongClock } from './support/clocks.ts'
import type { Portal } from './support/line.ts'
import { openPremises } from './support/premises.ts'
import type { Premises } from './support/premises.ts'
import type { TerminalOptions } from './support/terminal.ts'
import { soon } from './support/soon.ts'

/*
 * A session outlives nights, dead lines and sign-in pages. It ends when a person or the server says so, and on nothing else.
 */

let premises: Premises
let days = 0
beforeAll(async () => {
  premises = await openPremises()
})
afterEach(async () => {
  premises.backend.faults.tokenLifetime(3_600)
  await premises.goHome()
})
afterAll(() => premises.close())

async function noraInTheNorth(options: TerminalOptions = {}) {
  const day = `day-${++days}`
  const north = await premises.warehouse(`${day}-north`, 20)
  const nora = await premises.person(`nora.${day}`, north)
  return { north, nora, terminal: await premises.terminal(nora, options) }
}

/** In real time. Tokens are renewed at half of it: a busy machine may take the other half. */
const SHORT_LIFE_S = 6
const shortTokens = () => premises.backend.faults.tokenLifetime(SHORT_LIFE_S)
const untilTokensAreOver = async (): Promise<void> => {
  const overAt = Date.now() + SHORT_LIFE_S * 1_000 + 500
  await soon(() => expect(Date.now()).toBeGreaterThan(overAt))
}

test('[L2] the line is down until the token is long over: the session is renewed on return, without a password', async () => {
  const { north, nora, terminal } = await noraInTheNorth()
  shortTokens()
  const again = await terminal.restart({ clock: wrongClock(2 * HOUR_MS) })
  await again.reaches('live')
  await again.loseLine()
  await premises.receive(north, 20)
  await untilTokensAreOver()
  await again.comeBack()
  await again.equals(nora)
  expect(await again.summary(north)).toMatchObject({ unitsOnHand: 120 })
})

test('tokens that live seconds: the terminal stays live beyond the first', async () => {
  shortTokens()
  const { north, nora, terminal } = await noraInTheNorth()
  const states = terminal.path().length
  await untilTokensAreOver()
  await premises.receive(north, 20)
  await terminal.agreesWith(nora)
  expect(await terminal.summary(north)).toMatchObject({ unitsOnHand: 120 })
  expect(terminal.path().slice(states)).toEqual([])
})

test('the lid is closed over night, eight hours by the clock: live again with a new token, and nobody is asked for a password', async () => {
  const clock = wrongClock(0)
  const { north, nora, terminal } = await noraInTheNorth({ clock })
  terminal.engine.signal({ kind: 'suspending' })
  await terminal.reaches('offline')
  await premises.receive(north, 20)
  clock.set(8 * HOUR_MS)
  terminal.engine.signal({ kind: 'resumed' })
  await terminal.reaches('live')
  await terminal.equals(nora)
})

test('switched on in the morning without a line and with a token of yesterday: yesterday’s figures at once, with their age', async () => {
  const { north, nora, terminal } = await noraInTheNorth()
  terminal.line.cut()
  await terminal.reaches('waiting')
  const { asOf } = terminal.status()
  const morning = await terminal.restart({ clock: wrongClock(14 * HOUR_MS) })
  expect(await morning.summary(north)).toMatchObject({ products: 20, unitsOnHand: 100 })
  await morning.reaches('waiting')
  expect(morning.status()).toMatchObject({ asOf, user: { id: nora.id }, memberships: [{ role: 'picker' }] })
  await premises.receive(north, 20)
  await morning.comeBack()
  await morning.equals(nora)
})

test('[L3] the session is ended from elsewhere while the line is down: she has to sign in again, and her figures stay in sight', async () => {
  const { north, nora, terminal } = await noraInTheNorth()
  terminal.line.cut()
  await terminal.reaches('waiting')
  const { asOf } = terminal.status()
  const later = await terminal.restart({ clock: wrongClock(2 * HOUR_MS) })
  await premises.backend.sql('delete from auth.sessions where user_id = $1', [nora.id])
  await premises.receive(north, 20)
  later.line.mend()
  await later.click()
  await later.reaches('signed-out')
  expect(later.status()).toMatchObject({ link: { because: 'session-ended' }, asOf, user: { id: nora.id } })
  expect(await later.summary(north)).toMatchObject({ products: 20, unitsOnHand: 100 })

  const restarted = await later.restart()
  await restarted.reaches('signed-out')
  expect(await restarted.summary(north)).toMatchObject({ products: 20 })
  expect(await restarted.signIn(nora)).toBeNull()
  await restarted.reaches('live')
  await restarted.equals(nora)
})

describe('[L2] a sign-in page stands in front just when the token has to be renewed', () => {
  const pages: [string, Portal][] = [
    ['HTML with status 200', { status: 200 }],
    ['a redirect', { status: 302, location: 'http://sign-in.example/' }],
    ['511', { status: 511 }],
    ['429', { status: 429, type: 'application/json', body: '{"message":"slow down"}' }],
    ['400 with a page', { status: 400 }],
  ]

  test.each(pages)(
    '%s: the session is kept, nothing is purged, and it is live when the page is gone',
    async (_name, portal) => {
      const { north, nora, terminal } = await noraInTheNorth()
      terminal.line.portal(portal)
      await terminal.reaches('waiting')
      const { asOf } = terminal.status()
      const later = await terminal.restart({ clock: wrongClock(2 * HOUR_MS) })
      await later.hasAskedInVain()
      expect(later.status()).toMatchObject({ asOf, user: { id: nora.id } })
      expect(await later.summary(north)).toMatchObject({ products: 20 })
      await premises.receive(north, 20)
      later.line.mend()
      await later.click()
      await later.reaches('live')
      await later.equals(nora)
    },
  )
})

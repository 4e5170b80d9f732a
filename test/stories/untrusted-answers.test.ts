import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Portal } from './support/line.ts'
import { openPremises } from './support/premises.ts'
import type { Premises } from './support/premises.ts'

/*
 * Something answers in the server's place. What is on the terminal stays until the server itself says otherwise.
 */

let premises: Premises
let days = 0
beforeAll(async () => {
  premises = await openPremises()
})
afterEach(() => premises.goHome())
afterAll(() => premises.close())

async function noraInTheNorth() {
  const day = `day-${++days}`
  const north = await premises.warehouse(`${day}-north`, 20)
  const nora = await premises.person(`nora.${day}`, north)
  return { north, nora, terminal: await premises.terminal(nora) }
}

describe('[M3] a warehouse is taken away behind the terminal’s back, and something else answers first', () => {
  const strangers: [string, Portal][] = [
    ['an empty list', { status: 200, type: 'application/json', body: '[]' }],
    ['an empty object', { status: 200, type: 'application/json', body: '{}' }],
    ['a sign-in page', { status: 200 }],
    ['a redirect', { status: 302, location: 'http://sign-in.example/' }],
    ['a server error', { status: 500, type: 'application/json', body: '{"message":"oops"}' }],
    ['a refusal of strangers', anonymousRefusal()],
  ]

  test.each(strangers)('%s: nothing is believed, until the server itself says so', async (_name, portal) => {
    const { north, nora, terminal } = await noraInTheNorth()
    terminal.line.portal(portal)
    await terminal.reaches('waiting')
    const { asOf } = terminal.status()
    await premises.revoke(nora, north)
    await terminal.hasAskedInVain()
    expect(await terminal.summary(north)).toMatchObject({ products: 20 })
    expect(terminal.status()).toMatchObject({ asOf, user: { id: nora.id } })
    expect(terminal.status().memberships).toHaveLength(1)

    await terminal.comeBack()
    await terminal.equals(nora)
    expect(await terminal.summary(north)).toMatchObject({ products: 0 })
  })
})

/** What PostgREST says of a call without a user's token. */
function anonymousRefusal(): Portal {
  const body = JSON.stringify({ code: 'PT401', message: 'Sign in first', details: null, hint: null })
  return { status: 401, type: 'application/json', body }
}

import { afterEach, describe, expect, test, vi } from 'vitest'
import { PATIENCE_MS } from '#test/harness/patience.ts'
import { jsonAnswer } from './support/calls.ts'
import { trapSite } from './support/trap-site.ts'
import { claimsOf } from './support/wire.ts'
import type { TrapConsole } from './support/trap-site.ts'

/* Tokens that end, are refused, or belong to nobody. */

const site = trapSite()
const HOUR_MS = 3_600_000
const TOKENS = '/auth/v1/token'
/** Of tokens that end in real time. They are renewed at half of it: a busy machine may take the other half. */
const SHORT_LIFE_S = 6

const isOver = (endsAtMs: number): Promise<void> =>
  vi.waitFor(() => expect(Date.now()).toBeGreaterThan(endsAtMs + 1_000), {
    timeout: PATIENCE_MS,
    interval: 20,
  })

afterEach(() => site.backend.faults.tokenLifetime(3_600))

const questions = ({ calls }: TrapConsole, path: string): number =>
  calls.filter((call) => call.path.startsWith(path)).length
const renewals = (terminal: TrapConsole): number => questions(terminal, TOKENS) - 1
const seconds = (atMs: number): number => Math.floor(atMs / 1_000)

/** A console with a short token whose time has come, and nobody to get another from. */
async function expired(): Promise<TrapConsole> {
  site.backend.faults.tokenLifetime(SHORT_LIFE_S)
  const terminal = await site.live()
  site.backend.faults.cut(true)
  await terminal.notLive()
  const endsAt = Math.max(...terminal.wire.joins().map((join) => claimsOf(join)?.exp ?? 0)) * 1_000
  await isOver(endsAt)
  site.backend.faults.tokenLifetime(3_600)
  return terminal
}

describe('while joined', () => {
  test('[N7] [B11] the channels outlive their token: the next one is pushed in time, and nothing is lost', async () => {
    site.backend.faults.tokenLifetime(SHORT_LIFE_S)
    const terminal = await site.live()
    const firstEndsAt = claimsOf(terminal.wire.joins()[0]!)!.exp * 1_000
    const pushed = () => terminal.wire.sent.filter(({ event }) => event === 'access_token')
    await isOver(firstEndsAt)
    expect(pushed().length, 'one push for each channel').toBeGreaterThanOrEqual(3)
    await site.change()
    await terminal.current()
    expect(terminal.wire.opened()).toBe(1)
    for (const frame of pushed()) expect(claimsOf(frame)!.exp).toBeGreaterThan(seconds(frame.at))
  })

  test('[B4] [N7] [L3] nobody can give the next token: the server says "Token has expired" and phx_close, and so much for live', async () => {
    site.backend.faults.tokenLifetime(SHORT_LIFE_S)
    const terminal = await site.live()
    site.backend.faults.refuse(503)
    await vi.waitFor(() => expect(terminal.status().link.at).not.toBe('live'), {
      timeout: PATIENCE_MS,
      interval: 10,
    })
    expect(terminal.status().link.at).not.toBe('signed-out')
    await site.change(2)
    site.backend.faults.calm()
    await site.recovers(terminal)
  })

  test.each([
    'Token has expired 5 seconds ago',
    'The token provided is not a valid JWT',
    ':signature_error',
    'Fields `role` and `exp` are required in JWT',
    'You do not have permissions to read from this Channel topic: sync:site',
  ])(
    '[N7] [B4] a token push that ends the channel ("%s") costs a new feed and no session',
    async (message) => {
      const terminal = await site.live()
      site.backend.faults.expel(message)
      await terminal.noticesAtOnce()
      await site.change()
      await site.recovers(terminal)
      expect(terminal.path()).not.toContain('signed-out')
    },
  )
})

describe('after hours offline', () => {
  test('[B6] [N7] no join goes out with a token that has ended, and none with that of nobody', async () => {
    const terminal = await expired()
    await site.change(3)
    site.backend.faults.cut(false)
    await site.recovers(terminal)
    for (const join of terminal.wire.joins()) {
      expect(claimsOf(join)?.exp).toBeGreaterThanOrEqual(seconds(join.at))
    }
  })

  test('[B22] [B6] strangers answer the refresh: the session rests, nobody reads as anonymous, and it goes on afterwards', async () => {
    const strangers = [
      () => new Response('<html>Sign in to the hotel</html>', { status: 511 }),
      () => new Response('<html>Proxy</html>', { status: 407 }),
      () => jsonAnswer(429, { code: 'over_request_rate_limit', message: 'Slow down' }),
      () => new Response('<html>Welcome</html>', { headers: { 'content-type': 'text/html' } }),
      () => new Response('Bad Gateway', { status: 502 }),
      () => jsonAnswer(400, { msg: 'bad request' }),
    ]
    const terminal = await expired()
    const joined = terminal.wire.joins().length
    const { length } = terminal.calls
    for (const answer of strangers) {
      terminal.intrude((path) => (path === TOKENS ? Promise.resolve(answer()) : null))
      site.backend.faults.cut(false)
      const asked = renewals(terminal)
      await terminal.clock.passUntil('it has asked', () => renewals(terminal) > asked, 60_000, 1_000)
    }
    expect(terminal.path()).not.toContain('signed-out')
    expect(terminal.wire.joins()).toHaveLength(joined)
    expect(terminal.calls.slice(length).filter(({ path }) => path.startsWith('/rest/'))).toEqual([])
    terminal.intrude(null)
    await site.recovers(terminal)
  })
})

describe('a token that the server does not take', () => {
  test('[N7] [B6] refused at the join: it is renewed before the next try, once for each refusal', async () => {
    site.backend.faults.refuseJoins('InvalidJWTToken: Token has expired 3 seconds ago')
    const terminal = await site.console()
    await terminal.clock.passUntil('it has tried again', () => terminal.wire.opened() >= 2, 60_000)
    expect(renewals(terminal)).toBeGreaterThanOrEqual(1)
    expect(renewals(terminal)).toBeLessThanOrEqual(terminal.wire.opened() + 1)
    site.backend.faults.refuseJoins(null)
    await site.recovers(terminal)
    expect(terminal.path()).not.toContain('signed-out')
  })

  test.each(['PGRST301', 'PGRST303'])(
    '[B20] REST answers 401 %s, as for a server clock that is behind: asked again, not signed out',
    async (code) => {
      const terminal = await site.live()
      let refused = 0
      terminal.intrude((path) => {
        if (!path.endsWith('/sync_pull') || refused >= 2) return null
        refused += 1
        return Promise.resolve(
          jsonAnswer(401, { code, message: 'JWT issued at future', details: null, hint: null }),
        )
      })
      terminal.engine.signal({ kind: 'focused' })
      await terminal.clock.passUntil('it was refused twice', () => refused === 2, 60_000)
      await site.recovers(terminal)
      expect(terminal.path()).not.toContain('signed-out')
    },
  )
})

describe('[B20] a terminal whose clock is wrong', () => {
  test.each([
    ['three hours ahead', 3 * HOUR_MS],
    ['three hours behind', -3 * HOUR_MS],
    ['40 days ahead', 960 * HOUR_MS],
    ['in 1970', -Date.now()],
  ])(
    '%s is live all the same, knows by how much, and does not ask for one token after another',
    async (_title, wrongByMs) => {
      const terminal = await site.live({ wrongByMs })
      for (let look = 0; look < 5; look += 1) {
        terminal.engine.signal({ kind: 'focused' })
        await site.change()
        await terminal.current()
      }
      expect(renewals(terminal)).toBe(0)
      expect(Math.abs(terminal.status().clockOffsetMs! - wrongByMs)).toBeLessThan(20_000)
      await site.equal(terminal)
    },
  )
})

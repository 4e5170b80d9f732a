import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { isMirroredByDefault, warehouseScope } from '#shared/domain/scope.ts'
import { must } from '#shared/lib/must.ts'
import { SECOND_MS } from '#shared/lib/time.ts'
import type { memorySecrets } from '#test/harness/memory-secrets.ts'
import { startTestBackend } from '#test/harness/test-backend.ts'
import type { TestBackend } from '#test/harness/test-backend.ts'
import { addressOf } from './upstream-session-stage.ts'
import { movableClock, newUserAt, stationOf } from './upstream-station.ts'
import { headTold, listening, settled, until } from './upstream-support.ts'

/* Sessions as the real Auth server gives, rotates and ends them. */

let backend: TestBackend
const HOUR_MS = 3_600 * SECOND_MS

beforeAll(async () => {
  backend = await startTestBackend({ seed: 'empty' })
  await backend.addStock(1)
})
afterEach(() => {
  backend.faults.tokenLifetime(3_600)
  backend.faults.cut(false)
})
afterAll(() => backend.stop())

const refreshTokenOf = ({ kept }: ReturnType<typeof memorySecrets>): string => {
  const [text = ''] = kept.values()
  return (JSON.parse(text) as { tokens: { refresh: string } }).tokens.refresh
}

test('each renewal rotates the refresh token, and the newest rests on the station', async () => {
  const { upstream, secrets, user, clock } = await newUserAt(backend)
  const seen = new Set([refreshTokenOf(secrets)])
  for (let round = 0; round < 3; round += 1) {
    clock.pass(HOUR_MS)
    expect(settled(await upstream.authenticate())).toEqual(user)
    seen.add(refreshTokenOf(secrets))
  }
  expect(seen.size).toBe(4)
  await upstream.stop()
})

test('a renewal whose answer was lost is repeated with the spent token, which the server takes once more', async () => {
  let loseAnswers = false
  let lost = 0
  const { upstream, secrets, user, clock } = await newUserAt(backend, {
    fetch: async (input, init) => {
      const response = await fetch(input, init)
      if (!loseAnswers || !addressOf(input).includes('/token')) return response
      await response.arrayBuffer()
      lost += 1
      throw new TypeError('terminated')
    },
  })
  const spent = refreshTokenOf(secrets)
  clock.pass(HOUR_MS)
  loseAnswers = true
  expect((await upstream.authenticate()).kind).toBe('offline')
  expect(lost).toBe(1)
  expect(refreshTokenOf(secrets)).toBe(spent)
  loseAnswers = false
  expect(settled(await upstream.authenticate())).toEqual(user)
  expect(refreshTokenOf(secrets)).not.toBe(spent)
  expect((await upstream.pull([], 1)).kind).toBe('settled')
  await upstream.stop()
})

test('expired while offline, started offline: the user is known at once, and is live again with the network', async () => {
  const { upstream, secrets, user, clock } = await newUserAt(backend)
  await upstream.stop()
  clock.pass(12 * HOUR_MS)
  backend.faults.cut(true)
  const restarted = stationOf(backend, { secrets, clock })
  expect(await restarted.upstream.restUser()).toEqual(user)
  for (let round = 0; round < 3; round += 1) {
    expect((await restarted.upstream.authenticate()).kind).toBe('offline')
    clock.pass(HOUR_MS)
  }
  backend.faults.cut(false)
  expect(settled(await restarted.upstream.authenticate())).toEqual(user)
  const scopes = settled(await restarted.upstream.pull([], 1)).granted.filter(isMirroredByDefault)
  const heard = await listening(restarted.upstream, scopes)
  expect(heard.lost).toEqual([])
  await restarted.upstream.stop()
})

describe('a session that the server ended is over, and its user still known', () => {
  const endings: [string, (userId: string) => Promise<unknown>, string][] = [
    [
      'the user was banned',
      (id) =>
        backend.sql(`update auth.users set banned_until = now() + interval '1 year' where id = $1`, [id]),
      'revoked',
    ],
    // A deleted user's sessions are deleted with them: the token is then simply not known.
    [
      'the user was deleted',
      (id) => backend.sql('delete from auth.users where id = $1', [id]),
      'session-ended',
    ],
    [
      'the session was ended elsewhere',
      (id) => backend.sql('delete from auth.sessions where user_id = $1', [id]),
      'session-ended',
    ],
    [
      'its time was over',
      (id) =>
        backend.sql(`update auth.sessions set not_after = now() - interval '1 minute' where user_id = $1`, [
          id,
        ]),
      'session-ended',
    ],
  ]
  test.each(endings)('%s', async (_name, end, because) => {
    const { upstream, secrets, user, clock } = await newUserAt(backend)
    clock.pass(HOUR_MS)
    await end(user.id)
    expect(await upstream.authenticate()).toMatchObject({ kind: 'signed-out', because })
    expect(await upstream.pull([], 1)).toMatchObject({ kind: 'signed-out' })
    expect(await stationOf(backend, { secrets }).upstream.restUser()).toEqual(user)
    await upstream.stop()
  })
})

test('[B20] terminals with clocks hours off sign in, listen, renew and ask like any other', async () => {
  const { email, password } = backend.user
  backend.faults.tokenLifetime(6)
  const terminals = [-30 * 24, -7, 7, 30 * 24].map((hours) =>
    stationOf(backend, { clock: movableClock(hours * HOUR_MS) }),
  )
  for (const { upstream } of terminals) settled(await upstream.signIn(email, password))
  const firstAreOver = Date.now() + 7 * SECOND_MS
  const scopes = settled(await must(terminals[0], 'a terminal').upstream.pull([], 1)).granted.filter(
    isMirroredByDefault,
  )
  const feeds = await Promise.all(terminals.map(({ upstream }) => listening(upstream, scopes)))
  await until(() => feeds.find(({ lost }) => lost[0]) ?? (Date.now() > firstAreOver || undefined))
  await backend.receive(1)
  const ours = warehouseScope(backend.warehouseId)
  for (const heard of feeds) await until(() => heard.lost[0] ?? headTold(heard, ours))
  expect(feeds.flatMap(({ lost }) => lost)).toEqual([])
  for (const { upstream } of terminals) {
    expect((await upstream.pull([], 1)).kind).toBe('settled')
    await upstream.stop()
  }
})

test('no token is ever in a log line, a failure or an address', async () => {
  const tokens = new Set<string>()
  const addresses: string[] = []
  const said: unknown[] = []
  const { upstream, log, secrets, user, person, clock } = await newUserAt(backend, {
    fetch: async (input, init) => {
      addresses.push(addressOf(input))
      const response = await fetch(input, init)
      const copy = response.clone()
      const body = (await copy.json().catch(() => ({}))) as { access_token?: string; refresh_token?: string }
      for (const token of [body.access_token, body.refresh_token]) if (token) tokens.add(token)
      return response
    },
  })
  const scopes = settled(await upstream.pull([], 1)).granted.filter(isMirroredByDefault)
  const heard = await listening(upstream, scopes)
  clock.pass(HOUR_MS)
  said.push(await upstream.authenticate())
  for (const status of [503, 429, 511]) {
    backend.faults.refuse(status)
    said.push(await upstream.pull([], 1), await upstream.push([]), await upstream.probe())
  }
  backend.faults.refuse(null)
  backend.faults.cut(true)
  said.push(await until(() => heard.lost[0]), await upstream.pull([], 1))
  backend.faults.cut(false)
  said.push(await upstream.signIn(person.email, 'wrong'), await upstream.push([{} as never]))
  await backend.sql('delete from auth.sessions where user_id = $1', [user.id])
  secrets.set = () => Promise.reject(new Error([...tokens].join(' ')))
  clock.pass(HOUR_MS)
  said.push(await upstream.authenticate())
  await upstream.signOut()
  said.push(await upstream.authenticate())
  await upstream.stop()

  // Two grants; within one second their access tokens are the same.
  expect(tokens.size).toBeGreaterThanOrEqual(3)
  expect(log.lines.length).toBeGreaterThan(0)
  const words = JSON.stringify([log.lines, said, addresses])
  for (const token of tokens) {
    expect(words).not.toContain(token)
    // Nor a part of it: of a JWT, its claims or its signature.
    for (const part of token.split('.').slice(1)) expect(words).not.toContain(part)
  }
  expect(words).not.toContain(person.password)
})

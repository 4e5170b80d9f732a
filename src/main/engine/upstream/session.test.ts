import { beforeEach, describe, expect, test } from 'vitest'
import {
  access,
  HOUR_MS,
  json,
  page,
  refusal,
  setSessionStage,
  TROUBLES,
  unreachable,
  user,
} from '#test/contract/upstream-session-stage.ts'
import type { SessionStage } from '#test/contract/upstream-session-stage.ts'

let stage: SessionStage
beforeEach(() => {
  stage = setSessionStage()
})

describe('renewal', () => {
  test('a token that is good for a while is used without a word with the server', async () => {
    const session = await stage.signedIn()
    await stage.clock.advance(HOUR_MS - 91_000)
    expect(await access(session)).toBe('access-1')
    expect(stage.asked).toEqual([])
  })

  test('near its end it is renewed once, however many wait for it', async () => {
    const session = await stage.signedIn()
    await stage.clock.advance(HOUR_MS - 90_000)
    expect(await Promise.all([access(session), access(session), access(session)])).toEqual(
      Array(3).fill('access-2'),
    )
    expect(stage.asked).toEqual(['token {"refresh_token":"refresh-1"}'])
  })

  test('the rotated token is on disk: the next start goes on with it', async () => {
    const session = await stage.signedIn()
    await stage.clock.advance(HOUR_MS)
    await access(session)
    await stage.clock.advance(HOUR_MS)
    stage.asked = []
    expect(await access(stage.keeper())).toBe('access-3')
    expect(stage.asked).toEqual(['token {"refresh_token":"refresh-2"}'])
  })

  test('an answer that is lost on the way is asked for again with the token we have', async () => {
    const session = await stage.signedIn()
    await stage.clock.advance(HOUR_MS)
    stage.answer = () => {
      // The server has rotated; nobody heard.
      void stage.tokens()
      return unreachable()
    }
    expect(await access(session)).toBe('offline')
    stage.answer = stage.tokens
    expect(await access(session)).toBe('access-3')
    expect(stage.asked).toEqual(Array(2).fill('token {"refresh_token":"refresh-1"}'))
  })

  test('while the old token lives, trouble with its renewal is no trouble', async () => {
    const session = await stage.signedIn()
    await stage.clock.advance(HOUR_MS - 60_000)
    stage.answer = page(511)
    expect(await access(session)).toBe('access-1')
  })

  test('a token the server refuses is renewed before it is used again', async () => {
    const session = await stage.signedIn()
    session.doubt('access-1')
    expect(await access(session)).toBe('access-2')
    session.doubt('access-1')
    expect(await access(session)).toBe('access-2')
  })

  test('[B23] a failure is known after the first question, not after half a minute of hidden retries', async () => {
    const session = await stage.signedIn()
    await stage.clock.advance(HOUR_MS)
    stage.answer = unreachable
    expect((await session.token()).kind).toBe('offline')
    expect(stage.asked).toHaveLength(1)
  })
})

describe('[B22] an expired session survives whatever is not the Auth server’s verdict', () => {
  test.each(TROUBLES)('%s', async (_name, trouble, kind) => {
    const session = await stage.signedIn()
    await stage.clock.advance(5 * HOUR_MS)
    stage.answer = trouble
    for (let round = 0; round < 3; round += 1) expect((await session.token()).kind).toBe(kind)
    expect(stage.asked).toHaveLength(3)
    expect(await stage.keeper().restUser()).toEqual(user)
    stage.answer = stage.tokens
    expect(await access(session)).toBe('access-2')
    expect(await access(stage.keeper())).toBe('access-2')
  })

  test.each([
    ['seconds', '30', 30_000],
    ['a date', 'Sun, 22 Nov 2026 13:00:30 GMT', 30_000],
    ['longer than anybody waits', '86400', 300_000],
  ])('a rate limit that asks for a rest in %s gets it', async (_name, retryAfter, restMs) => {
    const session = await stage.signedIn()
    await stage.clock.advance(5 * HOUR_MS)
    stage.answer = () => json({}, 429, { 'retry-after': retryAfter })
    expect(await session.token()).toMatchObject({ kind: 'retry', because: 'rate-limited' })
    stage.answer = stage.tokens
    await stage.clock.advance(restMs - 1)
    expect(await session.token()).toMatchObject({ because: 'rate-limited', afterMs: 1 })
    expect(stage.asked).toHaveLength(1)
    await stage.clock.advance(1)
    expect(await access(session)).toBe('access-2')
  })
})

describe('only the Auth server ends a session', () => {
  test.each([
    ['a token it does not know', refusal(400, 'refresh_token_not_found'), 'session-ended'],
    ['a token spent by somebody else', refusal(400, 'refresh_token_already_used'), 'session-ended'],
    ['a session past its time', refusal(400, 'session_expired'), 'session-ended'],
    ['a session ended elsewhere', refusal(403, 'session_not_found'), 'session-ended'],
    ['a user who is banned', refusal(403, 'user_banned'), 'revoked'],
    ['a user who is no more', refusal(403, 'user_not_found'), 'revoked'],
    [
      'a server from before there were codes',
      () => json({ error: 'invalid_grant', error_description: 'Invalid Refresh Token' }, 400),
      'session-ended',
    ],
  ])('%s', async (_name, verdict, because) => {
    const session = await stage.signedIn()
    await stage.clock.advance(HOUR_MS)
    stage.answer = verdict
    expect(await session.token()).toMatchObject({ kind: 'signed-out', because })
    stage.asked = []
    expect(await session.token()).toMatchObject({ kind: 'signed-out' })
    expect(stage.asked).toEqual([])
    // Whose mirror to show is still known.
    expect(await stage.keeper().restUser()).toEqual(user)
    expect([...stage.secrets.kept.values()].join()).not.toContain('refresh-')
  })

  test('or the person, even without a network', async () => {
    const session = await stage.signedIn()
    stage.answer = unreachable
    await session.signOut()
    expect(stage.secrets.kept.size).toBe(0)
    expect(await stage.keeper().restUser()).toBeNull()
  })
})

describe('signing in', () => {
  test.each([
    ['invalid_credentials', refusal(400, 'invalid_credentials')],
    ['invalid_grant, as servers said before there were codes', () => json({ error: 'invalid_grant' }, 400)],
  ])('a wrong password is refused by code: %s', async (_name, answer) => {
    stage.answer = answer
    expect(await stage.keeper().signIn(user.email, 'wrong')).toMatchObject({
      kind: 'refused',
      code: 'invalid_credentials',
    })
  })

  test.each(TROUBLES.filter(([, , kind]) => kind !== 'retry'))(
    '%s is told by its kind',
    async (_n, answer, kind) => {
      stage.answer = answer
      expect(await stage.keeper().signIn(user.email, 'right')).toMatchObject({ kind })
      expect(stage.secrets.kept.size).toBe(0)
    },
  )
})

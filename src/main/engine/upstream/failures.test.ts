import { describe, expect, test } from 'vitest'
import {
  isTokenRefused,
  judgeAuth,
  judgeHandshake,
  judgeJoin,
  judgeProbe,
  judgeRest,
  judgeStatus,
} from './failures.ts'

const now = Date.parse('2026-11-22T08:00:00Z')

describe('an HTTP answer, before its contents', () => {
  test.each([
    [200, 'json', null],
    [204, 'empty', null],
    [400, 'json', null],
    [401, 'json', null],
    [200, 'other', 'not-supabase'],
    [302, 'empty', 'not-supabase'],
    [404, 'other', 'not-supabase'],
    [404, 'empty', 'not-supabase'],
    [407, 'other', 'not-supabase'],
    [407, 'json', 'not-supabase'],
    [511, 'other', 'not-supabase'],
    [429, 'json', 'retry'],
    [500, 'json', 'retry'],
    [502, 'other', 'retry'],
    [530, 'empty', 'retry'],
  ] as const)('%i with %s contents: %s', (status, body, kind) => {
    expect(judgeStatus(status, body, null, now)?.kind ?? null).toBe(kind)
  })

  test.each([
    ['7', 7_000],
    ['Sun, 22 Nov 2026 08:01:00 GMT', 60_000],
    ['soon', null],
    [null, null],
  ])('Retry-After "%s" asks for %s ms', (header, afterMs) => {
    expect(judgeStatus(429, 'json', header, now)).toMatchObject({ because: 'rate-limited', afterMs })
  })
})

describe('an error of PostgREST', () => {
  test.each([
    [401, null, 'wrong-key'],
    [401, 'PGRST301', 'retry'],
    [401, 'PGRST303', 'retry'],
    [401, 'PT401', 'retry'],
    [401, '42501', 'retry'],
    [403, '42501', 'refused'],
    [404, 'PGRST202', 'not-supabase'],
    [404, null, 'not-supabase'],
    [400, 'P0001', 'refused'],
    [0, null, 'offline'],
  ] as const)('%i %s: %s', (status, code, kind) => {
    expect(judgeRest({ status, code, message: 'any words' }).kind).toBe(kind)
  })

  test('a refused token is renewed, never taken for the end of the session', () => {
    expect(isTokenRefused({ status: 401, code: 'PGRST303', message: '' })).toBe(true)
    expect(isTokenRefused({ status: 403, code: '42501', message: '' })).toBe(false)
    expect(isTokenRefused({ status: 401, code: null, message: '' })).toBe(false)
  })
})

describe('an anonymous call of our function', () => {
  test.each([
    [401, '42501', null],
    [401, 'PT401', null],
    [401, 'PGRST301', 'wrong-key'],
    [401, 'PGRST303', 'wrong-key'],
    [401, null, 'wrong-key'],
    [404, 'PGRST202', 'not-supabase'],
    [404, null, 'not-supabase'],
  ] as const)('%i %s: %s', (status, code, kind) => {
    expect(judgeProbe({ status, code, message: '' })?.kind ?? null).toBe(kind)
  })
})

describe('an error of the Auth server', () => {
  test.each([
    [400, 'invalid_credentials', 'refused'],
    [400, 'refresh_token_not_found', 'signed-out'],
    [400, 'refresh_token_already_used', 'signed-out'],
    [403, 'session_not_found', 'signed-out'],
    [403, 'user_banned', 'signed-out'],
    [401, null, 'wrong-key'],
    [400, null, 'retry'],
  ] as const)('%i %s: %s', (status, code, kind) => {
    expect(judgeAuth(status, code, '').kind).toBe(kind)
  })
})

describe('a join that failed', () => {
  test.each([
    [{ reason: 'Unauthorized: You do not have permissions' }, 'refused', false],
    [{ reason: 'InvalidJWTToken: Token has expired 10 seconds ago' }, 'retry', true],
    [{ reason: 'MalformedJWT: The token provided is not a valid JWT' }, 'retry', true],
    [{ reason: 'ClientJoinRateLimitReached: Too many joins per second' }, 'retry', false],
    [{ reason: 'RealtimeRestarting: Realtime is restarting' }, 'retry', false],
    [{ reason: 'unmatched topic' }, 'refused', false],
    [{ code: 1006, reason: '' }, 'offline', false],
    [{ code: 1012, reason: 'service restart' }, 'offline', false],
    [undefined, 'offline', false],
    [new Error('heartbeat timeout'), 'offline', false],
  ])('%o: %s', (cause, kind, tokenRefused) => {
    expect(judgeJoin(cause)).toMatchObject({ failure: { kind }, tokenRefused })
  })
})

test.each([
  [401, 'refused'],
  [404, 'refused'],
  [200, 'refused'],
  [429, 'retry'],
  [503, 'retry'],
])('a websocket answered with HTTP %i: %s', (status, kind) => {
  expect(judgeHandshake(status).kind).toBe(kind)
})

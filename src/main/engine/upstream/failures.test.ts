import { describe, expect, test } from 'vitest'
import { isTokenRefused, judgeProbe, judgeRest, judgeStatus, wordsOf } from './failures.ts'

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
    [200, null, 'retry'],
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

test('a server that echoes a token does not bring it into our words', () => {
  const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJwaWNrZXIifQ.c2lnbmF0dXJl'
  expect(wordsOf(`bad token ${token}, sorry`)).toBe('bad token <token>, sorry')
  expect(wordsOf('x'.repeat(5_000))).toHaveLength(300)
})

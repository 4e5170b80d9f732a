import { beforeEach, describe, expect, test } from 'vitest'
import type { Command } from '#shared/domain/commands.ts'
import { MutationId } from '#shared/domain/ids.ts'
import { siteScope } from '#shared/domain/scope.ts'
import {
  addressOf,
  json,
  page,
  setSessionStage,
  unreachable,
  user,
} from '#test/contract/upstream-session-stage.ts'
import type { Answer, SessionStage } from '#test/contract/upstream-session-stage.ts'
import { connectSupabase } from './supabase.ts'
import type { Upstream } from './upstream.ts'

/* Questions to the project's functions, when what answers is not what was asked. */

let stage: SessionStage
let upstream: Upstream
/** Authorization of each question, in order. */
let bearers: string[]
/** What each question said. */
let asked: unknown[]
let answers: Answer[]

const pulled = {
  uid: user.id,
  server_time: '2026-11-22T08:00:00Z',
  schema_version: 1,
  min_client: 1,
  granted: [siteScope],
  pages: [],
  outcomes: [],
}
const jsonType = { 'content-type': 'application/json' }
const refused =
  (code: string, message: string): Answer =>
  () =>
    json({ code, message, details: null, hint: null }, 401)

beforeEach(async () => {
  stage = setSessionStage()
  bearers = []
  asked = []
  answers = []
  upstream = connectSupabase({
    address: { url: 'http://shelf.test', anonKey: 'anon', embedded: false },
    clock: stage.clock,
    log: stage.log,
    secrets: stage.secrets,
    fetch: async (input, init) => {
      if (addressOf(input).includes('/auth/v1/')) return stage.answer()
      asked.push(JSON.parse(typeof init?.body === 'string' ? init.body : 'null'))
      bearers.push(new Headers(init?.headers).get('authorization') ?? 'none')
      return (answers.shift() ?? (() => json(pulled)))()
    },
  })
  await upstream.signIn(user.email, 'right')
})

describe('[B25] nothing that is not our function’s answer reads as data, least of all as "nothing there"', () => {
  test.each<[string, Answer, string]>([
    ['a captive portal', page(200), 'not-supabase'],
    ['a redirect', page(302, { location: 'http://hotel.test/' }), 'not-supabase'],
    ['a proxy, 407', page(407), 'not-supabase'],
    ['a network sign-in, 511', page(511), 'not-supabase'],
    ['a rate limit', () => json({}, 429), 'retry'],
    ['a server in trouble', page(503), 'retry'],
    ['no network', unreachable, 'offline'],
    ['an empty list', () => json([]), 'not-supabase'],
    ['an empty list with 404', () => json([], 404), 'not-supabase'],
    ['an empty object', () => json({}), 'not-supabase'],
    ['null', () => json(null), 'not-supabase'],
    ['no contents', () => new Response(null, { status: 204 }), 'not-supabase'],
    ['an empty body', () => new Response('', { headers: jsonType }), 'not-supabase'],
    ['an answer cut in half', () => new Response('{"uid":"6f1c', { headers: jsonType }), 'retry'],
    ['another user’s shape', () => json({ ...pulled, uid: 7 }), 'not-supabase'],
  ])('%s', async (_name, answer, kind) => {
    answers = [answer]
    expect((await upstream.pull([], 1)).kind).toBe(kind)
    expect(await upstream.pull([], 1)).toEqual({ kind: 'settled', value: pulled })
    expect(await upstream.restUser()).toEqual(user)
  })

  test('an answer to other commands than were pushed settles none', async () => {
    answers = [() => json([])]
    expect((await upstream.push([{} as Command])).kind).toBe('not-supabase')
  })
})

test('fates are asked for only when some are open: a server from before them still answers, as too old', async () => {
  const unsure = MutationId.parse('6a4b3c2d-1e0f-4a9b-8c7d-6e5f4a3b2c1d')
  await upstream.pull([], 1)
  await upstream.pull([], 1, [])
  await upstream.pull([], 1, [unsure])
  const bare = { cursors: [], page_limit: 1 }
  expect(asked).toEqual([bare, bare, { ...bare, unsure: [unsure] }])
})

test('a refusal for a reason that this console does not know is one all the same', async () => {
  const refusal = { mutation_id: 'm', outcome: 'refused', code: 'moon_phase', message: 'No', facts: {} }
  answers = [() => json([refusal])]
  expect(await upstream.push([{} as Command])).toEqual({
    kind: 'settled',
    value: [{ ...refusal, code: 'invalid' }],
  })
})

describe('a token refused', () => {
  const tooEarly = refused('PGRST303', 'JWT issued at future')

  test('[B20] when it is young is asked with again, once, two seconds later: clocks differ', async () => {
    answers = [tooEarly]
    const question = upstream.pull([], 1)
    await stage.clock.advance(1_999)
    expect(bearers).toEqual(['Bearer access-1'])
    await stage.clock.advance(1)
    expect((await question).kind).toBe('settled')
    expect(bearers).toEqual(['Bearer access-1', 'Bearer access-1'])
  })

  test('[B20] refused again it fails for now, is renewed next time, and nobody is signed out', async () => {
    answers = [tooEarly, tooEarly]
    const question = upstream.pull([], 1)
    await stage.clock.advance(2_000)
    expect(await question).toMatchObject({ kind: 'retry', because: 'server-error' })
    expect((await upstream.pull([], 1)).kind).toBe('settled')
    expect(bearers.at(-1)).toBe('Bearer access-2')
  })

  test.each(['PGRST301', 'PGRST303', 'PT401'])(
    'when it is old (%s) is renewed and asked with at once',
    async (code) => {
      await stage.clock.advance(10 * 60_000)
      answers = [refused(code, 'JWT expired')]
      expect((await upstream.pull([], 1)).kind).toBe('settled')
      expect(bearers).toEqual(['Bearer access-1', 'Bearer access-2'])
    },
  )

  test('by a server that takes none at all costs two questions and one renewal, not a loop', async () => {
    const no = refused('PGRST301', 'No suitable key')
    answers = [no, no]
    expect(await upstream.pull([], 1)).toMatchObject({ kind: 'retry' })
    expect(bearers).toEqual(['Bearer access-1', 'Bearer access-2'])
  })

  test('a pause that is under way ends with the upstream', async () => {
    answers = [tooEarly]
    const question = upstream.pull([], 1)
    await stage.clock.settle()
    expect(stage.clock.pending()).toBe(1)
    await upstream.stop()
    await question
    expect(stage.clock.pending()).toBe(0)
  })
})

test('[B22] without a valid token no question leaves the station, least of all as an anonymous one', async () => {
  await stage.clock.advance(2 * 3_600_000)
  stage.answer = page(511)
  expect((await upstream.pull([], 1)).kind).toBe('not-supabase')
  expect((await upstream.push([])).kind).toBe('not-supabase')
  expect(bearers).toEqual([])
})

import { beforeEach, describe, expect, test } from 'vitest'
import { manualClock } from '#test/harness/manual-clock.ts'
import type { ManualClock } from '#test/harness/manual-clock.ts'
import { memorySecrets } from '#test/harness/memory-secrets.ts'
import { recordedLog } from '#test/harness/recorded-log.ts'
import { guardFetch } from './guarded-fetch.ts'
import { keepSession } from './session.ts'
import type { SessionKeeper } from './session.ts'

const userId = '6f1c9d1e-3a55-4c7e-9a43-1c1f5b7f2f10'
const HOUR_S = 3_600

type Answer = () => Response | Promise<Response>
const json = (value: unknown, status = 200): Response =>
  new Response(JSON.stringify(value), {
    status,
    headers: { 'content-type': 'application/json', 'x-supabase-api-version': '2024-01-01' },
  })
const error =
  (status: number, code: string): Answer =>
  () =>
    json({ code, message: 'words' }, status)
const page =
  (status: number): Answer =>
  () =>
    new Response('<html>Please sign in to this network</html>', {
      status,
      headers: { 'content-type': 'text/html' },
    })
const unreachable: Answer = () => Promise.reject(new TypeError('fetch failed'))

let clock: ManualClock
let secrets: ReturnType<typeof memorySecrets>
let asked: string[]
let issued: number
let answer: Answer

const tokens: Answer = () => {
  issued += 1
  return json({
    access_token: `access-${issued}`,
    refresh_token: `refresh-${issued}`,
    token_type: 'bearer',
    expires_in: HOUR_S,
    expires_at: 1,
    user: { id: userId, email: 'picker@shelf.test', aud: 'authenticated' },
  })
}

function keeper(): SessionKeeper {
  const fetch = guardFetch({
    clock,
    timeoutMs: 10_000,
    fetch: async (input, init) => {
      const body = typeof init?.body === 'string' ? init.body : ''
      asked.push(
        `${new URL(input instanceof Request ? input.url : input).pathname.split('/').at(-1)} ${body}`,
      )
      return answer()
    },
  })
  const address = { url: 'http://shelf.test', anonKey: 'anon', embedded: false }
  return keepSession({ address, secrets, clock, log: recordedLog(), fetch })
}

beforeEach(() => {
  clock = manualClock()
  secrets = memorySecrets()
  asked = []
  issued = 0
  answer = tokens
})

async function signedIn(): Promise<SessionKeeper> {
  const session = keeper()
  expect(await session.signIn('picker@shelf.test', 'right')).toMatchObject({ kind: 'settled' })
  asked = []
  return session
}

const access = async (session: SessionKeeper) => {
  const outcome = await session.token()
  return outcome.kind === 'settled' ? outcome.value.access : outcome.kind
}

test('a token that is good for a while is used without a word with the server', async () => {
  const session = await signedIn()
  await clock.advance((HOUR_S - 91) * 1_000)
  expect(await access(session)).toBe('access-1')
  expect(asked).toEqual([])
})

test('near its end it is renewed once, however many wait for it', async () => {
  const session = await signedIn()
  await clock.advance((HOUR_S - 90) * 1_000)
  expect(await Promise.all([access(session), access(session), access(session)])).toEqual(
    Array(3).fill('access-2'),
  )
  expect(asked).toEqual(['token {"refresh_token":"refresh-1"}'])
})

test('the rotated token is on disk: the next start goes on with it', async () => {
  const session = await signedIn()
  await clock.advance(HOUR_S * 1_000)
  await access(session)
  await clock.advance(HOUR_S * 1_000)
  asked = []
  expect(await access(keeper())).toBe('access-3')
  expect(asked).toEqual(['token {"refresh_token":"refresh-2"}'])
})

test('who is signed in is read from disk, without the network and after any time', async () => {
  await signedIn()
  answer = unreachable
  await clock.advance(30 * 24 * HOUR_S * 1_000)
  expect(await keeper().restUser()).toEqual({ id: userId, email: 'picker@shelf.test' })
  expect(asked).toEqual([])
})

describe('an expired session survives whatever is not the Auth server’s verdict', () => {
  test.each([
    ['no network', unreachable, 'offline'],
    ['a captive portal', page(200), 'not-supabase'],
    ['a proxy, 407', page(407), 'not-supabase'],
    ['a network sign-in, 511', page(511), 'not-supabase'],
    ['HTML with 400', page(400), 'not-supabase'],
    ['HTML with 401', page(401), 'not-supabase'],
    ['a rate limit', error(429, 'over_request_rate_limit'), 'retry'],
    ['a server error', error(500, 'unexpected_failure'), 'retry'],
    ['a bad gateway', page(502), 'retry'],
    ['a refusal we do not know', error(400, 'validation_failed'), 'retry'],
    ['a gateway that refuses the key', () => json({ message: 'Invalid API key' }, 401), 'wrong-key'],
  ] as const)('%s', async (_name, trouble, kind) => {
    const session = await signedIn()
    await clock.advance(5 * HOUR_S * 1_000)
    answer = trouble
    for (let round = 0; round < 3; round += 1) expect((await session.token()).kind).toBe(kind)
    expect(asked).toHaveLength(3)
    answer = tokens
    expect(await access(session)).toBe('access-2')
    expect(await access(keeper())).toBe('access-2')
  })
})

test('a failure is known at once, not after half a minute of hidden retries', async () => {
  const session = await signedIn()
  await clock.advance(HOUR_S * 1_000)
  answer = unreachable
  const startedAt = performance.now()
  expect((await session.token()).kind).toBe('offline')
  expect(performance.now() - startedAt).toBeLessThan(500)
  expect(asked).toHaveLength(1)
})

test('while the old token lives, trouble with its renewal is no trouble', async () => {
  const session = await signedIn()
  await clock.advance((HOUR_S - 60) * 1_000)
  answer = page(511)
  expect(await access(session)).toBe('access-1')
})

test('a terminal clock that is wrong by hours neither renews in a loop nor signs out', async () => {
  clock.jumpWallClock(-7 * HOUR_S * 1_000)
  const session = await signedIn()
  for (let round = 0; round < 5; round += 1) expect(await access(session)).toBe('access-1')
  expect(asked).toEqual([])
})

test('a token the server refuses is renewed before it is used again', async () => {
  const session = await signedIn()
  session.doubt('access-1')
  expect(await access(session)).toBe('access-2')
  session.doubt('access-1')
  expect(await access(session)).toBe('access-2')
})

describe('only the Auth server ends a session', () => {
  test.each([
    ['refresh_token_not_found', 400, 'session-ended'],
    ['refresh_token_already_used', 400, 'session-ended'],
    ['session_expired', 400, 'session-ended'],
    ['session_not_found', 403, 'session-ended'],
    ['user_banned', 403, 'revoked'],
  ])('%s', async (code, status, because) => {
    const session = await signedIn()
    await clock.advance(HOUR_S * 1_000)
    answer = error(status, code)
    expect(await session.token()).toMatchObject({ kind: 'signed-out', because })
    asked = []
    expect(await session.token()).toMatchObject({ kind: 'signed-out' })
    expect(asked).toEqual([])
    // Whose mirror to show is still known.
    expect(await keeper().restUser()).toEqual({ id: userId, email: 'picker@shelf.test' })
    expect([...secrets.kept.values()].join()).not.toContain('refresh-')
  })

  test('or the person, even without a network', async () => {
    const session = await signedIn()
    answer = unreachable
    await session.signOut()
    expect(secrets.kept.size).toBe(0)
    expect(await keeper().restUser()).toBeNull()
  })
})

test('[L1] a renewal that comes back after the sign-out does not bring the session back', async () => {
  const session = await signedIn()
  await clock.advance(HOUR_S * 1_000)
  let release: () => void = () => undefined
  answer = () => new Promise((resolve) => (release = () => resolve(tokens())))
  const renewing = session.token()
  await clock.settle()
  answer = () => new Response(null, { status: 204 })
  await session.signOut()
  release()
  expect((await renewing).kind).toBe('signed-out')
  expect(secrets.kept.size).toBe(0)
})

test('a session text that cannot be read counts as none', async () => {
  secrets.kept.set('session:http://shelf.test', '{"half":')
  expect(await keeper().restUser()).toBeNull()
})

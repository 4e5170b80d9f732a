import { UserId } from '#shared/domain/ids.ts'
import { guardFetch } from '#engine/upstream/guarded-fetch.ts'
import { keepSession } from '#engine/upstream/session.ts'
import type { SessionKeeper } from '#engine/upstream/session.ts'
import { manualClock } from '#test/harness/manual-clock.ts'
import type { ManualClock } from '#test/harness/manual-clock.ts'
import { memorySecrets } from '#test/harness/memory-secrets.ts'
import { recordedLog } from '#test/harness/recorded-log.ts'

/* Sessions against a scripted Auth server, for the tests of src/main/engine/upstream. */

export const userId = UserId.parse('6f1c9d1e-3a55-4c7e-9a43-1c1f5b7f2f10')
export const user = { id: userId, email: 'picker@shelf.test' }
export const HOUR_MS = 3_600_000

/** Where a fetch goes. */
export const addressOf = (input: string | URL | Request): string =>
  input instanceof Request ? input.url : input.toString()

export type Answer = () => Response | Promise<Response>

export const json = (value: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(value), {
    status,
    headers: { 'content-type': 'application/json', 'x-supabase-api-version': '2024-01-01', ...headers },
  })
export const refusal =
  (status: number, code: string): Answer =>
  () =>
    json({ code, message: 'words' }, status)
export const page =
  (status: number, headers: Record<string, string> = {}): Answer =>
  () =>
    new Response('<html>Please sign in to this network</html>', {
      status,
      headers: { 'content-type': 'text/html', ...headers },
    })
export const unreachable: Answer = () => Promise.reject(new TypeError('fetch failed'))

/** What a session of ours must survive: everything that is not the Auth server's own verdict. */
export const TROUBLES: readonly (readonly [string, Answer, string])[] = [
  ['no network', unreachable, 'offline'],
  // The platform's fetch keeps a proxy's 407 to itself and reports no answer.
  ['a proxy whose 407 is hidden', unreachable, 'offline'],
  ['a captive portal', page(200), 'not-supabase'],
  ['a captive portal that sends elsewhere', page(302, { location: 'http://hotel.test/' }), 'not-supabase'],
  ['a proxy, 407', page(407), 'not-supabase'],
  ['a network sign-in, 511', page(511), 'not-supabase'],
  ['HTML with 400', page(400), 'not-supabase'],
  ['HTML with 401', page(401), 'not-supabase'],
  ['HTML with 403', page(403), 'not-supabase'],
  ['a rate limit', refusal(429, 'over_request_rate_limit'), 'retry'],
  ['a server error', refusal(500, 'unexpected_failure'), 'retry'],
  ['a bad gateway', page(502), 'retry'],
  ['a refusal we do not know', refusal(400, 'validation_failed'), 'retry'],
  ['a refusal without a code', () => json({ msg: 'Invalid Refresh Token' }, 400), 'retry'],
  ['a gateway that refuses the key', () => json({ message: 'Invalid API key' }, 401), 'wrong-key'],
  ['a JSON portal', () => json({ ok: true }), 'not-supabase'],
  ['an empty object', () => json({}), 'not-supabase'],
  ['nothing at all', () => new Response(null, { status: 204 }), 'not-supabase'],
  ['an empty body', () => new Response('', { status: 200 }), 'not-supabase'],
  ['null', () => json(null), 'not-supabase'],
  [
    'a session without its refresh token',
    () => json({ access_token: 'x', expires_in: 3_600 }),
    'not-supabase',
  ],
  [
    'an answer that broke off',
    () => new Response('{"access_token":"eyJ', { headers: { 'content-type': 'application/json' } }),
    'retry',
  ],
  [
    'a verdict that broke off',
    () =>
      new Response('{"code":"refresh_token_not_fo', {
        status: 400,
        headers: { 'content-type': 'application/json' },
      }),
    'retry',
  ],
]

export interface SessionStage {
  clock: ManualClock
  secrets: ReturnType<typeof memorySecrets>
  log: ReturnType<typeof recordedLog>
  /** Questions asked of the Auth server: the last part of the path, and the body. */
  asked: string[]
  /** What the server answers from now on. */
  answer: Answer
  /** Answers with new tokens: access-1 and refresh-1, then access-2 and refresh-2, ... */
  tokens: Answer
  keeper(): SessionKeeper
  /** A keeper with a session whose tokens are access-1 and refresh-1. */
  signedIn(): Promise<SessionKeeper>
}

export function setSessionStage(): SessionStage {
  const clock = manualClock()
  let issued = 0
  const tokens: Answer = () => {
    issued += 1
    return json({
      access_token: `access-${issued}`,
      refresh_token: `refresh-${issued}`,
      token_type: 'bearer',
      expires_in: HOUR_MS / 1_000,
      // The server's clock is of no interest.
      expires_at: 1,
      user: { ...user, aud: 'authenticated' },
    })
  }
  const fetch = guardFetch({
    clock,
    timeoutMs: 10_000,
    fetch: async (input, init) => {
      const body = typeof init?.body === 'string' ? init.body : ''
      const { pathname } = new URL(addressOf(input))
      stage.asked.push(`${pathname.split('/').at(-1)} ${body}`)
      return stage.answer()
    },
  })
  const stage: SessionStage = {
    clock,
    secrets: memorySecrets(),
    log: recordedLog(),
    asked: [],
    answer: tokens,
    tokens,
    keeper() {
      const address = { url: 'http://shelf.test', anonKey: 'anon', embedded: false }
      return keepSession({ address, secrets: stage.secrets, clock, log: stage.log, fetch })
    },
    async signedIn() {
      const session = stage.keeper()
      const outcome = await session.signIn(user.email, 'right')
      if (outcome.kind !== 'settled') throw new Error(`Not signed in: ${outcome.kind}`)
      stage.asked = []
      return session
    },
  }
  return stage
}

/** The access token that is handed out now, or the kind of failure in its place. */
export async function access(session: SessionKeeper): Promise<string> {
  const outcome = await session.token()
  return outcome.kind === 'settled' ? outcome.value.access : outcome.kind
}

/** An answer that waits until the test lets it go. */
export function heldBack(answer: Answer): { answer: Answer; release(): void } {
  let release: () => void = () => undefined
  const held = new Promise<void>((resolve) => (release = resolve))
  return {
    answer: async () => {
      await held
      return answer()
    },
    release: () => release(),
  }
}

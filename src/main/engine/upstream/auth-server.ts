import { z } from 'zod'
import { AuthClient, isAuthSessionMissingError } from '@supabase/supabase-js'
import type { AuthError } from '@supabase/supabase-js'
import { SECOND_MS } from '#shared/lib/time.ts'
import { UserId } from '#shared/domain/ids.ts'
import type { ServerAddress } from '../ports.ts'
import { wordsOf } from './failures.ts'
import { carriedFailure, carry } from './guarded-fetch.ts'
import type { Failure, Outcome, UpstreamUser } from './upstream.ts'

/*
 * The Auth server. Its client only speaks the protocol here: it holds nothing, refreshes nothing by itself and is made anew
 * for each question, so none of its answers to a hotel's sign-in page, a proxy or a wrong clock can end a session.
 */

/** Tokens that the server has just made for a user. */
export interface Granted {
  user: UpstreamUser
  access: string
  refresh: string
  lifetimeMs: number
}

export interface AuthServer {
  signIn(email: string, password: string): Promise<Outcome<Granted>>
  refresh(refreshToken: string): Promise<Outcome<Granted>>
  /** Ends this station's session. */
  signOut(accessToken: string): Promise<Failure | null>
}

interface AuthPorts {
  address: ServerAddress
  /** Guarded: see guarded-fetch.ts. */
  fetch: typeof fetch
}

export function reachAuthServer({ address, fetch }: AuthPorts): AuthServer {
  const client = (): InstanceType<typeof AuthClient> =>
    new AuthClient({
      url: `${address.url}/auth/v1`,
      headers: { apikey: address.anonKey, Authorization: `Bearer ${address.anonKey}` },
      persistSession: false,
      autoRefreshToken: false,
      detectSessionInUrl: false,
      skipAutoInitialize: true,
      fetch: sessionsOrFailures(fetch),
    })

  return {
    async signIn(email, password) {
      const { data, error } = await client().signInWithPassword({ email, password })
      return granted(data.session) ?? judgeAuth('sign-in', error)
    },
    async refresh(refreshToken) {
      const { data, error } = await client().refreshSession({ refresh_token: refreshToken })
      return granted(data.session) ?? judgeAuth('refresh', error)
    },
    async signOut(accessToken) {
      const { error } = await client().admin.signOut(accessToken, 'local')
      return error && judgeAuth('sign-out', error)
    },
  }
}

const SessionAnswer = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  expires_in: z.number().positive(),
  user: z.object({ id: UserId, email: z.string().nullish() }),
})

function granted(session: unknown): Outcome<Granted> | null {
  const answer = SessionAnswer.safeParse(session)
  if (!answer.success) return null
  const { access_token: access, refresh_token: refresh, expires_in, user } = answer.data
  const lifetimeMs = expires_in * SECOND_MS
  return {
    kind: 'settled',
    value: { user: { id: user.id, email: user.email ?? '' }, access, refresh, lifetimeMs },
  }
}

const OldError = z.looseObject({
  error: z.string(),
  code: z.number().optional(),
  error_code: z.undefined().optional(),
})

/**
 * Between the guarded fetch and the Auth client, which takes "all is well" without a session in it for the end of the session,
 * and which drops the code of servers from before there were error codes (`{"error": "invalid_grant"}`, as OAuth has it).
 */
const sessionsOrFailures =
  (fetch: typeof globalThis.fetch): typeof globalThis.fetch =>
  async (input, init) => {
    const response = await fetch(input, init)
    const { ok, status, headers } = response
    const isGrant = new URL(input instanceof Request ? input.url : input).pathname.endsWith('/token')
    if (ok && !isGrant) return response
    const text = await response.text()
    const body = parsed(text)
    if (body === undefined) {
      const detail = `HTTP ${status} of the Auth server broke off`
      return carry({ kind: 'retry', because: 'server-error', afterMs: null, detail })
    }
    if (ok && !SessionAnswer.safeParse(body).success) {
      return carry({ kind: 'not-supabase', detail: 'The Auth server answered without a session.' })
    }
    const old = OldError.safeParse(body)
    const said = !ok && old.success ? JSON.stringify({ ...old.data, error_code: old.data.error }) : text
    return new Response(said, { status, headers })
  }

/** Undefined when it cannot be read; nothing at all reads as null. */
function parsed(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The codes that end a session for good. Whatever else goes wrong with a refresh keeps it. */
const SESSION_OVER: Record<string, 'session-ended' | 'revoked'> = {
  refresh_token_not_found: 'session-ended',
  refresh_token_already_used: 'session-ended',
  session_expired: 'session-ended',
  session_not_found: 'session-ended',
  user_not_found: 'revoked',
  user_banned: 'revoked',
}

type AuthQuestion = 'sign-in' | 'refresh' | 'sign-out'

function judgeAuth(asked: AuthQuestion, error: AuthError | null): Failure {
  if (error === null) return { kind: 'not-supabase', detail: 'The Auth server answered without a session.' }
  const carried = carriedFailure(error)
  if (carried) return carried
  // The client drops the code `session_not_found` in favour of an error of its own.
  const code = isAuthSessionMissingError(error) ? 'session_not_found' : (error.code ?? null)
  return judgeAuthCode(asked, error.status ?? 0, code, error.message)
}

/** What an error of the Auth server means, by its code; OAuth's own words stand for servers that have no codes yet. */
export function judgeAuthCode(
  asked: AuthQuestion,
  status: number,
  code: string | null,
  message: string,
): Failure {
  const detail = `HTTP ${status} ${code ?? 'without code'}: ${wordsOf(message)}`
  if (code === null) {
    return status === 401 ? { kind: 'wrong-key', detail } : temporary(detail)
  }
  if (code === 'invalid_grant') {
    // The grant of a sign-in is the password, that of a refresh is the session.
    return asked === 'sign-in'
      ? { kind: 'refused', code: 'invalid_credentials', detail }
      : { kind: 'signed-out', because: 'session-ended', detail }
  }
  const over = SESSION_OVER[code]
  if (over && !(asked === 'sign-in' && over === 'session-ended')) {
    return { kind: 'signed-out', because: over, detail }
  }
  // A refresh that is refused for a reason we do not know is tried again rather than believed.
  return asked === 'refresh' ? temporary(detail) : { kind: 'refused', code, detail }
}

const temporary = (detail: string): Failure => ({
  kind: 'retry',
  because: 'server-error',
  afterMs: null,
  detail,
})

import { z } from 'zod'
import type { Failure } from './upstream.ts'

/*
 * Every way in which Supabase, or something that stands in its place, can fail us: told apart by status and code.
 * Texts are carried along for the log and never read.
 */

type Body = 'json' | 'other' | 'empty'

/**
 * Judges an HTTP answer before its contents are read.
 * @param retryAfter value of the Retry-After header, seconds or a date
 * @returns null when the contents must decide
 */
export function judgeStatus(
  status: number,
  body: Body,
  retryAfter: string | null,
  nowMs: number,
): Failure | null {
  const detail = `HTTP ${status}`
  if (status === 429) {
    return { kind: 'retry', because: 'rate-limited', afterMs: retryAfterMs(retryAfter, nowMs), detail }
  }
  // 407 and 511 come from a proxy or a hotel's sign-in page; a project never redirects.
  if (status === 407 || status === 511 || status < 200 || (status >= 300 && status < 400)) {
    return { kind: 'not-supabase', detail }
  }
  if (status >= 500) {
    return { kind: 'retry', because: 'server-error', afterMs: retryAfterMs(retryAfter, nowMs), detail }
  }
  return body === 'other' || (body === 'empty' && status >= 400) ? { kind: 'not-supabase', detail } : null
}

function retryAfterMs(header: string | null, nowMs: number): number | null {
  if (header === null) return null
  const seconds = Number(header)
  const delayMs = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - nowMs
  return Number.isFinite(delayMs) ? Math.max(0, delayMs) : null
}

/** An error as PostgREST tells it. A gateway that refuses the key answers 401 without a code. */
export interface RestError {
  status: number
  code: string | null
  message: string
}

/** PostgREST's words for a token that it does not (or no longer, or not yet) accept. */
const TOKEN_REFUSED = new Set(['PGRST301', 'PGRST302', 'PGRST303'])
const NOT_OUR_SCHEMA = new Set(['PGRST106', 'PGRST202', 'PGRST203', 'PGRST205', '42883', '42P01'])

/** True when a new token may help: the session is then refreshed before the next try, not ended. */
export const isTokenRefused = ({ status, code }: RestError): boolean => status === 401 && code !== null

export function judgeRest(error: RestError): Failure {
  const detail = `HTTP ${error.status} ${error.code ?? 'without code'}: ${error.message}`
  if (error.status === 0) return { kind: 'offline', detail }
  if (error.status === 401 && error.code === null) return { kind: 'wrong-key', detail }
  if (isTokenRefused(error) || (error.code !== null && TOKEN_REFUSED.has(error.code))) {
    return { kind: 'retry', because: 'server-error', afterMs: null, detail }
  }
  if (error.code !== null && NOT_OUR_SCHEMA.has(error.code)) return { kind: 'not-supabase', detail }
  if (error.code === null) return { kind: 'not-supabase', detail }
  return { kind: 'refused', code: error.code, detail }
}

/**
 * What an anonymous call of our sync function says about an address: the function is there and refuses strangers (good),
 * the key is of another project, or it is not our server at all.
 */
export function judgeProbe(error: RestError): Failure | null {
  if (error.code !== null && TOKEN_REFUSED.has(error.code)) {
    return { kind: 'wrong-key', detail: `HTTP ${error.status} ${error.code}: ${error.message}` }
  }
  const failure = judgeRest(error)
  return failure.kind === 'refused' || isTokenRefused(error) ? null : failure
}

/** The Auth server's codes that end a session for good. Whatever else goes wrong with a refresh keeps it. */
const SESSION_OVER: Record<string, 'session-ended' | 'revoked'> = {
  refresh_token_not_found: 'session-ended',
  refresh_token_already_used: 'session-ended',
  session_expired: 'session-ended',
  session_not_found: 'session-ended',
  user_not_found: 'revoked',
  user_banned: 'revoked',
}

export function judgeAuth(status: number, code: string | null, message: string): Failure {
  const detail = `HTTP ${status} ${code ?? 'without code'}: ${message}`
  if (code === null) {
    return status === 401
      ? { kind: 'wrong-key', detail }
      : { kind: 'retry', because: 'server-error', afterMs: null, detail }
  }
  const over = SESSION_OVER[code]
  return over ? { kind: 'signed-out', because: over, detail } : { kind: 'refused', code, detail }
}

/**
 * Reason of a refused join, `<Code>: <text>`: the code is the protocol's, the text is not read. The close of a socket has a
 * reason too, but also a number.
 */
const JoinRefusal = z.object({
  reason: z
    .string()
    .min(1)
    .transform((reason) => /^(\w+):/.exec(reason)?.[1] ?? 'unnamed'),
  code: z.undefined().optional(),
})

const JOIN_TOKEN_CODES = new Set(['InvalidJWTToken', 'MalformedJWT', 'JwtSignatureError'])
const JOIN_LIMIT_CODES = new Set([
  'ClientJoinRateLimitReached',
  'ConnectionRateLimitReached',
  'ChannelRateLimitReached',
])
const JOIN_BUSY_CODES = new Set([
  'RealtimeRestarting',
  'InitializingProjectConnection',
  'DatabaseLackOfConnections',
  'IncreaseConnectionPool',
  'UnableToConnectToProject',
])

/**
 * Why a channel was not joined.
 * @param cause what the server answered, or what the socket reported
 * @returns the failure, and whether the token was at fault
 */
export function judgeJoin(cause: unknown): { failure: Failure; tokenRefused: boolean } {
  const parsed = JoinRefusal.safeParse(cause)
  if (!parsed.success) {
    return { failure: { kind: 'offline', detail: 'The socket closed.' }, tokenRefused: false }
  }
  const code = parsed.data.reason
  const detail = `Join refused: ${code}`
  if (JOIN_TOKEN_CODES.has(code)) {
    return { failure: { kind: 'retry', because: 'server-error', afterMs: null, detail }, tokenRefused: true }
  }
  if (JOIN_LIMIT_CODES.has(code)) {
    return { failure: { kind: 'retry', because: 'rate-limited', afterMs: null, detail }, tokenRefused: false }
  }
  if (JOIN_BUSY_CODES.has(code)) {
    return { failure: { kind: 'retry', because: 'server-error', afterMs: null, detail }, tokenRefused: false }
  }
  return { failure: { kind: 'refused', code, detail }, tokenRefused: false }
}

/** What an HTTP answer to the socket's handshake means. */
export function judgeHandshake(status: number): Failure {
  const detail = `The websocket was refused with HTTP ${status}.`
  if (status === 429) return { kind: 'retry', because: 'rate-limited', afterMs: null, detail }
  if (status >= 500) return { kind: 'retry', because: 'server-error', afterMs: null, detail }
  return { kind: 'refused', code: `websocket-${status}`, detail }
}

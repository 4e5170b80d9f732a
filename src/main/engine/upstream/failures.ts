import type { Failure } from './upstream.ts'

/*
 * Every way in which Supabase, or something that stands in its place, can fail a question: told apart by status and code.
 * Texts are carried along for the log and never read. Realtime's own ways are in realtime-failures.ts.
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

const LONGEST_WORDS = 300
const ANY_JWT = /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g

/** A server's words as they may be logged and shown: short, and without a token that it may have echoed. */
export const wordsOf = (message: string): string =>
  message.replaceAll(ANY_JWT, '<token>').slice(0, LONGEST_WORDS)

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
  const detail = `HTTP ${error.status} ${error.code ?? 'without code'}: ${wordsOf(error.message)}`
  if (error.status === 0) return { kind: 'offline', detail }
  // "All is well", and then contents that cannot be read: they broke off on the way.
  if (error.status < 300) return { kind: 'retry', because: 'server-error', afterMs: null, detail }
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
    return { kind: 'wrong-key', detail: `HTTP ${error.status} ${error.code}: ${wordsOf(error.message)}` }
  }
  const failure = judgeRest(error)
  return failure.kind === 'refused' || isTokenRefused(error) ? null : failure
}

import { z } from 'zod'
import type { Failure } from './upstream.ts'

/*
 * Every way in which Realtime, or something between it and us, can refuse a socket, a channel or a subscription. What that
 * means to a link is written down at FeedFailure in upstream.ts.
 */

/** Why a feed cannot go on, and whether its token was at fault: it is then renewed before the next try. */
export interface Verdict {
  failure: Failure
  tokenRefused: boolean
}

const serverError = (detail: string): Failure => ({
  kind: 'retry',
  because: 'server-error',
  afterMs: null,
  detail,
})
const rateLimited = (detail: string): Failure => ({
  kind: 'retry',
  because: 'rate-limited',
  afterMs: null,
  detail,
})

/**
 * What an HTTP answer to the socket's handshake means.
 * @param isRealtime Realtime refuses in JSON; whatever answers otherwise stands between it and us
 */
export function judgeHandshake(status: number, isRealtime: boolean): Failure {
  const detail = `The websocket was refused with HTTP ${status}.`
  const failure: Failure =
    status === 429
      ? rateLimited(detail)
      : status >= 500
        ? serverError(detail)
        : { kind: 'refused', code: `websocket-${status}`, detail }
  return isRealtime ? failure : { ...failure, websocket: 'unopened' }
}

/**
 * Reason of a refused join, `<Code>: <text>`: the code is the protocol's, the text is not read. The close of a socket has a
 * reason too, but also a number.
 */
const JoinRefusal = z.object({
  reason: z
    .string()
    .min(1)
    .transform((reason) => /^(\w+):/.exec(reason)?.[1] ?? 'realtime-refused'),
  code: z.undefined().optional(),
})

const TOKEN_CODES = new Set(['InvalidJWTToken', 'MalformedJWT', 'JwtSignatureError'])
const LIMIT_CODES = new Set([
  'ClientJoinRateLimitReached',
  'ConnectionRateLimitReached',
  'ChannelRateLimitReached',
])
const BUSY_CODES = new Set([
  'RealtimeRestarting',
  'InitializingProjectConnection',
  'DatabaseLackOfConnections',
  'IncreaseConnectionPool',
  'UnableToConnectToProject',
])

/**
 * Why a channel was not joined.
 * @param cause what the server answered, or what the socket reported
 */
export function judgeJoin(cause: unknown): Verdict {
  const parsed = JoinRefusal.safeParse(cause)
  if (!parsed.success) {
    return { failure: { kind: 'offline', detail: 'The socket closed.' }, tokenRefused: false }
  }
  const code = parsed.data.reason
  const detail = `Join refused: ${code}`
  if (TOKEN_CODES.has(code)) return { failure: serverError(detail), tokenRefused: true }
  if (LIMIT_CODES.has(code)) return { failure: rateLimited(detail), tokenRefused: false }
  if (BUSY_CODES.has(code)) return { failure: serverError(detail), tokenRefused: false }
  return { failure: { kind: 'refused', code, detail }, tokenRefused: false }
}

export const SystemMessage = z.object({
  status: z.string(),
  extension: z.string().default('system'),
  message: z.string().default(''),
})
export type SystemMessage = z.infer<typeof SystemMessage>

/**
 * The one place where a text decides. Once a channel is joined, Realtime says why it closes it in a `system` message that has
 * a text and no code. These are the beginnings, constants of its source, of those that ask for more than a new feed; a text
 * that is not here, or that changes one day, costs one try too many and nothing else.
 */
const SYSTEM_TEXTS: readonly { begins: string; means: 'rate-limited' | 'token-refused' }[] = [
  { begins: 'Too many messages per second', means: 'rate-limited' },
  { begins: 'Token has expired', means: 'token-refused' },
  { begins: 'The token provided is not a valid JWT', means: 'token-refused' },
  { begins: ':signature_error', means: 'token-refused' },
]

/** What a `system` message of status `error` means. */
export function judgeSystem({ extension, message }: SystemMessage): Verdict {
  // The subscription itself was refused, for the table, the filter or the role. The server does not try again.
  if (extension === 'postgres_changes') {
    const detail = `Subscription refused: ${message.slice(0, 300)}`
    return { failure: { kind: 'refused', code: 'realtime-refused', detail }, tokenRefused: false }
  }
  const known = SYSTEM_TEXTS.find(({ begins }) => message.startsWith(begins))
  const detail = message === '' ? 'system error' : message.slice(0, 300)
  return {
    failure: known?.means === 'rate-limited' ? rateLimited(detail) : serverError(detail),
    tokenRefused: known?.means === 'token-refused',
  }
}

import type { MutationId } from '#shared/domain/ids.ts'
import type { Failure } from '#engine/upstream/upstream.ts'

/** How the server and what stands before it (gateway, proxy, portal) are today; the same for every console. */
export interface ServerCondition {
  /** False while the server restarts: nothing answers, and what was open is gone. */
  up: boolean
  /** What every question is answered with instead, e.g. a rate limit or a portal's page. */
  refusal: Failure | null
  /** What every new feed is answered with instead. */
  realtimeRefusal: Failure | null
  /** Commands that make the whole push fail they are in, and how. */
  readonly poison: Map<MutationId, Failure>
  /** Told when every open connection breaks. */
  readonly broken: Set<() => void>
  /** Told when every open feed is closed by the server, with its reason. */
  readonly closed: Set<(failure: Failure) => void>
}

export const healthyServer = (): ServerCondition => ({
  up: true,
  refusal: null,
  realtimeRefusal: null,
  poison: new Map(),
  broken: new Set(),
  closed: new Set(),
})

export const noAnswer: Failure = { kind: 'offline', detail: 'There was no answer.' }

/** What a gateway, a proxy or a portal may say, by how people call it. */
export const refusals = {
  'rate limit': { kind: 'retry', because: 'rate-limited', afterMs: 20_000, detail: 'HTTP 429' },
  'server error': { kind: 'retry', because: 'server-error', afterMs: null, detail: 'HTTP 503' },
  portal: { kind: 'not-supabase', detail: 'HTTP 511 with a page' },
} as const satisfies Record<string, Failure>

/** What a command that the server cannot take does to the push it is in. */
export const poisons = {
  'the whole push is refused': { kind: 'refused', code: '22023', detail: 'It cannot be read.' },
  'the server fails over it': { kind: 'retry', because: 'server-error', afterMs: null, detail: 'HTTP 500' },
} as const satisfies Record<string, Failure>

/** Why a feed may be refused while questions are answered. */
export const realtimeRefusals = {
  'no realtime': {
    kind: 'refused',
    code: 'websocket-403',
    detail: 'The websocket was refused with HTTP 403.',
  },
  'join rate limit': { kind: 'retry', because: 'rate-limited', afterMs: null, detail: 'Join refused' },
  'realtime restarting': { kind: 'retry', because: 'server-error', afterMs: null, detail: 'Join refused' },
} as const satisfies Record<string, Failure>

import { z } from 'zod'
import WebSocket from 'ws'
import { createClient } from '@supabase/supabase-js'
import type { SupabaseClient } from '@supabase/supabase-js'
import { CommandOutcome } from '#shared/domain/commands.ts'
import { SECOND_MS } from '#shared/lib/time.ts'
import type { Millis } from '#shared/lib/time.ts'
import { BucketRows, Digest, PullAnswer } from '#shared/protocol/server.ts'
import type { FeedKind } from '#shared/protocol/status.ts'
import type { Clock, Log, Secrets, ServerAddress } from '../ports.ts'
import { isTokenRefused, judgeProbe, judgeRest } from './failures.ts'
import type { RestError } from './failures.ts'
import { openFeed, userTokenOnly } from './feed.ts'
import { carriedFailure, guardFetch } from './guarded-fetch.ts'
import { guardSocket } from './guarded-socket.ts'
import type { WebSocketClass } from './guarded-socket.ts'
import { keepSession } from './session.ts'
import type { Failure, Feed, Outcome, Upstream } from './upstream.ts'

const REQUEST_DEADLINE_MS = 20 * SECOND_MS

export interface SupabasePorts {
  address: ServerAddress
  /** How `listen` hears of changes; broadcast unless said otherwise. A station that polls never listens. */
  feed?: FeedKind
  clock: Clock
  log: Log
  secrets: Secrets
  /** The platform's fetch, and `ws`, unless a test or a proxy puts its own in their place. */
  fetch?: typeof fetch
  WebSocket?: WebSocketClass
}

/** The real server: a Supabase project, or the embedded backend, at `address`. Opens nothing until it is asked. */
export function connectSupabase(ports: SupabasePorts): Upstream {
  const { address, clock } = ports
  const log = ports.log.with({ component: 'upstream' })
  const fetch = guardFetch({ fetch: ports.fetch ?? globalThis.fetch, clock, timeoutMs: REQUEST_DEADLINE_MS })
  const WebSocketPort = ports.WebSocket ?? WebSocket
  const session = keepSession({ address, secrets: ports.secrets, clock, log, fetch })
  const feeds = new Set<Feed>()
  let data: SupabaseClient | null = null

  /** Made at the first question, when there is a token to make it with. */
  const dataClient = (): SupabaseClient =>
    (data ??= createClient(address.url, address.anonKey, {
      accessToken: () => userTokenOnly(session),
      global: { fetch },
      db: { retry: false },
      // Never opened; without it the client looks for a global WebSocket, which not every runtime has.
      realtime: { transport: guardSocket(silentSocket(WebSocketPort, clock)).Transport },
    }))

  async function call<T>(
    name: string,
    args: Record<string, unknown>,
    answer: z.ZodType<T>,
  ): Promise<Outcome<T>> {
    const token = await session.token()
    if (token.kind !== 'settled') return token
    const { data, error, status } = (await dataClient().rpc(name, args)) as RpcAnswer
    if (error) {
      const carried = carriedFailure(error)
      if (carried) return carried
      const rest: RestError = { status, code: error.code ? error.code : null, message: error.message }
      if (isTokenRefused(rest)) session.doubt(token.value.access)
      return judgeRest(rest)
    }
    return parsed(name, answer, data)
  }

  return {
    restUser: () => session.restUser(),
    signIn: (email, password) => session.signIn(email, password),
    signOut: () => session.signOut(),

    async authenticate() {
      const token = await session.token()
      return token.kind === 'settled' ? { kind: 'settled', value: token.value.user } : token
    },

    probe: () => probe(fetch, address),

    pull: (cursors, pageLimit) => call('sync_pull', { cursors, page_limit: pageLimit }, PullAnswer),
    digest: (scope) => call('sync_digest', { scope }, Digest),
    buckets: (scope, buckets) => call('sync_buckets', { scope, buckets }, BucketRows),
    push: (commands) => call('apply_commands', { commands }, z.array(CommandOutcome)),

    listen(scopes, events) {
      const feed = openFeed({ address, session, clock, log, fetch, WebSocket: WebSocketPort }, scopes, events)
      feeds.add(feed)
      return {
        heartbeat: (deadlineMs) => feed.heartbeat(deadlineMs),
        close: async () => {
          await feed.close()
          feeds.delete(feed)
        },
      }
    },

    async stop() {
      await Promise.all([...feeds].map((feed) => feed.close()))
      feeds.clear()
    },
  }
}

/** What supabase-js answers, with its untyped `data` taken for what it is. */
interface RpcAnswer {
  data: unknown
  error: { code?: string; message: string } | null
  status: number
}

const silentSocket = (WebSocket: WebSocketClass, clock: Clock) => ({
  WebSocket,
  clock,
  refused: () => undefined,
  frameBroke: () => undefined,
})

function parsed<T>(name: string, answer: z.ZodType<T>, data: unknown): Outcome<T> {
  const result = answer.safeParse(data)
  if (result.success) return { kind: 'settled', value: result.data }
  const detail = `${name} answered in another shape: ${z.prettifyError(result.error).slice(0, 500)}`
  return { kind: 'not-supabase', detail }
}

/** Anonymous on purpose: the function must be there, and must refuse. */
async function probe(
  fetch: typeof globalThis.fetch,
  { url, anonKey }: ServerAddress,
): Promise<Outcome<{ serverTime: Millis | null }>> {
  const address = probeAddress(url)
  if (address === null) return { kind: 'not-supabase', detail: 'Not a web address.' }
  const response = await fetch(address, {
    method: 'POST',
    headers: { apikey: anonKey, authorization: `Bearer ${anonKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ cursors: [], page_limit: 1 }),
  })
  const body = RestBody.safeParse(await response.json().catch(() => null))
  if (!body.success) return { kind: 'not-supabase', detail: `HTTP ${response.status} in another shape` }
  const { code, message } = body.data
  const failure: Failure | null =
    carriedFailure({ code: code ?? undefined, message }) ??
    judgeProbe({ status: response.status, code, message })
  if (failure) return failure
  const date = Date.parse(response.headers.get('date') ?? '')
  return { kind: 'settled', value: { serverTime: Number.isNaN(date) ? null : date } }
}

const RestBody = z.object({
  code: z
    .string()
    .nullish()
    .transform((code) => code ?? null),
  message: z.string().default(''),
})

function probeAddress(url: string): string | null {
  try {
    return new URL('rest/v1/rpc/sync_pull', url.endsWith('/') ? url : `${url}/`).href
  } catch {
    return null
  }
}

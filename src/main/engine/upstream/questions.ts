import { z } from 'zod'
import { createClient } from '@supabase/supabase-js'
import type { SupabaseClient } from '@supabase/supabase-js'
import { MINUTE_MS, SECOND_MS } from '#shared/lib/time.ts'
import type { Cancel, Clock, ServerAddress } from '../ports.ts'
import { isTokenRefused, judgeRest } from './failures.ts'
import type { RestError } from './failures.ts'
import { userTokenOnly } from './feed-client.ts'
import { carriedFailure } from './guarded-fetch.ts'
import { guardSocket } from './guarded-socket.ts'
import type { WebSocketClass } from './guarded-socket.ts'
import type { SessionKeeper, Token } from './session.ts'
import type { Outcome } from './upstream.ts'

/** PostgREST's word for a token whose times do not fit its clock: over, or not begun. */
const TOKEN_TIMES_REFUSED = 'PGRST303'
/** A token this young is not over: the clocks of Auth and PostgREST differ by a moment, and soon it has begun. */
const YOUNG_MS = MINUTE_MS
const CLOCKS_AGREE_AFTER_MS = 2 * SECOND_MS

/** Calls the project's functions, as the signed-in user or not at all. */
export interface Questions {
  call<T>(name: string, args: Record<string, unknown>, answer: z.ZodType<T>): Promise<Outcome<T>>
  stop(): void
}

interface QuestionPorts {
  address: ServerAddress
  session: SessionKeeper
  clock: Clock
  /** Guarded: see guarded-fetch.ts. */
  fetch: typeof fetch
  WebSocket: WebSocketClass
}

export function askQuestions({ address, session, clock, fetch, WebSocket }: QuestionPorts): Questions {
  const pauses = new Set<() => void>()
  let client: SupabaseClient | null = null

  /** Made at the first question, when there is a token to make it with. */
  const theClient = (): SupabaseClient =>
    (client ??= createClient(address.url, address.anonKey, {
      accessToken: () => userTokenOnly(session),
      global: { fetch },
      db: { retry: false },
      // Never opened; without it the client looks for a global WebSocket, which not every runtime has.
      realtime: { transport: guardSocket(silentSocket(WebSocket, clock)).Transport },
    }))

  const pause = (delayMs: number): Promise<void> =>
    new Promise((resolve) => {
      const end = (): void => {
        cancel()
        pauses.delete(end)
        resolve()
      }
      const cancel: Cancel = clock.after(delayMs, end)
      pauses.add(end)
    })

  type Answer<T> =
    { kind: 'answered'; outcome: Outcome<T> } | { kind: 'token-refused'; token: Token; error: RestError }

  async function ask<T>(
    name: string,
    args: Record<string, unknown>,
    answer: z.ZodType<T>,
  ): Promise<Answer<T>> {
    const token = await session.token()
    if (token.kind !== 'settled') return { kind: 'answered', outcome: token }
    const { data, error, status } = (await theClient().rpc(name, args)) as RpcAnswer
    if (!error) return { kind: 'answered', outcome: parsed(name, answer, data) }
    const carried = carriedFailure(error)
    if (carried) return { kind: 'answered', outcome: carried }
    const rest: RestError = { status, code: error.code ? error.code : null, message: error.message }
    if (isTokenRefused(rest)) return { kind: 'token-refused', token: token.value, error: rest }
    return { kind: 'answered', outcome: judgeRest(rest) }
  }

  return {
    /** A refused token is no verdict on the question: it is asked once more, with the same one a moment later or a new one. */
    async call(name, args, answer) {
      const first = await ask(name, args, answer)
      if (first.kind === 'answered') return first.outcome
      if (first.error.code === TOKEN_TIMES_REFUSED && first.token.ageMs < YOUNG_MS) {
        await pause(CLOCKS_AGREE_AFTER_MS)
      } else session.doubt(first.token.access)
      const second = await ask(name, args, answer)
      if (second.kind === 'answered') return second.outcome
      session.doubt(second.token.access)
      return judgeRest(second.error)
    },
    stop() {
      for (const end of pauses) end()
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

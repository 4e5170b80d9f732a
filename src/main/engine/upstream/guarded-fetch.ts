import { z } from 'zod'
import type { Clock } from '../ports.ts'
import { judgeStatus } from './failures.ts'
import type { Failure } from './upstream.ts'

/** The code under which a failure of ours travels through supabase-js, which keeps codes but not the type of errors. */
const OWN_CODE = 'station_failure'

const CarriedFailure = z.string().transform((text, context): Failure => {
  try {
    return JSON.parse(text) as Failure
  } catch {
    context.addIssue({ code: 'custom', message: 'not a carried failure' })
    return z.NEVER
  }
})

/** The failure that `guardFetch` met on behalf of supabase-js, or null when the server itself answered. */
export function carriedFailure(error: { code?: string | undefined; message: string }): Failure | null {
  return error.code === OWN_CODE ? CarriedFailure.parse(error.message) : null
}

/** A failure as an answer. Shaped for both readers: PostgREST's errors have `code`, the Auth server's `error_code`. */
export const carry = (failure: Failure): Response =>
  new Response(
    JSON.stringify({ code: OWN_CODE, error_code: OWN_CODE, message: JSON.stringify(failure) }),
    // 400: neither client tries again by itself on it, so that our backoff is the only one.
    { status: 400, headers: { 'content-type': 'application/json' } },
  )

interface GuardPorts {
  fetch: typeof fetch
  clock: Clock
  timeoutMs: number
}

/**
 * A fetch that always answers: with what the server said, when it is the kind of thing a Supabase project says, else
 * with the failure carried inside. Captive portals, proxies and half-dead servers thus never reach the code of
 * supabase-js, which takes some of their answers for the end of the session.
 */
export function guardFetch({ fetch, clock, timeoutMs }: GuardPorts): typeof globalThis.fetch {
  return async (input, init) => {
    const controller = new AbortController()
    const cancel = clock.after(timeoutMs, () => controller.abort())
    try {
      const response = await fetch(input, { ...init, signal: controller.signal, redirect: 'manual' })
      // Read here, so that the time limit covers the whole answer and not just its head.
      const body = await response.arrayBuffer()
      const failure = judgeStatus(
        response.status,
        kindOf(response, body),
        response.headers.get('retry-after'),
        clock.now(),
      )
      if (failure) return carry(failure)
      const { status, headers } = response
      return new Response(body.byteLength === 0 ? null : body, { status, headers: plain(headers) })
    } catch (error) {
      return carry({ kind: 'offline', detail: describe(error) })
    } finally {
      cancel()
    }
  }
}

function kindOf(response: Response, body: ArrayBuffer): 'json' | 'other' | 'empty' {
  if (body.byteLength === 0) return 'empty'
  return /[/+]json\b/.test(response.headers.get('content-type') ?? '') ? 'json' : 'other'
}

/** The body was decoded already: what described its encoding no longer holds. */
function plain(headers: Headers): Headers {
  const kept = new Headers(headers)
  kept.delete('content-encoding')
  kept.delete('content-length')
  return kept
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause
  const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
  return `${error.name}: ${error.message}${code}`
}

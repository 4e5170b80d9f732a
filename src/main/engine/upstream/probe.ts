import { z } from 'zod'
import type { Millis } from '#shared/lib/time.ts'
import type { ServerAddress } from '../ports.ts'
import { judgeProbe } from './failures.ts'
import { carriedFailure } from './guarded-fetch.ts'
import type { Failure, Outcome } from './upstream.ts'

/**
 * Asks an address for our sync function, without a session: it must be there, and must refuse.
 * @param fetch guarded: see guarded-fetch.ts
 */
export async function probe(
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

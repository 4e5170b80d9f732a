import { randomUUID } from 'node:crypto'
import { realClock } from '#engine/platform/real-clock.ts'
import type { Clock } from '#engine/ports.ts'
import { connectSupabase } from '#engine/upstream/supabase.ts'
import { memorySecrets } from '#test/harness/memory-secrets.ts'
import { recordedLog } from '#test/harness/recorded-log.ts'
import { hire } from '#test/harness/test-backend.ts'
import type { TestBackend } from '#test/harness/test-backend.ts'
import { settled } from './upstream-support.ts'

/* Stations of a backend, whose clocks a test moves. */

interface StationOptions {
  secrets?: ReturnType<typeof memorySecrets>
  clock?: Clock
  fetch?: typeof fetch
}

export function stationOf(
  { address }: TestBackend,
  { secrets = memorySecrets(), clock = realClock, fetch = globalThis.fetch }: StationOptions = {},
) {
  const log = recordedLog()
  return { secrets, log, upstream: connectSupabase({ address, clock, log, secrets, fetch }) }
}

/** A terminal's clock that a test moves: hours pass for the station, and with them its tokens. */
export function movableClock(offsetMs = 0): Clock & { pass(ms: number): void } {
  let offset = offsetMs
  return {
    ...realClock,
    now: () => realClock.now() + offset,
    pass: (ms) => void (offset += ms),
  }
}

/** A new user's station, and a clock to make its tokens old. */
export async function newUserAt(backend: TestBackend, options?: Pick<StationOptions, 'fetch'>) {
  const person = await hire(backend, `${randomUUID()}@shelf.test`)
  const clock = movableClock()
  const made = stationOf(backend, { ...options, clock })
  const user = settled(await made.upstream.signIn(person.email, person.password))
  return { ...made, user, person, clock }
}

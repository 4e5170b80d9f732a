import type { HearChannel, Heard } from '#shared/protocol/contract.ts'
import type { Millis } from '#shared/lib/time.ts'

/*
 * What the engine needs from the world. It never reads a clock, throws a die or opens a socket by itself, so that an
 * hour of retries is tested in a millisecond, the same way twice.
 */

export type Cancel = () => void

export interface Clock {
  /** Wall clock, epoch ms. May jump. */
  now(): Millis
  /** Never jumps backwards; ms since an arbitrary start. */
  monotonicMs(): number
  /** Runs `task` once after `delayMs`; the returned function forgets it. */
  after(delayMs: number, task: () => void): Cancel
  /** Lets everything that waits on this thread have its turn. */
  breathe(): Promise<void>
}

/** Uniform in [0, 1). */
export type Random = () => number

export interface Log {
  debug(event: string, facts?: Record<string, unknown>): void
  info(event: string, facts?: Record<string, unknown>): void
  warn(event: string, facts?: Record<string, unknown>): void
  error(event: string, facts?: Record<string, unknown>): void
  /** The same log with facts added to every line, e.g. `log.with({ component: 'pull' })`. */
  with(facts: Record<string, unknown>): Log
}

/** Where the session rests. Values are encrypted by whoever implements it (safeStorage in the product). */
export interface Secrets {
  get(key: string): Promise<string | null>
  set(key: string, value: string): Promise<void>
  delete(key: string): Promise<void>
}

/** Identifies one window towards the engine; a reload makes a new one. */
export type WindowId = number & { readonly __brand: 'WindowId' }

/** Posts a message to one window; the last stage of the read path. */
export type Post = <C extends HearChannel>(window: WindowId, channel: C, message: Heard<C>) => void

/** Which Supabase project, and as what the station introduces itself. */
export interface ServerAddress {
  url: string
  anonKey: string
  /** True for the backend that `npm start` opens beside the console. */
  embedded: boolean
}

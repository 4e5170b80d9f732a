import { z } from 'zod'
import { SECOND_MS } from '#shared/lib/time.ts'
import { UserId } from '#shared/domain/ids.ts'
import type { Clock, Log, Secrets } from '../ports.ts'
import type { Granted } from './auth-server.ts'
import { durableSecret } from './durable-secret.ts'
import type { DurableSecret } from './durable-secret.ts'
import type { UpstreamUser } from './upstream.ts'

/*
 * A session as it rests on this station, and how old its token is. The terminal's clock may be wrong by hours and may be set
 * at any time, so a token's age is never taken from the server's times: it counts from the moment the token came, by the wall
 * clock, which goes on while the machine sleeps, and by the monotonic one, which nobody sets. The older of the two is right.
 */

/** A token is renewed this long before its end, or in the middle of its life when that is short. */
const RENEW_BEFORE_MS = 90 * SECOND_MS

const Tokens = z.object({
  access: z.string(),
  refresh: z.string(),
  /** By this terminal's clock, epoch ms: the moment the token came, plus its lifetime. */
  expiresAt: z.number(),
  lifetimeMs: z.number(),
})
export type Tokens = z.infer<typeof Tokens>

const Kept = z.object({
  user: z.object({ id: UserId, email: z.string() }),
  /** Null once the server ended the session: we still know whose mirror to show. */
  tokens: Tokens.nullable(),
})
export type Kept = z.infer<typeof Kept>

export interface KeptSession {
  /** @throws what the store of secrets throws */
  load(): Promise<Kept | null>
  /** Takes new tokens, as of now. */
  accept(granted: Granted): Promise<Kept>
  /** The tokens are worth nothing any more. */
  endTokens(user: UpstreamUser): Promise<void>
  forget(): Promise<void>
  /**
   * Rests under another key from now on, and under the old one no more. It goes on as it is, renewals under way included.
   * @throws what the store of secrets throws when it is read
   */
  moveTo(key: string): Promise<void>
  ageMs(tokens: Tokens): number
  stop(): Promise<void>
}

/** How long until a token of this age should be renewed; 0 or less: now. */
export const renewInMs = ({ lifetimeMs }: Tokens, ageMs: number): number =>
  lifetimeMs - Math.min(RENEW_BEFORE_MS, lifetimeMs / 2) - ageMs

interface KeptSessionPorts {
  key: string
  secrets: Secrets
  clock: Clock
  log: Log
}

export function keptSession({ key, secrets, clock, log }: KeptSessionPorts): KeptSession {
  const under = (key: string): DurableSecret => durableSecret({ secrets, key, clock, log })
  let secret = under(key)
  let kept: Kept | null | undefined
  /** How old the tokens were when they came into memory, and when that was (monotonic). */
  let base = { ageMs: 0, atMs: clock.monotonicMs() }

  const wallAgeMs = ({ expiresAt, lifetimeMs }: Tokens): number => clock.now() - (expiresAt - lifetimeMs)

  function remember(next: Kept | null): void {
    kept = next
    const ageMs = next?.tokens ? wallAgeMs(next.tokens) : 0
    // From the future: the clock was set back since, by who knows how much. Such a token is renewed before it is used.
    base = { ageMs: ageMs < 0 ? Infinity : ageMs, atMs: clock.monotonicMs() }
  }

  function read(text: string): Kept | null {
    try {
      return Kept.parse(JSON.parse(text))
    } catch (error) {
      log.warn('session.unreadable', { error: error instanceof Error ? error.name : 'unknown' })
      return null
    }
  }

  async function keep(next: Kept): Promise<void> {
    remember(next)
    await secret.keep(JSON.stringify(next))
  }

  async function load(): Promise<Kept | null> {
    if (kept !== undefined) return kept
    const text = await secret.read()
    if (kept === undefined) remember(text === null ? null : read(text))
    return kept ?? null
  }

  return {
    load,
    async accept({ user, access, refresh, lifetimeMs }) {
      const next: Kept = {
        user,
        tokens: { access, refresh, lifetimeMs, expiresAt: clock.now() + lifetimeMs },
      }
      await keep(next)
      return next
    },
    endTokens: (user) => keep({ user, tokens: null }),
    async forget() {
      remember(null)
      await secret.keep(null)
    },
    async moveTo(next) {
      await load()
      const old = secret
      secret = under(next)
      await secret.keep(kept ? JSON.stringify(kept) : null)
      // The old key is somebody else's from here on: nothing may write to it later.
      await old.keep(null)
      await old.stop()
    },
    ageMs: (tokens) => Math.max(wallAgeMs(tokens), base.ageMs + clock.monotonicMs() - base.atMs),
    stop: () => secret.stop(),
  }
}

import { z } from 'zod'
import { AuthClient, isAuthSessionMissingError } from '@supabase/supabase-js'
import type { AuthError, Session } from '@supabase/supabase-js'
import { SECOND_MS } from '#shared/lib/time.ts'
import { must } from '#shared/lib/must.ts'
import { UserId } from '#shared/domain/ids.ts'
import type { Clock, Log, Secrets, ServerAddress } from '../ports.ts'
import { judgeAuth } from './failures.ts'
import { carriedFailure } from './guarded-fetch.ts'
import type { Failure, Outcome, UpstreamUser } from './upstream.ts'

/*
 * The user's session, kept by ourselves. The auth client only speaks the protocol: it holds nothing, refreshes nothing by
 * itself and is made anew for each question, so none of its answers to a hotel's sign-in page, a proxy or a wrong clock
 * can end a session. A session ends here, on one of the codes in failures.ts, or because a person said so.
 */

/** A token is renewed this long before its end, or in the middle of its life when that is short. */
const RENEW_BEFORE_MS = 90 * SECOND_MS

const Kept = z.object({
  user: z.object({ id: UserId, email: z.string() }),
  /** Null once the server ended the session: we still know whose mirror to show. */
  tokens: z
    .object({
      access: z.string(),
      refresh: z.string(),
      /** By this terminal's clock, epoch ms: made from the lifetime, so that a clock that is wrong does no harm. */
      expiresAt: z.number(),
      lifetimeMs: z.number(),
    })
    .nullable(),
})
type Kept = z.infer<typeof Kept>
type Tokens = NonNullable<Kept['tokens']>

export interface Token {
  access: string
  /** By this terminal's clock, epoch ms. */
  expiresAt: number
  /** When it should be renewed, epoch ms. */
  renewAt: number
  user: UpstreamUser
}

export interface SessionKeeper {
  restUser(): Promise<UpstreamUser | null>
  signIn(email: string, password: string): Promise<Outcome<UpstreamUser>>
  signOut(): Promise<void>
  /** A token that is valid now, renewed first when its end is near. One renewal serves all who wait. */
  token(): Promise<Outcome<Token>>
  /** The server refused this token: it is renewed before it is used again. */
  doubt(access: string): void
}

interface SessionPorts {
  address: ServerAddress
  secrets: Secrets
  clock: Clock
  log: Log
  /** Guarded: see guarded-fetch.ts. */
  fetch: typeof fetch
}

export function keepSession({ address, secrets, clock, log, fetch }: SessionPorts): SessionKeeper {
  const key = `session:${address.url}`
  let kept: Kept | null | undefined
  let doubted: string | null = null
  let renewal: Promise<Outcome<Token>> | null = null
  /** Sign-in and sign-out make answers to older questions void. */
  let generation = 0

  const client = (): InstanceType<typeof AuthClient> =>
    new AuthClient({
      url: `${address.url}/auth/v1`,
      headers: { apikey: address.anonKey, Authorization: `Bearer ${address.anonKey}` },
      persistSession: false,
      autoRefreshToken: false,
      detectSessionInUrl: false,
      skipAutoInitialize: true,
      fetch,
    })

  async function load(): Promise<Kept | null> {
    if (kept !== undefined) return kept
    const text = await secrets.get(key)
    // Something newer may have been kept while we read.
    kept ??= text === null ? null : read(text)
    return kept
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
    kept = next
    await secrets.set(key, JSON.stringify(next))
  }

  async function accept(session: Session): Promise<Kept> {
    const lifetimeMs = session.expires_in * SECOND_MS
    const next: Kept = {
      user: { id: UserId.parse(session.user.id), email: session.user.email ?? '' },
      tokens: {
        access: session.access_token,
        refresh: session.refresh_token,
        expiresAt: clock.now() + lifetimeMs,
        lifetimeMs,
      },
    }
    doubted = null
    await keep(next)
    return next
  }

  async function renew(current: Kept, tokens: Tokens): Promise<Outcome<Token>> {
    const asked = generation
    const { data, error } = await client().refreshSession({ refresh_token: tokens.refresh })
    if (asked !== generation) return noSession
    if (data.session) {
      const next = await accept(data.session)
      return { kind: 'settled', value: toToken(next, must(next.tokens, 'the tokens just accepted')) }
    }
    const failure = judge(error)
    log.info('session.not-renewed', { failure })
    if (failure.kind === 'signed-out') {
      await keep({ user: current.user, tokens: null })
      return failure
    }
    // A token that still lives is good enough, whatever kept us from getting the next one.
    const usable = tokens.expiresAt > clock.now() && tokens.access !== doubted
    return usable ? { kind: 'settled', value: toToken(current, tokens) } : asTemporary(failure)
  }

  return {
    async restUser() {
      return (await load())?.user ?? null
    },

    async signIn(email, password) {
      const asked = ++generation
      const { data, error } = await client().signInWithPassword({ email, password })
      if (asked !== generation) return noSession
      if (!data.session) return judge(error)
      const { user } = await accept(data.session)
      return { kind: 'settled', value: user }
    },

    async signOut() {
      const before = await load()
      generation += 1
      kept = null
      doubted = null
      await secrets.delete(key)
      if (!before?.tokens) return
      // Only this station's session; when the server cannot be told, the token ends by itself.
      const { error } = await client().admin.signOut(before.tokens.access, 'local')
      if (error) log.info('session.sign-out-not-told', { failure: judge(error) })
    },

    async token() {
      const current = await load()
      if (current === null) return noSession
      const { tokens } = current
      if (tokens === null) return sessionEnded
      if (tokens.access !== doubted && clock.now() < renewAt(tokens)) {
        return { kind: 'settled', value: toToken(current, tokens) }
      }
      renewal ??= renew(current, tokens).finally(() => {
        renewal = null
      })
      return renewal
    },

    doubt(access) {
      if (kept?.tokens?.access === access) doubted = access
    },
  }
}

const noSession: Failure = { kind: 'signed-out', because: 'no-session', detail: 'Nobody is signed in.' }
const sessionEnded: Failure = {
  kind: 'signed-out',
  because: 'session-ended',
  detail: 'The session has ended.',
}

const renewAt = ({ expiresAt, lifetimeMs }: Tokens): number =>
  expiresAt - Math.min(RENEW_BEFORE_MS, lifetimeMs / 2)

const toToken = ({ user }: Kept, tokens: Tokens): Token => ({
  access: tokens.access,
  expiresAt: tokens.expiresAt,
  renewAt: renewAt(tokens),
  user,
})

function judge(error: AuthError | null): Failure {
  if (error === null) {
    return { kind: 'not-supabase', detail: 'The Auth server answered without a session.' }
  }
  if (isAuthSessionMissingError(error)) {
    return { kind: 'signed-out', because: 'session-ended', detail: error.message }
  }
  return carriedFailure(error) ?? judgeAuth(error.status ?? 0, error.code ?? null, error.message)
}

/** A refresh that was refused for a reason we do not know is tried again rather than believed. */
const asTemporary = (failure: Failure): Failure =>
  failure.kind === 'refused'
    ? { kind: 'retry', because: 'server-error', afterMs: null, detail: failure.detail }
    : failure

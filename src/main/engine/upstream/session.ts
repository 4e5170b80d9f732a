import { MINUTE_MS } from '#shared/lib/time.ts'
import { must } from '#shared/lib/must.ts'
import type { UserId } from '#shared/domain/ids.ts'
import type { Clock, Log, Secrets, ServerAddress } from '../ports.ts'
import { reachAuthServer } from './auth-server.ts'
import { keptSession, renewInMs } from './kept-session.ts'
import type { Kept, Tokens } from './kept-session.ts'
import type { Failure, Outcome, UpstreamUser } from './upstream.ts'

/*
 * The user's session, kept by ourselves. It ends here, on one of the codes in auth-server.ts, or because a person said so;
 * never because of a network, a clock, a disk, or something that stands in the server's place.
 */

/** A server that asks to be left alone for longer than this is asked again all the same: nothing gives up. */
const LONGEST_REST_MS = 5 * MINUTE_MS

export interface Token {
  access: string
  user: UpstreamUser
  /** Since it came, by this terminal. */
  ageMs: number
  /** Until it should be renewed; 0 or less when that is overdue. */
  renewInMs: number
}

export interface SessionKeeper {
  /** @throws what the store of secrets throws */
  restUser(): Promise<UpstreamUser | null>
  signIn(email: string, password: string): Promise<Outcome<UpstreamUser>>
  signOut(): Promise<void>
  /** Lets the session rest apart, under its user's name, or again as the station's own. It goes on as it is. */
  setApart(apart: boolean): Promise<void>
  /** A token that is valid now, renewed first when its end is near. One renewal serves all who wait. */
  token(): Promise<Outcome<Token>>
  /** The server refused this token: it is renewed before it is used again. */
  doubt(access: string): void
  /** Leaves no timer behind. */
  stop(): Promise<void>
}

interface SessionPorts {
  address: ServerAddress
  /** The session that was set apart for this user, instead of the station's own. */
  apart?: UserId
  secrets: Secrets
  clock: Clock
  log: Log
  /** Guarded: see guarded-fetch.ts. */
  fetch: typeof fetch
}

export function keepSession({ address, apart, secrets, clock, log, fetch }: SessionPorts): SessionKeeper {
  const auth = reachAuthServer({ address, fetch })
  const keyOf = (user: UserId | undefined): string =>
    user === undefined ? `session:${address.url}` : `session:${address.url}#${user}`
  const session = keptSession({ key: keyOf(apart), secrets, clock, log })
  let doubted: string | null = null
  let renewal: Promise<Outcome<Token>> | null = null
  /** The server asked not to be asked for new tokens until then (monotonic). */
  let rest: { failure: Failure; untilMs: number } | null = null
  /** Which session this is. One that is over makes answers to its questions void [L1]. */
  let generation = 0
  let signIns = 0

  /** Another session, or none, from here on. */
  function startOver(): void {
    generation += 1
    doubted = null
    renewal = null
    rest = null
  }

  const asToken = ({ user }: Kept, tokens: Tokens): Outcome<Token> => {
    const ageMs = session.ageMs(tokens)
    return {
      kind: 'settled',
      value: { access: tokens.access, user, ageMs, renewInMs: renewInMs(tokens, ageMs) },
    }
  }

  async function renew(current: Kept, tokens: Tokens): Promise<Outcome<Token>> {
    const asked = generation
    const outcome = await auth.refresh(tokens.refresh)
    // Whoever waited for a token wants one of the session that is there now.
    if (asked !== generation) return token()
    if (outcome.kind === 'settled') {
      doubted = null
      const next = await session.accept(outcome.value)
      return asked === generation ? asToken(next, must(next.tokens, 'the tokens just accepted')) : token()
    }
    log.info('session.not-renewed', { failure: outcome })
    if (outcome.kind === 'signed-out') {
      await session.endTokens(current.user)
      return outcome
    }
    if (outcome.kind === 'retry' && outcome.afterMs !== null) {
      const restMs = Math.min(outcome.afterMs, LONGEST_REST_MS)
      rest = { failure: outcome, untilMs: clock.monotonicMs() + restMs }
    }
    return orWhatStillLives(current, tokens, outcome)
  }

  /** A token that still lives is good enough, whatever kept us from getting the next one. */
  function orWhatStillLives(current: Kept, tokens: Tokens, failure: Failure): Outcome<Token> {
    const isUsable = session.ageMs(tokens) < tokens.lifetimeMs && tokens.access !== doubted
    return isUsable ? asToken(current, tokens) : failure
  }

  async function token(): Promise<Outcome<Token>> {
    const current = await loaded()
    if (current === 'unreadable') return noSecrets
    if (current === null) return noSession
    const { tokens } = current
    if (tokens === null) return sessionEnded
    if (tokens.access !== doubted && renewInMs(tokens, session.ageMs(tokens)) > 0) {
      return asToken(current, tokens)
    }
    if (renewal) return renewal
    const restMs = rest ? rest.untilMs - clock.monotonicMs() : 0
    if (rest && restMs > 0) {
      const failure = rest.failure.kind === 'retry' ? { ...rest.failure, afterMs: restMs } : rest.failure
      return orWhatStillLives(current, tokens, failure)
    }
    rest = null
    const mine = renew(current, tokens).finally(() => {
      if (renewal === mine) renewal = null
    })
    renewal = mine
    return mine
  }

  async function loaded(): Promise<Kept | null | 'unreadable'> {
    try {
      return await session.load()
    } catch (error) {
      log.error('session.store-failed', { error: error instanceof Error ? error.name : 'unknown' })
      return 'unreadable'
    }
  }

  return {
    async restUser() {
      return (await session.load())?.user ?? null
    },

    async signIn(email, password) {
      const asked = ++signIns
      const outcome = await auth.signIn(email, password)
      // A later sign-in, or a sign-out, has the last word. A sign-in that fails leaves the session that is there alone.
      if (asked !== signIns) return noSession
      if (outcome.kind !== 'settled') return outcome
      startOver()
      await session.accept(outcome.value)
      return { kind: 'settled', value: outcome.value.user }
    },

    async signOut() {
      signIns += 1
      const before = await loaded()
      startOver()
      await session.forget()
      if (before === 'unreadable' || !before?.tokens) return
      // Only this station's session; when the server cannot be told, the token ends by itself.
      const failure = await auth.signOut(before.tokens.access)
      if (failure) log.info('session.sign-out-not-told', { failure })
    },

    async setApart(isApart) {
      const current = await session.load()
      if (current) await session.moveTo(keyOf(isApart ? current.user.id : undefined))
    },

    token,

    doubt(access) {
      doubted = access
    },

    stop: () => session.stop(),
  }
}

const noSession: Failure = { kind: 'signed-out', because: 'no-session', detail: 'Nobody is signed in.' }
const sessionEnded: Failure = {
  kind: 'signed-out',
  because: 'session-ended',
  detail: 'The session has ended.',
}
/** Who is signed in is not known, which is not the same as nobody. */
const noSecrets: Failure = {
  kind: 'retry',
  because: 'server-error',
  afterMs: null,
  detail: 'The store of secrets cannot be read.',
}

import { HOUR_MS } from './spans.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { Clock } from '#engine/ports.ts'
import type { Failure, Outcome, UpstreamUser } from '#engine/upstream/upstream.ts'

/** A token is renewed this long before its end, by the terminal's clock. */
const RENEW_BEFORE_MS = 90_000

export interface Token {
  user: UpstreamUser
  /** When the server refuses it, by the server's clock. */
  until: Millis
}

interface Kept {
  token: Token
  /** What the terminal believes of `until`, by its own clock. */
  renewAt: Millis
  usableUntil: Millis
  /** The server refused it already. */
  doubted: boolean
}

/** The session that rests on one terminal: it outlives the engine's process, and may end without the terminal knowing. */
export class StationSession {
  lifetimeMs = HOUR_MS
  private user: UpstreamUser | null = null
  private kept: Kept | null = null
  /** The server will not renew it any more. */
  private revoked = false

  restUser(): UpstreamUser | null {
    return this.user
  }

  /** It is somebody's, and no renewal will be had for it any more. */
  isOver(): boolean {
    return this.user !== null && (this.revoked || this.kept === null)
  }

  begin(token: Token, terminal: Clock): void {
    this.revoked = false
    this.accept(token, terminal)
  }

  forget(): void {
    this.user = null
    this.kept = null
  }

  /** The token that may be used now, or null when it has to be renewed first. */
  usable(terminal: Clock): Token | null {
    if (!this.kept || this.kept.doubted || terminal.now() >= this.kept.renewAt) return null
    return this.kept.token
  }

  /** What failed to be renewed but is not over yet. */
  lastResort(terminal: Clock): Token | null {
    return this.kept && !this.kept.doubted && terminal.now() < this.kept.usableUntil ? this.kept.token : null
  }

  problem(): Failure | null {
    if (this.user === null) return noSession
    return this.kept === null ? sessionEnded : null
  }

  /** At the server: what it says to a renewal. */
  askRenewal(serverNow: Millis): Outcome<Token> {
    if (this.revoked || this.user === null) return revoked
    return { kind: 'settled', value: { user: this.user, until: serverNow + this.lifetimeMs } }
  }

  accept(token: Token, terminal: Clock): void {
    const usableUntil = terminal.now() + this.lifetimeMs
    this.user = token.user
    this.kept = {
      token,
      renewAt: usableUntil - Math.min(RENEW_BEFORE_MS, this.lifetimeMs / 2),
      usableUntil,
      doubted: false,
    }
  }

  /** The server refused this token, or the renewal said that the session is over. */
  doubt(token: Token): void {
    if (this.kept?.token === token) this.kept.doubted = true
  }

  end(): void {
    this.kept = null
  }

  /** At the server: the token ends now; it can still be renewed. */
  expire(serverNow: Millis): void {
    if (this.kept) this.kept.token.until = Math.min(this.kept.token.until, serverNow)
  }

  /** At the server: somebody ended this session for good. */
  revoke(serverNow: Millis): void {
    this.revoked = true
    this.expire(serverNow)
  }
}

const noSession: Failure = { kind: 'signed-out', because: 'no-session', detail: 'Nobody is signed in.' }
const sessionEnded: Failure = { kind: 'signed-out', because: 'session-ended', detail: 'It has ended.' }
const revoked: Failure = { kind: 'signed-out', because: 'revoked', detail: 'The session was revoked.' }

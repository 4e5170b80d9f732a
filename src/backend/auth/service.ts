import { signJwt, verifyJwt, JwtError } from '../jwt.ts'
import { Attempts } from './attempts.ts'
import { AuthError, badJwt, invalidCredentials, rateLimited, validationFailed } from './errors.ts'
import { verifyPassword } from './passwords.ts'
import { endSessions, refreshSession, sessionExists, startSession } from './sessions.ts'
import type { LogoutScope, SessionGrant } from './sessions.ts'
import { findUserByEmail, findUserById, noteSignIn, type AuthUser } from './users.ts'
import type { Claims, Database } from '../database.ts'
import type { FaultState } from '../faults.ts'

export interface AuthDeps {
  database: Database
  jwtSecret: string
  faults: FaultState
  /** The address of the backend, which signs as `<url>/auth/v1`. Known once it listens. */
  url: () => string
  /** Life of an access token, in seconds; 3600 when not given. */
  tokenLifetimeS?: number
}

/** What a sign-in or a refresh answers. */
export interface TokenAnswer {
  access_token: string
  token_type: 'bearer'
  expires_in: number
  expires_at: number
  refresh_token: string
  user: Record<string, unknown>
}

const FIVE_MINUTES_MS = 300_000

/** Sign-in, refresh and sign-out, as Supabase Auth does them. Every refusal is thrown as AuthError. */
export class AuthService {
  readonly #deps: AuthDeps
  readonly #wrongPasswords = new Attempts(30, FIVE_MINUTES_MS)
  readonly #refreshes = new Attempts(150, FIVE_MINUTES_MS)

  constructor(deps: AuthDeps) {
    this.#deps = deps
  }

  async signIn(email: string, password: string, userAgent: string | null): Promise<TokenAnswer> {
    const { database } = this.#deps
    const attempt = email.toLowerCase()
    if (this.#wrongPasswords.isSpent(attempt)) throw rateLimited()
    const user = await findUserByEmail(database, email)
    const matches = await verifyPassword(database, password, user?.passwordHash ?? null)
    if (!user || !matches) {
      this.#wrongPasswords.note(attempt)
      throw invalidCredentials()
    }
    if (user.isBanned) throw new AuthError(400, 'user_banned', 'User is banned')
    if (!user.isConfirmed) throw new AuthError(400, 'email_not_confirmed', 'Email not confirmed')
    const { grant, seen } = await database.transaction(async (tx) => ({
      grant: await startSession(tx, user.id, userAgent),
      seen: await noteSignIn(tx, user.id),
    }))
    return this.#answer(grant, seen ?? user)
  }

  async refresh(refreshToken: string): Promise<TokenAnswer> {
    const { database } = this.#deps
    const refreshed = await database.transaction((tx) => refreshSession(tx, refreshToken))
    if (!refreshed.ok) throw refreshed.error
    const { grant } = refreshed
    if (this.#refreshes.isSpent(grant.sessionId)) throw rateLimited()
    this.#refreshes.note(grant.sessionId)
    const user = await findUserById(database, grant.userId)
    if (!user || user.isBanned) throw new AuthError(400, 'user_banned', 'Invalid Refresh Token: User Banned')
    return this.#answer(grant, user)
  }

  /** The user of an access token whose session is still there. */
  async userOf(accessToken: string): Promise<{ user: AuthUser; sessionId: string }> {
    const { database } = this.#deps
    const claims = await this.claimsOf(accessToken)
    const sessionId = claims['session_id']
    if (claims.sub === undefined || typeof sessionId !== 'string') {
      throw new AuthError(403, 'bad_jwt', 'invalid claim: missing sub claim')
    }
    const user = await findUserById(database, claims.sub)
    if (!user) throw new AuthError(403, 'user_not_found', 'User from sub claim in JWT does not exist')
    if (!(await sessionExists(database, sessionId))) {
      throw new AuthError(403, 'session_not_found', 'Session from session_id claim in JWT does not exist')
    }
    if (user.isBanned) throw new AuthError(403, 'user_banned', 'User is banned')
    return { user, sessionId }
  }

  async signOut(accessToken: string, scope: string): Promise<void> {
    if (!isLogoutScope(scope)) throw validationFailed(`Unsupported logout scope "${scope}"`)
    const { user, sessionId } = await this.userOf(accessToken)
    await endSessions(this.#deps.database, user.id, sessionId, scope)
  }

  /** The claims of a token of this project. Its expiry is judged without any leeway, as Supabase Auth does. */
  async claimsOf(accessToken: string): Promise<Claims> {
    try {
      return await verifyJwt(this.#deps.jwtSecret, accessToken, 0)
    } catch (error) {
      if (!(error instanceof JwtError)) throw error
      throw badJwt(
        error.problem === 'expired'
          ? 'token has invalid claims: token is expired'
          : `unable to parse or verify signature, ${error.message}`,
      )
    }
  }

  async #answer(grant: SessionGrant, user: AuthUser): Promise<TokenAnswer> {
    const { faults, jwtSecret, tokenLifetimeS = 3_600 } = this.#deps
    const lifetimeS = faults.tokenLifetimeSeconds ?? tokenLifetimeS
    const issuedAtS = Math.floor(Date.now() / 1000)
    const expiresAtS = issuedAtS + lifetimeS
    const accessToken = await signJwt(jwtSecret, {
      iss: `${this.#deps.url()}/auth/v1`,
      sub: user.id,
      aud: 'authenticated',
      exp: expiresAtS,
      iat: issuedAtS,
      email: user.email ?? '',
      phone: '',
      app_metadata: user.appMetadata,
      user_metadata: user.userMetadata,
      role: 'authenticated',
      aal: 'aal1',
      amr: [{ method: 'password', timestamp: grant.startedAtS }],
      session_id: grant.sessionId,
      is_anonymous: false,
    })
    return {
      access_token: accessToken,
      token_type: 'bearer',
      expires_in: lifetimeS,
      expires_at: expiresAtS,
      refresh_token: grant.refreshToken,
      user: user.view,
    }
  }
}

function isLogoutScope(scope: string): scope is LogoutScope {
  return scope === 'global' || scope === 'local' || scope === 'others'
}

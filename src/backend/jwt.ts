import { SignJWT, errors, jwtVerify, type JWTPayload } from 'jose'
import type { Claims } from './database.ts'

/*
 * Tokens of the project: HS256 with one secret for API keys and users alike, as on Supabase.
 */

/** Why a token was refused. `malformed` and `signature` say it is not ours; the rest that it is not valid now. */
export type JwtProblem = 'malformed' | 'signature' | 'expired' | 'not-yet-valid' | 'claims'

export class JwtError extends Error {
  readonly problem: JwtProblem

  constructor(problem: JwtProblem, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'JwtError'
    this.problem = problem
  }
}

const ALGORITHM = 'HS256'

/** API keys are the same at each start with the same secret: stations keep them in their settings. */
const KEYS_ISSUED_AT_S = Date.UTC(2026, 0, 1) / 1000
const KEYS_LIFE_S = 10 * 366 * 86_400

export interface ApiKeys {
  anonKey: string
  serviceRoleKey: string
}

export async function makeApiKeys(jwtSecret: string): Promise<ApiKeys> {
  const key = (role: string): Promise<string> =>
    signJwt(jwtSecret, {
      iss: 'supabase',
      ref: 'embedded',
      role,
      iat: KEYS_ISSUED_AT_S,
      exp: KEYS_ISSUED_AT_S + KEYS_LIFE_S,
    })
  const [anonKey, serviceRoleKey] = await Promise.all([key('anon'), key('service_role')])
  return { anonKey, serviceRoleKey }
}

export function signJwt(jwtSecret: string, claims: JWTPayload): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' }).sign(secretBytes(jwtSecret))
}

/**
 * The claims of a token signed with `jwtSecret`. Throws JwtError.
 * @param leewayS how far the clocks of the signer and this machine may differ, in seconds
 */
export async function verifyJwt(jwtSecret: string, token: string, leewayS: number): Promise<Claims> {
  const parts = token.split('.').length
  if (parts !== 3) throw new JwtError('malformed', `Expected 3 parts in JWT; got ${parts}`)
  try {
    const { payload } = await jwtVerify(token, secretBytes(jwtSecret), {
      algorithms: [ALGORITHM],
      clockTolerance: leewayS,
    })
    if (payload.iat !== undefined && payload.iat > Date.now() / 1000 + leewayS) {
      throw new JwtError('not-yet-valid', 'JWT issued at future')
    }
    return asClaims(payload)
  } catch (error) {
    throw toJwtError(error)
  }
}

function asClaims(payload: JWTPayload): Claims {
  const { role, sub, ...rest } = payload
  const claims: Claims = { ...rest, role: typeof role === 'string' && role !== '' ? role : 'anon' }
  if (sub !== undefined) claims.sub = sub
  return claims
}

function toJwtError(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) return new JwtError('expired', 'JWT expired', error)
  if (error instanceof errors.JWTClaimValidationFailed) {
    return error.claim === 'nbf'
      ? new JwtError('not-yet-valid', 'JWT not yet valid', error)
      : new JwtError('claims', 'Parsing claims failed', error)
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return new JwtError('signature', 'JWT cryptographic operation failed', error)
  }
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported) {
    return new JwtError('signature', 'No suitable key or wrong key type', error)
  }
  if (error instanceof errors.JOSEError) return new JwtError('malformed', 'JWT cannot be decoded', error)
  return error
}

function secretBytes(jwtSecret: string): Uint8Array {
  return new TextEncoder().encode(jwtSecret)
}

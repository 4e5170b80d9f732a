import { compactVerify, decodeProtectedHeader, errors } from 'jose'
import { isObject } from './json.ts'
import type { Claims } from '../database.ts'

/** A token that was accepted. */
export interface Token {
  text: string
  claims: Claims
  /** Seconds since 1970. */
  expiresAt: number
}

export type TokenFailure =
  | { kind: 'malformed' }
  | { kind: 'signature' }
  /** Signed in a way that the secret cannot check, such as not at all. */
  | { kind: 'signer' }
  | { kind: 'claims' }
  /** `exp` is there but not a number. */
  | { kind: 'odd-expiry' }
  | { kind: 'expired'; secondsAgo: number }

export type TokenResult = { ok: true; token: Token } | { ok: false; failure: TokenFailure }

export type VerifyToken = (text: string) => Promise<TokenResult>

const KNOWN_ALGORITHMS = ['HS256', 'HS384', 'HS512']

/** Checks tokens signed with `secret`: signature first, then role and expiry. The check does not reject. */
export function tokenVerifier(secret: string): VerifyToken {
  const key = new TextEncoder().encode(secret)
  return async (text) => {
    const algorithm = algorithmOf(text)
    if (algorithm === null) return failed({ kind: 'malformed' })
    if (!KNOWN_ALGORITHMS.includes(algorithm)) return failed({ kind: 'signer' })
    try {
      const { payload } = await compactVerify(text, key, { algorithms: [algorithm] })
      return readClaims(text, new TextDecoder().decode(payload))
    } catch (error) {
      const isForged = error instanceof errors.JWSSignatureVerificationFailed
      return failed({ kind: isForged ? 'signature' : 'malformed' })
    }
  }
}

/** Seconds since the token ran out, 0 or more, or null while it is good. */
export function secondsExpired(expiresAt: number, nowMs: number): number | null {
  const late = Math.floor(nowMs / 1_000) - expiresAt
  return late >= 0 ? late : null
}

/** What the answer to a refused connection says. */
export function connectError(failure: TokenFailure): string {
  return failure.kind === 'expired' ? 'Token has expired' : plainText(failure)
}

/** `reason` of a refused join. */
export function joinError(failure: TokenFailure): string {
  switch (failure.kind) {
    case 'malformed':
      return `MalformedJWT: ${plainText(failure)}`
    case 'signature':
      return `JwtSignatureError: ${plainText(failure)}`
    case 'signer':
      return `JwtSignerError: ${plainText(failure)}`
    case 'odd-expiry':
      return 'Unknown Error on Channel'
    case 'claims':
    case 'expired':
      return `InvalidJWTToken: ${plainText(failure)}`
  }
}

/** `message` of the system message when a joined channel is handed a bad token, or its own runs out. */
export function channelError(failure: TokenFailure): string {
  return failure.kind === 'signature' ? ':signature_error' : plainText(failure)
}

function plainText(failure: TokenFailure): string {
  switch (failure.kind) {
    case 'malformed':
      return 'The token provided is not a valid JWT'
    case 'signature':
      return 'Failed to validate JWT signature'
    case 'signer':
      return 'Failed to generate JWT signer, check your JWT secret or JWKS configuration'
    case 'claims':
    case 'odd-expiry':
      return 'Fields `role` and `exp` are required in JWT'
    case 'expired':
      return `Token has expired ${failure.secondsAgo} seconds ago`
  }
}

function readClaims(text: string, payload: string): TokenResult {
  const claims: unknown = JSON.parse(payload)
  if (!isObject(claims)) return failed({ kind: 'malformed' })
  const { role, exp } = claims
  if (typeof role !== 'string' || exp === undefined || exp === null) return failed({ kind: 'claims' })
  if (typeof exp !== 'number') return failed({ kind: 'odd-expiry' })
  const secondsAgo = secondsExpired(exp, Date.now())
  if (secondsAgo !== null) return failed({ kind: 'expired', secondsAgo })
  return { ok: true, token: { text, claims: { ...claims, role }, expiresAt: exp } }
}

function algorithmOf(text: string): string | null {
  if (text.split('.').length !== 3) return null
  try {
    return decodeProtectedHeader(text).alg ?? ''
  } catch {
    return null
  }
}

function failed(failure: TokenFailure): TokenResult {
  return { ok: false, failure }
}

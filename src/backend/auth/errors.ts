/*
 * What Supabase Auth answers when it says no. A client that sends an API version gets the new shape, others the old one.
 */

export const API_VERSION_HEADER = 'X-Supabase-Api-Version'
const API_VERSION = '2024-01-01'

export class AuthError extends Error {
  readonly status: 400 | 401 | 403 | 404 | 422 | 429 | 500
  readonly code: string

  constructor(status: AuthError['status'], code: string, message: string) {
    super(message)
    this.name = 'AuthError'
    this.status = status
    this.code = code
  }
}

/** The answer for an error, in the shape that fits the request's API version header (null: none was sent). */
export function authErrorResponse(error: AuthError, apiVersion: string | null): Response {
  const { status, code, message } = error
  const knowsVersions = apiVersion !== null && apiVersion >= API_VERSION
  const body = knowsVersions ? { code, message } : { code: status, error_code: code, msg: message }
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  if (knowsVersions) headers[API_VERSION_HEADER] = API_VERSION
  return new Response(JSON.stringify(body), { status, headers })
}

export const invalidCredentials = (): AuthError =>
  new AuthError(400, 'invalid_credentials', 'Invalid login credentials')

export const validationFailed = (message: string): AuthError =>
  new AuthError(400, 'validation_failed', message)

export const badJwt = (reason: string): AuthError => new AuthError(403, 'bad_jwt', `invalid JWT: ${reason}`)

export const rateLimited = (): AuthError =>
  new AuthError(429, 'over_request_rate_limit', 'Request rate limit reached')

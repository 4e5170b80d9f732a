import type { MiddlewareHandler } from 'hono'
import type { ApiKeys } from './jwt.ts'

/*
 * The door before all services: no answer without one of the project's API keys.
 */

/** Paths that anyone may read without a key. */
const OPEN_PATHS = new Set(['/auth/v1/.well-known/jwks.json'])

/** Checks the `apikey` header or parameter, and answers 401 as a Supabase project's gateway does. */
export function requireApiKey({ anonKey, serviceRoleKey }: ApiKeys): MiddlewareHandler {
  return async (c, next) => {
    if (OPEN_PATHS.has(c.req.path)) return next()
    const key = c.req.header('apikey') ?? c.req.query('apikey')
    if (!key) {
      const hint = 'No `apikey` request header or url param was found.'
      return c.json({ message: 'No API key found in request', hint }, 401)
    }
    if (key !== anonKey && key !== serviceRoleKey) {
      const hint = 'Double check your Supabase `anon` or `service_role` API key.'
      return c.json({ message: 'Invalid API key', hint }, 401)
    }
    return next()
  }
}

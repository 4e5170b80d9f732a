import { JwtError, verifyJwt } from '../jwt.ts'
import { fromJwtError } from './errors.ts'
import type { Claims } from '../database.ts'

/** How far the clock of whoever signed a token may be from ours, in seconds: PostgREST's allowance. */
const LEEWAY_S = 30

/**
 * Who is calling: the claims of the Bearer token. Without one, or with the API key in its place, the key's own role.
 * Throws RestError (PGRST301, PGRST303).
 */
export async function callerOf(headers: Headers, jwtSecret: string): Promise<Claims> {
  const bearer = /^Bearer\s+(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1]
  const token = bearer ?? headers.get('apikey')
  if (!token) return { role: 'anon' }
  try {
    return await verifyJwt(jwtSecret, token, LEEWAY_S)
  } catch (error) {
    throw error instanceof JwtError ? fromJwtError(error) : error
  }
}

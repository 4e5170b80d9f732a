import type { HonoRequest } from 'hono'
import { AuthError } from './errors.ts'

/** The token of `Authorization: Bearer …`. Throws AuthError when there is none. */
export function bearerOf(request: HonoRequest): string {
  const [, token] = /^Bearer\s+(\S+)$/i.exec(request.header('authorization') ?? '') ?? []
  if (token === undefined) {
    throw new AuthError(401, 'no_authorization', 'This endpoint requires a valid Bearer token')
  }
  return token
}

/** The body as JSON; an empty one reads as {}. Throws AuthError when it is something else. */
export async function readJson(request: HonoRequest): Promise<unknown> {
  const text = await request.text()
  if (text === '') return {}
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw new AuthError(400, 'bad_json', 'Could not parse request body as JSON')
  }
}

import { unreachable } from '#shared/lib/must.ts'
import { failed } from '#shared/protocol/reply.ts'
import type { Reply } from '#shared/protocol/reply.ts'
import type { Failure } from '../upstream/upstream.ts'

/** Codes of the Auth server that mean: this email and password do not go together, or not any more. */
const WRONG_PASSWORD = new Set([
  'invalid_credentials',
  'user_not_found',
  'user_banned',
  'email_not_confirmed',
])

/** A failure of the server as the window is told of it. */
export function replyOf(failure: Failure): Reply<never> {
  switch (failure.kind) {
    case 'offline':
      return failed('no-answer', failure.detail, true)
    case 'retry':
      return failed(failure.because, failure.detail, true)
    case 'not-supabase':
    case 'wrong-key':
      return failed(failure.kind, failure.detail)
    case 'signed-out':
      return failed(failure.because === 'revoked' ? 'wrong-password' : 'signed-out', failure.detail)
    case 'refused':
      return failed(WRONG_PASSWORD.has(failure.code) ? 'wrong-password' : 'server-error', failure.detail)
    default:
      return unreachable(failure)
  }
}

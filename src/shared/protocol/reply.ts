import { z } from 'zod'

/**
 * Why a question to the engine failed, by kind. The renderer words each kind from its catalogue; `message` is plain
 * English for logs and for kinds a newer engine may add.
 */
export const ErrorCode = z.enum([
  'bad-request',
  'not-ready',
  'rate-limited',
  'too-large',
  'wrong-password',
  'no-answer',
  'not-supabase',
  'wrong-key',
  'signed-out',
  'not-allowed',
  'disk-full',
  'disk-read-only',
  'mirror-from-newer-version',
  'incompatible-server',
  'server-error',
  'internal',
])
export type ErrorCode = z.infer<typeof ErrorCode>

export const WireError = z.object({ code: ErrorCode, message: z.string(), retryable: z.boolean() })
export type WireError = z.infer<typeof WireError>

/** Replies are values: a thrown error would lose everything but its message on the way to the window. */
export type Reply<T> = { ok: true; value: T } | { ok: false; error: WireError }

export const ok = <T>(value: T): Reply<T> => ({ ok: true, value })
export const failed = (code: ErrorCode, message: string, retryable = false): Reply<never> => ({
  ok: false,
  error: { code, message, retryable },
})

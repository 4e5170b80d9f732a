import pg from 'pg'
import { DatabaseError } from './database.ts'

/** Failures before there is a session: nobody listens there, or the name is unknown. */
const CANNOT_CONNECT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'EAI_AGAIN',
])

/** The driver's error with Postgres' own code; a lost or refused connection gets a class 08 code. */
export function toDatabaseError(error: unknown): DatabaseError {
  if (error instanceof DatabaseError) return error
  if (error instanceof pg.DatabaseError) {
    const { code, message, detail, hint } = error
    return new DatabaseError(code ?? 'XX000', message, detail ?? null, hint ?? null, error)
  }
  const { code, message } = error as { code?: string; message?: string }
  const sqlState = CANNOT_CONNECT.has(code ?? '') ? '08001' : '08006'
  // A refused connection to a name with several addresses carries its reason only in the code.
  return new DatabaseError(sqlState, message || code || String(error), null, null, error)
}

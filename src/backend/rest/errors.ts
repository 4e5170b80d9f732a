import type { DatabaseError } from '../database.ts'
import type { JwtError } from '../jwt.ts'

/*
 * PostgREST's errors: {code, details, hint, message} with a status that follows from the code.
 */

export interface RestErrorBody {
  code: string
  details: string | null
  hint: string | null
  message: string
}

export class RestError extends Error {
  readonly status: number
  readonly body: RestErrorBody
  readonly headers: Record<string, string>

  constructor(
    status: number,
    body: { code: string; message: string; details?: string | null; hint?: string | null },
    headers: Record<string, string> = {},
  ) {
    super(body.message)
    this.name = 'RestError'
    this.status = status
    this.body = {
      code: body.code,
      details: body.details ?? null,
      hint: body.hint ?? null,
      message: body.message,
    }
    this.headers = headers
  }
}

export function restErrorResponse(error: RestError): Response {
  return new Response(JSON.stringify(error.body), {
    status: error.status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...error.headers },
  })
}

/** What Postgres refused, as PostgREST tells it. `isAnonymous`: the caller may still sign in, so a missing right is a 401. */
export function fromDatabaseError(error: DatabaseError, isAnonymous: boolean): RestError {
  const { code, message, detail, hint } = error
  if (code === 'PGRST') return chosenByFunction(error)
  if (isUnreachable(code)) {
    return new RestError(503, {
      code: 'PGRST000',
      message: 'Database connection error. Retrying the connection.',
      details: message,
    })
  }
  const status = code === '42501' && isAnonymous ? 401 : statusOf(code)
  const headers: Record<string, string> = status === 401 ? { 'www-authenticate': 'Bearer' } : {}
  return new RestError(status, { code, message, details: detail, hint }, headers)
}

export function fromJwtError({ problem, message }: JwtError): RestError {
  const isForeign = problem === 'malformed' || problem === 'signature'
  const headers = {
    'www-authenticate': `Bearer error="invalid_token", error_description="${message}"`,
  }
  return new RestError(401, { code: isForeign ? 'PGRST301' : 'PGRST303', message }, headers)
}

/** A table or view that the exposed schema does not have. */
export function unknownTable(table: string): RestError {
  return new RestError(404, {
    code: 'PGRST205',
    message: `Could not find the table 'public.${table}' in the schema cache`,
  })
}

export function unknownColumn(table: string, column: string): RestError {
  return new RestError(400, {
    code: 'PGRST204',
    message: `Could not find the '${column}' column of '${table}' in the schema cache`,
  })
}

export function unreadableBody(message: string): RestError {
  return new RestError(400, { code: 'PGRST102', message })
}

/** A query string that cannot be read. */
export function unreadableQuery(what: string, text: string): RestError {
  return new RestError(400, { code: 'PGRST100', message: `"failed to parse ${what} (${text})"` })
}

export function notOneRow(rows: number): RestError {
  return new RestError(406, {
    code: 'PGRST116',
    message: 'Cannot coerce the result to a single JSON object',
    details: `The result contains ${rows} rows`,
  })
}

/** The connection is lost, or the server is starting, stopping or full. */
function isUnreachable(code: string): boolean {
  return code.startsWith('08') || code.startsWith('57P')
}

function statusOf(code: string): number {
  const chosen = /^PT(\d{3})$/.exec(code)?.[1]
  if (chosen !== undefined) return Number(chosen)
  return STATUS_BY_CODE[code] ?? STATUS_BY_CLASS[code.slice(0, 2)] ?? 400
}

const STATUS_BY_CODE: Record<string, number> = {
  '23503': 409,
  '23505': 409,
  '25006': 405,
  '42501': 403,
  '42883': 404,
  '42P01': 404,
  '42P17': 500,
  '53400': 500,
  P0001: 400,
}

const STATUS_BY_CLASS: Record<string, number> = {
  '09': 500,
  '0L': 403,
  '0P': 403,
  '25': 500,
  '28': 403,
  '2D': 500,
  '38': 500,
  '39': 500,
  '3B': 500,
  '40': 500,
  '53': 503,
  '54': 500,
  '55': 500,
  '57': 500,
  '58': 500,
  F0: 500,
  HV: 500,
  P0: 500,
  XX: 500,
}

/** `raise sqlstate 'PGRST'`: the message holds the body and the detail holds status and headers, both as JSON. */
function chosenByFunction({ message, detail }: DatabaseError): RestError {
  try {
    const body = JSON.parse(message) as { code: string; message: string; details?: string; hint?: string }
    const { status, headers } = JSON.parse(detail ?? '') as {
      status: number
      headers?: Record<string, string>
    }
    return new RestError(status, body, headers)
  } catch {
    return new RestError(500, {
      code: 'PGRST121',
      message: 'Could not parse JSON in the "RAISE SQLSTATE \'PGRST\'" error',
    })
  }
}

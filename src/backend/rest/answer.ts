import { RestError, notOneRow } from './errors.ts'
import type { Preferences } from './preferences.ts'

/** What a statement brought: its rows as JSON text straight from Postgres, never parsed here. */
export interface Result {
  /** A JSON array, or null when the rows themselves are not wanted. */
  body: string | null
  /** How many rows `body` holds. */
  rows: number
  /** How many there are beyond the page; null when nobody asked. */
  total: number | null
}

const JSON_TYPE = 'application/json; charset=utf-8'
const OBJECT_TYPE = 'application/vnd.pgrst.object+json; charset=utf-8'

/** The answer to a read: 200, or 206 when the count shows that there is more. */
export function readAnswer(result: Result, offset: number, preferences: Preferences): Response {
  const { rows, total } = result
  if (total !== null && offset > 0 && offset >= total) {
    throw new RestError(
      416,
      {
        code: 'PGRST103',
        message: 'Requested range not satisfiable',
        details: `An offset of ${offset} was requested, but there are only ${total} rows.`,
      },
      { 'content-range': `*/${total}` },
    )
  }
  const status = total !== null && rows < total ? 206 : 200
  const range = rows === 0 ? '*' : `${offset}-${offset + rows - 1}`
  return answer(status, result, { 'content-range': `${range}/${total ?? '*'}` }, preferences)
}

/** The answer to a write; without a representation it has no body. */
export function writeAnswer(
  method: 'POST' | 'PATCH' | 'DELETE',
  result: Result,
  preferences: Preferences,
): Response {
  const headers = { 'content-range': `*/${result.total ?? '*'}` }
  const isShown = preferences.returning === 'representation'
  const status = method === 'POST' ? 201 : isShown ? 200 : 204
  return answer(status, isShown ? result : { ...result, body: null }, headers, preferences)
}

/** JSON text as it is, for functions that return one value. */
export function jsonAnswer(body: string): Response {
  return new Response(body, { status: 200, headers: { 'content-type': JSON_TYPE } })
}

/** Throws when the request wants exactly one row and there are more or none. */
export function checkSingular(result: Result, preferences: Preferences): void {
  if (preferences.singular && result.body !== null && result.rows !== 1) throw notOneRow(result.rows)
}

function answer(
  status: number,
  result: Result,
  headers: Record<string, string>,
  preferences: Preferences,
): Response {
  const all: Record<string, string> = { ...headers }
  if (preferences.applied.length > 0) all['preference-applied'] = preferences.applied.join(', ')
  if (result.body === null) return new Response(null, { status, headers: all })
  all['content-type'] = preferences.singular ? OBJECT_TYPE : JSON_TYPE
  return new Response(preferences.singular ? onlyElement(result.body) : result.body, { status, headers: all })
}

/** The one element of a JSON array, without reading it. */
function onlyElement(array: string): string {
  return array.slice(array.indexOf('[') + 1, array.lastIndexOf(']'))
}

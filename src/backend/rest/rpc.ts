import { identifier } from '../sql-values.ts'
import { RestError, unreadableBody } from './errors.ts'
import { SqlParams } from './sql-terms.ts'
import type { Queryable } from '../database.ts'
import type { Relation } from './read.ts'
import type { CachedArgument, CachedFunction } from './schema-cache.ts'

export interface Call {
  fn: CachedFunction
  /** The arguments as a JSON object, as text. */
  args: string
  /** Names of the arguments that were given; the others take their defaults. */
  given: string[]
}

/**
 * Finds the function that takes arguments of exactly these names. Throws RestError: PGRST202 when there is none, PGRST203
 * when several fit.
 */
export function matchFunction(
  name: string,
  candidates: readonly CachedFunction[],
  given: readonly string[],
): CachedFunction {
  const fitting = candidates.filter((fn) => fits(fn, given))
  const [only, another] = fitting
  if (!only) throw unknownFunction(name, given)
  if (another) {
    const choices = fitting.map(signature).join(', ')
    throw new RestError(300, {
      code: 'PGRST203',
      message: `Could not choose the best candidate function between: ${choices}`,
      hint: 'Try renaming the parameters or the function itself in the database so function overloading can be resolved',
    })
  }
  return only
}

export function unknownFunction(name: string, given: readonly string[]): RestError {
  const call =
    given.length === 0 ? `public.${name} without parameters` : `public.${name}(${given.join(', ')})`
  return new RestError(404, {
    code: 'PGRST202',
    message: `Could not find the function ${call} in the schema cache`,
    details: `No function public.${name} takes these parameters.`,
  })
}

/** The arguments of a POST: an object by name. Throws RestError (PGRST102). */
export function readArguments(body: string): { args: string; given: string[] } {
  if (body.trim() === '') return { args: '{}', given: [] }
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    throw unreadableBody('Empty or invalid json')
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw unreadableBody('The arguments of a function must be a JSON object')
  }
  return { args: body, given: Object.keys(parsed) }
}

/** The arguments of a GET: texts by name, and JSON where the function takes JSON. */
export function argumentsOfQuery(fn: CachedFunction, params: URLSearchParams): string {
  const entries = fn.arguments
    .filter(({ name }) => params.has(name))
    .map(({ name, type }): [string, unknown] => {
      const text = params.get(name) ?? ''
      return [name, type === 'json' || type === 'jsonb' ? parseOrText(text) : text]
    })
  return JSON.stringify(Object.fromEntries(entries))
}

/** The call as something to read rows from. */
export function callRelation(call: Call): Relation {
  const params = new SqlParams()
  return { sql: callSql(call, params), name: call.fn.name, params }
}

/** Runs a function that returns one value, a set of values or nothing; answers with JSON text, or null for nothing. */
export async function callForValue(tx: Queryable, call: Call): Promise<string | null> {
  const params = new SqlParams()
  const sql = callSql(call, params)
  // The value leaves Postgres as text: parsing megabytes here to write them out again would cost more than the query.
  const value = {
    json: `select coalesce(${sql}::text, 'null') as body`,
    scalar: `select coalesce(to_json(${sql})::text, 'null') as body`,
    values: `select coalesce(json_agg(value), '[]')::text as body from ${sql} as value`,
    nothing: `select ${sql}`,
  }
  const kind = call.fn.returns
  if (kind === 'row' || kind === 'rows') throw new Error(`${call.fn.name} returns rows.`)
  const [row] = await tx.query<{ body?: string }>(value[kind], params.values)
  return kind === 'nothing' ? null : (row?.body ?? 'null')
}

function callSql({ fn, args, given }: Call, params: SqlParams): string {
  const used = fn.arguments.filter(({ name }) => given.includes(name))
  if (used.length === 0) return `public.${identifier(fn.name)}()`
  const source = params.add(args)
  const list = used.map((argument) => `${identifier(argument.name)} => ${argumentSql(argument, source)}`)
  return `public.${identifier(fn.name)}(${list.join(', ')})`
}

/** One argument out of the JSON object, converted by Postgres to the argument's type. */
function argumentSql({ name, type }: CachedArgument, source: string): string {
  return `(select given.${identifier(name)} from json_to_record(${source}::json) as given (${identifier(name)} ${type}))`
}

function fits({ arguments: args }: CachedFunction, given: readonly string[]): boolean {
  const isKnown = given.every((name) => args.some((argument) => argument.name === name))
  const isComplete = args.every(({ name, hasDefault }) => hasDefault || given.includes(name))
  return isKnown && isComplete
}

function signature({ name, arguments: args }: CachedFunction): string {
  return `public.${name}(${args.map((argument) => `${argument.name} => ${argument.type}`).join(', ')})`
}

function parseOrText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

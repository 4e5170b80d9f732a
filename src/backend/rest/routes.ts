import { Hono, type Context } from 'hono'
import { DatabaseError } from '../database.ts'
import { checkSingular, jsonAnswer, readAnswer, writeAnswer } from './answer.ts'
import { callerOf } from './caller.ts'
import { RestError, fromDatabaseError, restErrorResponse, unknownTable } from './errors.ts'
import { readPreferences } from './preferences.ts'
import { RelationshipError, parseQuery } from './query.ts'
import { readRows } from './read.ts'
import { argumentsOfQuery, callForValue, callRelation, matchFunction } from './rpc.ts'
import { readArguments, unknownFunction, type Call } from './rpc.ts'
import { SqlParams } from './sql-terms.ts'
import { deleteRows, insertRows, updateRows, type Write } from './write.ts'
import { identifier } from '../sql-values.ts'
import type { Claims, Database, Queryable } from '../database.ts'
import type { CachedTable, SchemaCache } from './schema-cache.ts'
import type { Result } from './answer.ts'

export interface RestDeps {
  database: Database
  schema: SchemaCache
  jwtSecret: string
  log: (line: string) => void
}

const EXPOSED_SCHEMA = 'public'

/** The part of PostgREST that supabase-js and a console use, mounted at /rest/v1. */
export function restRoutes({ database, schema, jwtSecret, log }: RestDeps): Hono<{
  Variables: { claims: Claims }
}> {
  const app = new Hono<{ Variables: { claims: Claims } }>()

  app.use(async (c, next) => {
    const profile = c.req.header('accept-profile') ?? c.req.header('content-profile') ?? EXPOSED_SCHEMA
    if (profile !== EXPOSED_SCHEMA) {
      throw new RestError(406, { code: 'PGRST106', message: `Invalid schema: ${profile}` })
    }
    c.set('claims', await callerOf(c.req.raw.headers, jwtSecret))
    await next()
  })

  const inTransaction = <T>(c: RestContext, work: (tx: Queryable) => Promise<T>): Promise<T> =>
    database.as(c.get('claims'), work, {
      readOnly: c.req.method === 'GET' || c.req.method === 'HEAD',
      settings: requestSettings(c),
    })

  const tableOf = async (name: string): Promise<CachedTable> => {
    const table = await schema.table(name)
    if (!table) throw unknownTable(name)
    return table
  }

  app.get('/', async (c) => {
    const { tables, functions } = await schema.schema()
    const paths = [...[...tables.keys()].map((name) => `/${name}`), ...[...functions.keys()].map(rpcPath)]
    return c.json({
      swagger: '2.0',
      info: {
        title: 'PostgREST API',
        description: 'Embedded REST of Smart Shelf Console',
        version: 'embedded',
      },
      paths: Object.fromEntries(paths.map((path) => [path, {}])),
    })
  })

  app.on(['GET', 'POST'], '/rpc/:fn', async (c) => {
    const call = await callOf(c, schema)
    if (call.fn.returns === 'row' || call.fn.returns === 'rows') return callForRows(c, call, inTransaction)
    const body = await inTransaction(c, (tx) => callForValue(tx, call))
    return body === null ? c.body(null, 204) : jsonAnswer(body)
  })

  app.get('/:table', async (c) => {
    const table = await tableOf(c.req.param('table'))
    const preferences = readPreferences(c.req.raw.headers)
    const query = parseQuery(searchOf(c))
    const sql = `public.${identifier(table.name)}`
    const result = await inTransaction(c, (tx) =>
      readRows(tx, { sql, name: table.name, params: new SqlParams() }, query, preferences.count),
    )
    checkSingular(result, preferences)
    return readAnswer(result, query.offset, preferences)
  })

  const write = async (
    c: RestContext,
    method: 'POST' | 'PATCH' | 'DELETE',
    run: (tx: Queryable, write: Write) => Promise<Result>,
  ): Promise<Response> => {
    const table = await tableOf(c.req.param('table') ?? '')
    const preferences = readPreferences(c.req.raw.headers)
    const query = parseQuery(searchOf(c))
    const body = await c.req.text()
    const result = await inTransaction(c, async (tx) => {
      const written = await run(tx, { table, query, preferences, body })
      // Inside the transaction: a write of more than the one row asked for must not stay.
      checkSingular(written, preferences)
      return written
    })
    return writeAnswer(method, result, preferences)
  }
  app.post('/:table', (c) => write(c, 'POST', insertRows))
  app.patch('/:table', (c) => write(c, 'PATCH', updateRows))
  app.delete('/:table', (c) => write(c, 'DELETE', deleteRows))

  app.notFound(() =>
    restErrorResponse(
      new RestError(404, { code: 'PGRST125', message: 'Invalid path specified in request URL' }),
    ),
  )
  app.onError((error, c) => restErrorResponse(toRestError(error, c, log)))
  return app
}

type RestContext = Context<{ Variables: { claims: Claims } }>

type InTransaction = <T>(c: RestContext, work: (tx: Queryable) => Promise<T>) => Promise<T>

async function callForRows(c: RestContext, call: Call, inTransaction: InTransaction): Promise<Response> {
  const preferences = readPreferences(c.req.raw.headers)
  const isArgument = (name: string): boolean =>
    c.req.method !== 'POST' && call.fn.arguments.some((argument) => argument.name === name)
  const query = parseQuery(searchOf(c), isArgument)
  const singular = preferences.singular || call.fn.returns === 'row'
  const wanted = { ...preferences, singular }
  const result = await inTransaction(c, async (tx) => {
    const rows = await readRows(tx, callRelation(call), query, preferences.count)
    checkSingular(rows, wanted)
    return rows
  })
  return readAnswer(result, query.offset, wanted)
}

async function callOf(c: RestContext, schema: SchemaCache): Promise<Call> {
  const name = c.req.param('fn') ?? ''
  const candidates = await schema.functions(name)
  if (c.req.method === 'POST') {
    const { args, given } = readArguments(await c.req.text())
    if (!candidates) throw unknownFunction(name, given)
    return { fn: matchFunction(name, candidates, given), args, given }
  }
  const params = searchOf(c)
  const isArgument = (key: string): boolean =>
    (candidates ?? []).some((fn) => fn.arguments.some((argument) => argument.name === key))
  const given = [...params.keys()].filter(isArgument)
  if (!candidates) throw unknownFunction(name, [...params.keys()])
  const fn = matchFunction(name, candidates, given)
  return { fn, args: argumentsOfQuery(fn, params), given }
}

/** What functions and policies may read of the request, as under PostgREST. */
function requestSettings(c: RestContext): Record<string, string> {
  return {
    'request.method': c.req.method,
    'request.path': c.req.path,
    'request.headers': JSON.stringify(c.req.header()),
    search_path: 'public, extensions',
  }
}

function toRestError(error: unknown, c: RestContext, log: (line: string) => void): RestError {
  if (error instanceof RestError) return error
  if (error instanceof RelationshipError) {
    const table = c.req.path.split('/').at(-1) ?? ''
    return new RestError(400, {
      code: 'PGRST200',
      message: `Could not find a relationship between '${table}' and '${error.embedded}' in the schema cache`,
    })
  }
  if (error instanceof DatabaseError) {
    const known = fromDatabaseError(error, c.get('claims').role === 'anon')
    if (known.status >= 500) log(`${c.req.method} ${c.req.path}: ${error.code} ${error.message}`)
    return known
  }
  log(
    `${c.req.method} ${c.req.path} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  )
  return new RestError(500, { code: 'PGRSTX00', message: 'Internal error' })
}

function searchOf(c: RestContext): URLSearchParams {
  return new URL(c.req.url).searchParams
}

function rpcPath(name: string): string {
  return `/rpc/${name}`
}

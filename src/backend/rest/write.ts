import { identifier } from '../sql-values.ts'
import { whereSql } from './conditions.ts'
import { unknownColumn, unreadableBody } from './errors.ts'
import { selectSql } from './sql.ts'
import { SqlParams } from './sql-terms.ts'
import type { Queryable } from '../database.ts'
import type { Result } from './answer.ts'
import type { Preferences } from './preferences.ts'
import type { RestQuery } from './query.ts'
import type { CachedTable } from './schema-cache.ts'

export interface Write {
  table: CachedTable
  query: RestQuery
  preferences: Preferences
  /** The request's body, as text. */
  body: string
}

/** Inserts one row or a list of rows; with a resolution, rows that are there already are merged or left alone. */
export async function insertRows(tx: Queryable, write: Write): Promise<Result> {
  const { table, query, preferences } = write
  const { rows, json } = parseRows(write.body)
  const columns = query.columns ?? keysOf(rows)
  checkColumns(table, columns)
  const params = new SqlParams()
  const target = `insert into public.${identifier(table.name)}`
  if (columns.length === 0) {
    if (rows.length === 0) return { body: '[]', rows: 0, total: null }
    return run(tx, `${target} default values`, params, write)
  }
  const list = columns.map(identifier).join(', ')
  const source = `json_populate_recordset(null::public.${identifier(table.name)}, ${params.add(json)}::json)`
  const conflict = conflictSql(table, columns, query, preferences)
  return run(tx, `${target} (${list}) select ${list} from ${source}${conflict}`, params, write)
}

/** Changes the rows that match. */
export async function updateRows(tx: Queryable, write: Write): Promise<Result> {
  const { table, query } = write
  const { rows, json } = parseRows(write.body)
  const columns = query.columns ?? keysOf(rows)
  checkColumns(table, columns)
  if (columns.length === 0) return { body: '[]', rows: 0, total: null }
  const params = new SqlParams()
  const name = identifier(table.name)
  const source = `json_populate_record(null::public.${name}, ${params.add(json)}::json -> 0) as _given`
  const changes = columns.map((column) => `${identifier(column)} = _given.${identifier(column)}`).join(', ')
  const where = whereSql(query.where, table.name, params)
  return run(tx, `update public.${name} set ${changes} from ${source}${where}`, params, write)
}

/** Removes the rows that match. */
export async function deleteRows(tx: Queryable, write: Write): Promise<Result> {
  const { table, query } = write
  const params = new SqlParams()
  const where = whereSql(query.where, table.name, params)
  return run(tx, `delete from public.${identifier(table.name)}${where}`, params, write)
}

/** Runs a write and reads what it touched: the rows themselves only when asked, as reading needs a right of its own. */
async function run(
  tx: Queryable,
  statement: string,
  params: SqlParams,
  { table, query, preferences }: Write,
): Promise<Result> {
  const isShown = preferences.returning === 'representation'
  const returning = isShown ? selectSql(query.select, table.name) : '1'
  const body = isShown ? `coalesce(json_agg(written), '[]')::text` : 'null::text'
  const [row] = await tx.query<{ body: string | null; rows: number }>(
    `with written as (${statement} returning ${returning}) select ${body} as body, count(*) as rows from written`,
    params.values,
  )
  const rows = row?.rows ?? 0
  return { body: row?.body ?? null, rows, total: preferences.count ? rows : null }
}

function conflictSql(
  table: CachedTable,
  columns: readonly string[],
  { onConflict }: RestQuery,
  { resolution }: Preferences,
): string {
  const key = onConflict ?? table.primaryKey
  if (resolution === null || key.length === 0) return ''
  checkColumns(table, key)
  const target = ` on conflict (${key.map(identifier).join(', ')})`
  if (resolution === 'ignore-duplicates') return `${target} do nothing`
  const changes = columns.map((column) => `${identifier(column)} = excluded.${identifier(column)}`)
  return `${target} do update set ${changes.join(', ')}`
}

/** The rows of a body, and a JSON array of them in the sender's own digits, which a JavaScript number might not hold. */
function parseRows(body: string): { rows: Record<string, unknown>[]; json: string } {
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    throw unreadableBody('Empty or invalid json')
  }
  const isList = Array.isArray(parsed)
  const rows = isList ? (parsed as unknown[]) : [parsed]
  if (!rows.every(isObject)) throw unreadableBody('All object keys must match')
  return { rows, json: isList ? body : `[${body}]` }
}

function keysOf(rows: readonly Record<string, unknown>[]): string[] {
  const keys = Object.keys(rows[0] ?? {})
  const isSame = (row: Record<string, unknown>): boolean =>
    Object.keys(row).length === keys.length && keys.every((key) => key in row)
  if (!rows.every(isSame)) throw unreadableBody('All object keys must match')
  return keys
}

function checkColumns(table: CachedTable, columns: readonly string[]): void {
  const unknown = columns.find((column) => !table.columns.includes(column))
  if (unknown !== undefined) throw unknownColumn(table.name, unknown)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

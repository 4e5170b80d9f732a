import { whereSql } from './conditions.ts'
import { pageSql, selectSql } from './sql.ts'
import { SqlParams } from './sql-terms.ts'
import type { Queryable } from '../database.ts'
import type { Result } from './answer.ts'
import type { RestQuery } from './query.ts'

/** Most rows of one answer, as on a new Supabase project. Longer lists are asked for page by page. */
export const MOST_ROWS = 1_000

/** Something to read from: a table, or a call of a function that returns rows. */
export interface Relation {
  /** SQL of the FROM item, without its alias. */
  sql: string
  /** Its name in the query. */
  name: string
  /** Parameters that `sql` already uses. */
  params: SqlParams
}

/** Reads the page that `query` asks for. `withTotal` counts all rows that match. */
export async function readRows(
  tx: Queryable,
  relation: Relation,
  query: RestQuery,
  withTotal: boolean,
): Promise<Result> {
  const { sql, name, params } = relation
  const from = `from ${sql} as "${name.replaceAll('"', '""')}"`
  const where = whereSql(query.where, name, params)
  const page = `select ${selectSql(query.select, name)} ${from}${where}${pageSql(query, name, MOST_ROWS)}`
  const total = withTotal ? `(select count(*) ${from}${where})` : 'null::int8'
  const [row] = await tx.query<{ body: string; rows: number; total: number | null }>(
    `with page as (${page})
     select coalesce(json_agg(page), '[]')::text as body, count(*) as rows, ${total} as total from page`,
    params.values,
  )
  return row ?? { body: '[]', rows: 0, total: null }
}

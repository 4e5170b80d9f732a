import { joinObject } from '../jsonb-object.ts'
import { quoted } from './filter-sql.ts'
import type { Claims, Database } from '../../database.ts'
import type { RowChange } from './record.ts'
import type { Table } from './catalog.ts'

/**
 * Which of the changed rows of one table a caller may see, by the table's row level security and as the table is now: the
 * indexes into `changes`. A policy that raises shows nothing.
 */
export async function visibleChanges(
  database: Database,
  claims: Claims,
  table: Table,
  changes: readonly RowChange[],
  log: (line: string) => void,
): Promise<ReadonlySet<number>> {
  const keys = table.columns.filter(({ isKey }) => isKey).map(({ name }) => name)
  const rows = changes.map(({ newRow }) =>
    joinObject(keys.map((key) => [key, newRow?.get(key) ?? ('null' as never)] as const)),
  )
  const sameKey = keys.map((key) => `t.${quoted(key)} = r.${quoted(key)}`).join(' and ')
  const sql = `
    select (k.ordinality - 1)::int as index
    from jsonb_array_elements($1::jsonb) with ordinality k(row, ordinality),
      lateral jsonb_populate_record(null::${table.sqlName}, k.row) r
    where exists (select 1 from ${table.sqlName} t where ${sameKey})`
  try {
    const visible = await database.as(
      claims,
      (tx) => tx.query<{ index: number }>(sql, [`[${rows.join(',')}]`]),
      { readOnly: true },
    )
    return new Set(visible.map(({ index }) => index))
  } catch (error) {
    log(`Realtime: rows of ${table.sqlName} cannot be checked for ${claims.role}: ${String(error)}`)
    return new Set()
  }
}

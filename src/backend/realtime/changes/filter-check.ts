import { conditionSql, Parameters } from './filter-sql.ts'
import type { BoundBinding } from './subscription.ts'
import type { Queryable } from '../../database.ts'
import type { RowChange } from './record.ts'
import type { Table } from './catalog.ts'

/** Which changes pass which filters. Filters are told apart by their conditions, so equal ones are asked once. */
export interface FilterVerdict {
  passes(binding: BoundBinding, change: RowChange): boolean
}

/** Asks Postgres, which knows its own types and orders, about all filters on one table in one query. */
export async function checkFilters(
  database: Queryable,
  table: Table,
  bindings: readonly BoundBinding[],
  changes: readonly RowChange[],
): Promise<FilterVerdict> {
  const filters = new Map<string, BoundBinding>()
  for (const binding of bindings) {
    if (binding.conditions.length > 0) filters.set(keyOf(binding), binding)
  }
  const passed = filters.size === 0 ? new Set<string>() : await ask(database, table, filters, changes)
  return {
    passes: (binding, change) =>
      binding.conditions.length === 0 ||
      (isAnswerable(binding, change) && passed.has(`${keyOf(binding)} ${change.captured.seq}`)),
  }
}

async function ask(
  database: Queryable,
  table: Table,
  filters: ReadonlyMap<string, BoundBinding>,
  changes: readonly RowChange[],
): Promise<Set<string>> {
  const parameters = new Parameters([changes.map(({ captured }) => captured.seq)])
  const keys = [...filters.keys()]
  const tests = [...filters.values()].map((binding) => filterSql(binding, table, parameters))
  const rows = await database.query<{ seq: string; passed: boolean[] }>(
    `select c.seq::text as seq, array[${tests.join(', ')}] as passed
     from realtime.captured_changes c,
       lateral jsonb_populate_record(null::${table.sqlName}, coalesce(c.new_row, c.old_row)) r
     where c.seq = any($1::bigint[])`,
    parameters.values,
  )
  return new Set(
    rows.flatMap(({ seq, passed }) => keys.filter((_, i) => passed[i]).map((key) => `${key} ${seq}`)),
  )
}

function filterSql({ conditions }: BoundBinding, table: Table, parameters: Parameters): string {
  const tests = conditions.map((condition) => {
    const column = table.columns.find(({ name }) => name === condition.column)
    // The column was dropped after the subscription.
    return column ? conditionSql(condition, column, parameters) : 'false'
  })
  return `coalesce(${tests.map((test) => `(${test})`).join(' and ')}, false)`
}

/** Of a deleted row only its identity is told; a filter on anything else cannot pass. */
function isAnswerable({ conditions }: BoundBinding, { captured, oldRow }: RowChange): boolean {
  return captured.operation !== 'DELETE' || conditions.every(({ column }) => oldRow?.has(column) ?? false)
}

function keyOf({ conditions }: BoundBinding): string {
  return JSON.stringify(conditions)
}

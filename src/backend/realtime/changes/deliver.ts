import { changeData, errorData, type ChangeError, type RowChange } from './record.ts'
import type { BoundBinding, Change, Subscription } from './subscription.ts'
import type { Column, Table } from './catalog.ts'
import type { FilterVerdict } from './filter-check.ts'
import type { JsonText } from '../json.ts'

/** What a change means for one subscription, before it is known whether its caller may see the row. */
export type Match =
  | { kind: 'none' }
  | { kind: 'rows'; bindings: readonly BoundBinding[] }
  /** The caller is told that there was a change and why it is not shown. */
  | { kind: 'error'; error: ChangeError; bindings: readonly BoundBinding[] }

const UNAUTHORIZED = 'Error 401: Unauthorized'

export function matchOf(subscription: Subscription, change: RowChange, filters: FilterVerdict): Match {
  const { captured, table } = change
  const bindings = subscription.bindings.filter(
    ({ event, tables }) => tables.has(table.id) && (event === '*' || event === captured.operation),
  )
  if (bindings.length === 0) return { kind: 'none' }
  const error = errorFor(table, subscription.claims.role)
  if (error) return { kind: 'error', error, bindings }
  const matching = bindings.filter((binding) => filters.passes(binding, change))
  return matching.length === 0 ? { kind: 'none' } : { kind: 'rows', bindings: matching }
}

/** The messages of a match: one, or more when its bindings select different columns. */
export function messagesOf(
  match: Exclude<Match, { kind: 'none' }>,
  change: RowChange,
  role: string,
  data: DataMemo,
): Change[] {
  if (match.kind === 'error') {
    // A deletion shows nothing that the caller might not know.
    const isQuiet = change.captured.operation === 'DELETE' && match.error === UNAUTHORIZED
    return [message(change, errorData(change, isQuiet ? null : match.error), match.bindings)]
  }
  return [...bySelection(match.bindings).values()].map((group) => {
    const columns = readable(change.table, role, group[0]?.select ?? null)
    return message(change, data.of(change, columns), group)
  })
}

/** Many subscribers are sent the same data: it is written once for each set of columns. */
export class DataMemo {
  readonly #written = new Map<RowChange, Map<string, JsonText>>()

  of(change: RowChange, columns: readonly Column[]): JsonText {
    const known = this.#written.get(change) ?? new Map<string, JsonText>()
    this.#written.set(change, known)
    const key = columns.map(({ name }) => name).join('\0')
    const data = known.get(key) ?? changeData(change, columns)
    known.set(key, data)
    return data
  }
}

function errorFor(table: Table, role: string): ChangeError | null {
  const key = table.columns.filter(({ isKey }) => isKey)
  if (key.length === 0) return 'Error 400: Bad Request, no primary key'
  return key.every(({ roles }) => roles.includes(role)) ? null : UNAUTHORIZED
}

function readable(table: Table, role: string, select: readonly string[] | null): Column[] {
  return table.columns.filter(
    ({ name, isKey, roles }) => roles.includes(role) && (select === null || isKey || select.includes(name)),
  )
}

function bySelection(bindings: readonly BoundBinding[]): Map<string, BoundBinding[]> {
  const groups = new Map<string, BoundBinding[]>()
  for (const binding of bindings) {
    const key = JSON.stringify(binding.select)
    groups.set(key, [...(groups.get(key) ?? []), binding])
  }
  return groups
}

function message(change: RowChange, data: JsonText, bindings: readonly BoundBinding[]): Change {
  return { type: change.captured.operation, data, ids: bindings.map(({ id }) => id).reverse() }
}

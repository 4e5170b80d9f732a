import { identifier } from '../sql-values.ts'
import type { ColumnPath } from './grammar.ts'
import type { OrderTerm, RestQuery, SelectItem } from './query.ts'

/** Collects the parameters of a statement while its text is written. */
export class SqlParams {
  readonly values: unknown[] = []

  /** Adds a value and returns its placeholder. */
  add(value: unknown): string {
    this.values.push(value)
    return `$${this.values.length}`
  }
}

/** A column of the relation `from`, with the path into its JSON. */
export function columnSql({ column, steps }: ColumnPath, from: string): string {
  const path = steps.map(({ key, asText }) => `${asText ? '->>' : '->'}${keySql(key)}`)
  const name = `${identifier(from)}.${identifier(column)}`
  return path.length === 0 ? name : `(${name}${path.join('')})`
}

/** The list of a select: all columns, or those asked for under their names. */
export function selectSql(items: readonly SelectItem[], from: string): string {
  if (items.length === 0) return `${identifier(from)}.*`
  return items
    .map((item) => {
      if (item.column === '*') return `${identifier(from)}.*`
      const column = columnSql(item, from)
      const value = item.cast === null ? column : `cast(${column} as ${item.cast})`
      return `${value} as ${identifier(item.alias ?? item.column)}`
    })
    .join(', ')
}

/** ` order by … limit … offset …`, as far as asked for. `mostRows` is what one answer may hold. */
export function pageSql({ order, limit, offset }: RestQuery, from: string, mostRows: number): string {
  const terms = order.map((term) => orderSql(term, from))
  const orderBy = terms.length === 0 ? '' : ` order by ${terms.join(', ')}`
  return `${orderBy} limit ${Math.min(limit ?? mostRows, mostRows)} offset ${offset}`
}

/** A string as an SQL literal. */
function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

function orderSql(term: OrderTerm, from: string): string {
  const direction = term.descending ? ' desc' : ''
  return `${columnSql(term, from)}${direction}${term.nulls === null ? '' : ` nulls ${term.nulls}`}`
}

/** An array index or an object key. */
function keySql(key: string): string {
  return /^-?\d+$/.test(key) ? key : literal(key)
}

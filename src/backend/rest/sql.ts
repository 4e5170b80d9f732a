import { identifier } from '../sql-values.ts'
import { columnSql } from './sql-terms.ts'
import type { OrderTerm, RestQuery, SelectItem } from './query.ts'

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

function orderSql(term: OrderTerm, from: string): string {
  const direction = term.descending ? ' desc' : ''
  return `${columnSql(term, from)}${direction}${term.nulls === null ? '' : ` nulls ${term.nulls}`}`
}

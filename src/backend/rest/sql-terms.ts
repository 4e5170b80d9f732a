import { identifier } from '../sql-values.ts'
import type { ColumnPath } from './grammar.ts'

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

/** An array index or an object key. */
function keySql(key: string): string {
  return /^-?\d+$/.test(key) ? key : literal(key)
}

/** A string as an SQL literal. */
function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

import type { Column } from './catalog.ts'
import type { Condition, Operator } from './filter-grammar.ts'

/** SQL under construction: each value becomes a parameter. */
export class Parameters {
  readonly values: unknown[]

  constructor(first: unknown[] = []) {
    this.values = [...first]
  }

  add(value: unknown): string {
    this.values.push(value)
    return `$${this.values.length}`
  }
}

const COMPARISONS: Partial<Record<Operator, string>> = {
  eq: '=',
  neq: '<>',
  lt: '<',
  lte: '<=',
  gt: '>',
  gte: '>=',
  like: 'like',
  ilike: 'ilike',
  match: '~',
  imatch: '~*',
  isdistinct: 'is distinct from',
}

const STATES = ['null', 'true', 'false', 'unknown']

/** The condition on row `r`; NULL where Postgres says so. */
export function conditionSql(condition: Condition, column: Column, parameters: Parameters): string {
  const test = plainSql(condition, column, parameters)
  return condition.isNegated ? `not (${test})` : test
}

/** A cast of the condition's value, which fails where the value does not fit the column; null where nothing is cast. */
export function castSql(condition: Condition, column: Column, parameters: Parameters): string | null {
  if (condition.operator === 'is') return null
  return valueSql(condition, column, parameters)
}

/** Is the value one that `is` knows? */
export function isKnownState(value: string): boolean {
  return STATES.includes(value.toLowerCase())
}

function plainSql(condition: Condition, column: Column, parameters: Parameters): string {
  const left = `r.${quoted(column.name)}`
  const { operator, value } = condition
  if (operator === 'is') return isKnownState(value) ? `${left} is ${value}` : 'false'
  const right = valueSql(condition, column, parameters)
  if (operator === 'in') return `${left} = any(${right})`
  return `${left} ${COMPARISONS[operator]} ${right}`
}

function valueSql({ operator, value }: Condition, column: Column, parameters: Parameters): string {
  const isPattern = ['like', 'ilike', 'match', 'imatch'].includes(operator)
  const type = isPattern ? 'text' : column.sqlType
  return `${parameters.add(value)}::text::${type}${operator === 'in' ? '[]' : ''}`
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

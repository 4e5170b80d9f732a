import { RestError, unreadableQuery } from './errors.ts'
import { parseColumnPath, splitOutsideQuotes, unquoted, type ColumnPath } from './grammar.ts'
import { columnSql, type SqlParams } from './sql-terms.ts'

/*
 * Filters: `column=op.value`, `column=not.op.value`, `or=(…)`, `and=(…)`, and their SQL.
 */

export type Condition =
  | { kind: 'test'; path: ColumnPath; negated: boolean; operator: Operator; value: string }
  | { kind: 'and' | 'or'; negated: boolean; of: Condition[] }

/** Operators that are written between the column and one value. */
const INFIX = {
  eq: '=',
  neq: '<>',
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
  like: 'like',
  ilike: 'ilike',
  match: '~',
  imatch: '~*',
  isdistinct: 'is distinct from',
  cs: '@>',
  cd: '<@',
  ov: '&&',
} as const

const IS_WORDS: Record<string, string> = {
  null: 'null',
  not_null: 'not null',
  true: 'true',
  false: 'false',
  unknown: 'unknown',
}

type Operator = keyof typeof INFIX | 'in' | 'is'

/** Reads one filter parameter. Throws RestError (PGRST100). */
export function parseCondition(name: string, text: string): Condition {
  const [, not, operator, value] = /^(not\.)?([a-z]+)\.(.*)$/s.exec(text) ?? []
  if (operator === undefined || value === undefined || !isOperator(operator)) {
    throw unreadableQuery('filter', text)
  }
  return { kind: 'test', path: parseColumnPath(name), negated: not !== undefined, operator, value }
}

/** Reads `and`, `or` and their negations; `text` is the list in parentheses. */
export function parseGroup(name: string, text: string): Condition {
  const inner = /^\((.*)\)$/s.exec(text)?.[1]
  if (inner === undefined) throw unreadableQuery('logic tree', text)
  return {
    kind: name.endsWith('or') ? 'or' : 'and',
    negated: name.startsWith('not.'),
    of: splitOutsideQuotes(inner).map((member) => parseMember(member.trim())),
  }
}

/** A member of a group: `column.op.value`, or another group `or(…)`. */
function parseMember(text: string): Condition {
  const group = /^((?:not\.)?(?:and|or))(\(.*\))$/s.exec(text)
  if (group) return parseGroup(group[1] ?? '', group[2] ?? '')
  const test = /^("[^"]*"|[^.]+)\.(.*)$/s.exec(text)
  if (!test) throw unreadableQuery('logic tree', text)
  const condition = parseCondition(test[1] ?? '', test[2] ?? '')
  // Inside a group a value may be quoted, as its commas would end it otherwise.
  return condition.kind === 'test' && condition.operator !== 'in'
    ? { ...condition, value: unquoted(condition.value) }
    : condition
}

/** ` where …` for all of `conditions` on the relation `from`, or nothing. */
export function whereSql(conditions: readonly Condition[], from: string, params: SqlParams): string {
  if (conditions.length === 0) return ''
  return ` where ${conditions.map((condition) => conditionSql(condition, from, params)).join(' and ')}`
}

function conditionSql(condition: Condition, from: string, params: SqlParams): string {
  const sql = condition.kind === 'test' ? testSql(condition, from, params) : groupSql(condition, from, params)
  return condition.negated ? `not (${sql})` : sql
}

function groupSql(group: Condition & { kind: 'and' | 'or' }, from: string, params: SqlParams): string {
  if (group.of.length === 0) return group.kind === 'and' ? 'true' : 'false'
  return `(${group.of.map((member) => conditionSql(member, from, params)).join(` ${group.kind} `)})`
}

function testSql(
  { path, operator, value }: Condition & { kind: 'test' },
  from: string,
  params: SqlParams,
): string {
  const column = columnSql(path, from)
  switch (operator) {
    case 'in':
      return `${column} = any(${params.add(listOf(value))})`
    case 'is': {
      const word = IS_WORDS[value.toLowerCase()]
      if (word === undefined) throw unreadableQuery('isVal', value)
      return `${column} is ${word}`
    }
    case 'like':
    case 'ilike':
      return `${column} ${operator} ${params.add(value.replaceAll('*', '%'))}`
    default:
      return `${column} ${INFIX[operator]} ${params.add(value)}`
  }
}

function listOf(value: string): string[] {
  const inner = /^\((.*)\)$/s.exec(value)?.[1]
  if (inner === undefined) throw unreadableQuery('in list', value)
  return splitOutsideQuotes(inner).map(unquoted)
}

function isOperator(text: string): text is Operator {
  if (/^(fts|plfts|phfts|wfts|sl|sr|nxl|nxr|adj)$/.test(text)) {
    throw new RestError(400, { code: 'PGRST100', message: `The operator ${text} is not served here` })
  }
  return text === 'in' || text === 'is' || text in INFIX
}

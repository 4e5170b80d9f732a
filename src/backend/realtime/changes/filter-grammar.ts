/*
 * Filters of row changes: `column=op.value`, several joined by commas and all of them required, `not.` before the operator
 * to turn it round, values in double quotes where they contain what would end them.
 */

export const OPERATORS = [
  'eq',
  'neq',
  'lt',
  'lte',
  'gt',
  'gte',
  'in',
  'like',
  'ilike',
  'is',
  'match',
  'imatch',
  'isdistinct',
] as const

export type Operator = (typeof OPERATORS)[number]

export interface Condition {
  column: string
  operator: Operator
  /** As Postgres reads it; for `in` the text of an array. */
  value: string
  isNegated: boolean
}

export type FilterResult = { ok: true; conditions: Condition[] } | { ok: false; message: string }

/** Reads a filter; an error's text is the one that the client is sent. */
export function parseFilter(text: string): FilterResult {
  const conditions: Condition[] = []
  for (const part of splitConditions(text)) {
    const result = parseCondition(part)
    if ('message' in result)
      return { ok: false, message: `Error parsing \`filter\` params: ${result.message}` }
    conditions.push(result)
  }
  return { ok: true, conditions }
}

function parseCondition(part: string): Condition | { message: string } {
  const equals = part.indexOf('=')
  if (equals === -1) return { message: inspectList([part]) }
  const column = part.slice(0, equals)
  const words = splitOnce(part.slice(equals + 1))
  const isNegated = words[0] === 'not' && words.length === 2
  const [operator, value] = isNegated ? splitOnce(words[1] as string) : words
  if (value === undefined || !isOperator(operator)) {
    return { message: inspectList([operator as string, value].filter((word) => word !== undefined)) }
  }
  if (operator !== 'in') return { column, operator, value: unquoted(value), isNegated }
  if (!value.startsWith('(') || !value.endsWith(')')) {
    return { message: '`in` filter value must be wrapped by parentheses' }
  }
  return { column, operator, value: `{${value.slice(1, -1)}}`, isNegated }
}

/** Commas inside quotes and parentheses do not end a condition. */
function splitConditions(text: string): string[] {
  const parts: string[] = []
  let start = 0
  let depth = 0
  let isQuoted = false
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]
    if (isQuoted && character === '\\') at += 1
    else if (character === '"') isQuoted = !isQuoted
    else if (isQuoted) continue
    else if (character === '(') depth += 1
    else if (character === ')') depth -= 1
    else if (character === ',' && depth <= 0) {
      parts.push(text.slice(start, at))
      start = at + 1
    }
  }
  return [...parts, text.slice(start)]
}

function splitOnce(text: string): string[] {
  const dot = text.indexOf('.')
  return dot === -1 ? [text] : [text.slice(0, dot), text.slice(dot + 1)]
}

function unquoted(value: string): string {
  if (value.length < 2 || !value.startsWith('"') || !value.endsWith('"')) return value
  return value.slice(1, -1).replace(/\\(.)/g, '$1')
}

function isOperator(word: string | undefined): word is Operator {
  return (OPERATORS as readonly string[]).includes(word ?? '')
}

/** A list of texts as the server's error texts print one. */
export function inspectList(words: readonly string[]): string {
  return `[${words.map((word) => JSON.stringify(word)).join(', ')}]`
}

import { unreadableQuery } from './errors.ts'

/*
 * The small words of PostgREST's query grammar: names, paths into JSON, lists and quotes.
 */

/** A column, and a path into it when it holds JSON: `data->a->>b`. */
export interface ColumnPath {
  column: string
  steps: { key: string; asText: boolean }[]
}

/** Reads `column->key->>key`. */
export function parseColumnPath(text: string): ColumnPath {
  const [head = '', ...rest] = text.split(/(->>|->)/)
  const column = unquoted(head)
  if (column === '') throw unreadableQuery('column', text)
  const steps = []
  for (let i = 0; i < rest.length; i += 2) {
    steps.push({ key: unquoted(rest[i + 1] ?? ''), asText: rest[i] === '->>' })
  }
  return { column, steps }
}

/** Splits at commas that are not inside quotes or parentheses. */
export function splitOutsideQuotes(text: string): string[] {
  const parts: string[] = []
  let part = ''
  let depth = 0
  let isQuoted = false
  for (let i = 0; i < text.length; i += 1) {
    const char = text.charAt(i)
    if (isQuoted && char === '\\') {
      part += char + text.charAt(i + 1)
      i += 1
      continue
    }
    if (char === '"') isQuoted = !isQuoted
    else if (!isQuoted && '({'.includes(char)) depth += 1
    else if (!isQuoted && ')}'.includes(char)) depth -= 1
    if (char === ',' && depth === 0 && !isQuoted) {
      parts.push(part)
      part = ''
    } else part += char
  }
  return text === '' ? [] : [...parts, part]
}

/** `"a,b"` becomes `a,b`; inside quotes a backslash escapes. */
export function unquoted(text: string): string {
  if (!/^".*"$/s.test(text)) return text
  return text.slice(1, -1).replace(/\\(.)/gs, '$1')
}

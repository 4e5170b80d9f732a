import type { JsonText } from './json.ts'

/*
 * Top-level members of an object as Postgres prints jsonb: `{"id": 1, "note": "x"}`, a space after each colon and comma.
 */

/** The members of `text`, each value as it was written, in their order. Throws a SyntaxError when it is not such an object. */
export function splitObject(text: string): Map<string, JsonText> {
  const members = new Map<string, JsonText>()
  if (text[0] !== '{') throw new SyntaxError('Not a JSON object.')
  let at = skipSpace(text, 1)
  if (text[at] === '}') return members
  for (;;) {
    const keyEnd = endOfString(text, at)
    const key = JSON.parse(text.slice(at, keyEnd)) as string
    const colon = skipSpace(text, keyEnd)
    if (text[colon] !== ':') throw new SyntaxError('A colon is missing.')
    const start = skipSpace(text, colon + 1)
    const end = endOfValue(text, start)
    members.set(key, text.slice(start, end) as JsonText)
    at = skipSpace(text, end)
    if (text[at] === '}') return members
    if (text[at] !== ',') throw new SyntaxError('A comma is missing.')
    at = skipSpace(text, at + 1)
  }
}

/** Puts members together as Postgres prints jsonb. */
export function joinObject(members: Iterable<readonly [string, JsonText]>): JsonText {
  const parts = Array.from(members, ([key, value]) => `${JSON.stringify(key)}: ${value}`)
  return `{${parts.join(', ')}}` as JsonText
}

function skipSpace(text: string, from: number): number {
  let at = from
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\t' || text[at] === '\r') at += 1
  return at
}

/** Index just after the string that starts at `from`. */
function endOfString(text: string, from: number): number {
  if (text[from] !== '"') throw new SyntaxError('A string is missing.')
  let quote = text.indexOf('"', from + 1)
  while (quote !== -1 && isEscaped(text, quote)) quote = text.indexOf('"', quote + 1)
  if (quote === -1) throw new SyntaxError('A string does not end.')
  return quote + 1
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0
  while (text[at - 1 - backslashes] === '\\') backslashes += 1
  return backslashes % 2 === 1
}

function endOfValue(text: string, from: number): number {
  if (text[from] === '"') return endOfString(text, from)
  if (text[from] !== '{' && text[from] !== '[') {
    let at = from
    while (at < text.length && !',}] \n\t\r'.includes(text[at] as string)) at += 1
    if (at === from) throw new SyntaxError('A value is missing.')
    return at
  }
  let depth = 0
  for (let at = from; at < text.length; at += 1) {
    const character = text[at]
    if (character === '"') at = endOfString(text, at) - 1
    else if (character === '{' || character === '[') depth += 1
    else if ((character === '}' || character === ']') && --depth === 0) return at + 1
  }
  throw new SyntaxError('A value does not end.')
}

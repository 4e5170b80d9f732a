import { stripVTControlCharacters } from 'node:util'

/* Enough of a failure to know it by; the whole of it stands further up. */

/** What was expected stands at a message's beginning; how a process ended, at the end of what it said. */
const BEGINNING_LINES = 10
const END_LINES = 6

/** @returns the message's lines, indented; of a long one its beginning and its end */
export function inShort(message: string): string {
  const lines = linesOf(message)
  const left = lines.length - BEGINNING_LINES - END_LINES
  const shown =
    left > 1 ? [...lines.slice(0, BEGINNING_LINES), `(${left} lines)`, ...lines.slice(-END_LINES)] : lines
  return shown.map((line) => `     ${line}`).join('\n')
}

export const firstLine = (message: string): string => linesOf(message)[0] ?? ''

const linesOf = (message: string): string[] =>
  stripVTControlCharacters(message)
    .split('\n')
    .filter((line) => line.trim() !== '')

import Papa from 'papaparse'
import type { ExportColumn } from '#shared/protocol/paper.ts'

/*
 * Rows as CSV by RFC 4180: commas, CRLF, quotes where they must be, UTF-8 with the mark by which spreadsheets know it.
 */

export const BYTE_ORDER_MARK = '\ufeff'
const NEWLINE = '\r\n'

export type Cell = string | number | boolean | null

export const csvLines = (rows: readonly (readonly Cell[])[]): string =>
  rows.length === 0
    ? ''
    : `${Papa.unparse(
        rows.map((row) => row.map(guarded)),
        { newline: NEWLINE },
      )}${NEWLINE}`

/**
 * A text that a spreadsheet would take for a formula gets an apostrophe before it, which spreadsheets read as "this is text". Numbers
 * stay numbers.
 */
const guarded = (cell: Cell): Cell =>
  typeof cell === 'string' && /^[=+\-@\t\r\n]/.test(cell) ? `'${cell}` : cell

/** The cells of one row, as the columns ask for them. */
export const cellsOf = (row: unknown, columns: readonly ExportColumn[]): Cell[] =>
  columns.map((column) => cellOf(valueAt(row, column.path), column))

function valueAt(row: unknown, path: string): unknown {
  let value = row
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return null
    value = (value as Record<string, unknown>)[name]
  }
  return value
}

function cellOf(value: unknown, { as, words }: ExportColumn): Cell {
  switch (as) {
    case 'number':
      return typeof value === 'number' ? value : null
    case 'moment':
      return typeof value === 'number'
        ? new Date(value).toISOString()
        : typeof value === 'string'
          ? value
          : null
    case 'yes-no':
      return value !== null && value !== undefined && value !== false
    case 'text':
      if (typeof value === 'string')
        return words && Object.hasOwn(words, value) ? (words[value] ?? value) : value
      return typeof value === 'number' ? value : null
  }
}

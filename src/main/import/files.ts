import { ImportProblem } from './problem.ts'

/*
 * The two kinds of file, told apart by their header. Names are compared without case, spaces and underscores, in any order;
 * columns nobody asked for are ignored.
 */

const stockColumns = {
  required: ['sku', 'name'],
  optional: ['category', 'unit', 'reorder_point', 'barcode', 'bin', 'quantity'],
} as const
const retailColumns = {
  required: ['InvoiceNo', 'StockCode', 'Quantity', 'InvoiceDate'],
  optional: ['Description', 'UnitPrice', 'CustomerID', 'Country'],
} as const

export type StockColumn = (typeof stockColumns)['required' | 'optional'][number]
export type RetailColumn = (typeof retailColumns)['required' | 'optional'][number]

/** Reads a named field of a record, trimmed; empty when the file has no such column. */
export type FieldOf<Column extends string> = (fields: readonly string[], column: Column) => string

/** Which column of a file stands for which of ours. */
export interface Mapping {
  columns: { column: string; heading: string | null; isRequired: boolean }[]
  /** Columns of the file that nobody asked for. */
  ignored: string[]
}

export type FileKind = { mapping: Mapping } & (
  { kind: 'stock'; field: FieldOf<StockColumn> } | { kind: 'retail'; field: FieldOf<RetailColumn> }
)

const plain = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, '')

/** Which kind of file has this header. Throws ImportProblem when neither has. */
export function recognise(header: readonly string[]): FileKind {
  const at = new Map(header.map((name, index) => [plain(name), index]))
  const has = (columns: readonly string[]): boolean => columns.every((column) => at.has(plain(column)))
  const field = (fields: readonly string[], column: string): string => {
    const index = at.get(plain(column))
    return index === undefined ? '' : (fields[index] ?? '').trim()
  }
  const mapped = (columns: { required: readonly string[]; optional: readonly string[] }): Mapping =>
    mappingOf(header, at, columns)
  if (has(retailColumns.required)) return { kind: 'retail', field, mapping: mapped(retailColumns) }
  if (has(stockColumns.required)) return { kind: 'stock', field, mapping: mapped(stockColumns) }
  const found = header
    .filter((name) => name !== '')
    .slice(0, 12)
    .join(', ')
  throw new ImportProblem(
    `The first line does not name the columns of a file this can import. It says: ${found === '' ? '(nothing)' : found}.
Products with stock: ${[...stockColumns.required, ...stockColumns.optional].join(', ')} (sku and name are required).
Invoice lines: ${[...retailColumns.required, ...retailColumns.optional].join(', ')} (the first four are required).`,
    null,
    'unknown-columns',
    { found: header.slice(0, 12) },
  )
}

function mappingOf(
  header: readonly string[],
  at: ReadonlyMap<string, number>,
  { required, optional }: { required: readonly string[]; optional: readonly string[] },
): Mapping {
  const wanted = [...required, ...optional]
  const used = new Set(wanted.map((column) => at.get(plain(column))))
  return {
    columns: wanted.map((column) => {
      const index = at.get(plain(column))
      return {
        column,
        heading: index === undefined ? null : (header[index] ?? null),
        isRequired: required.includes(column),
      }
    }),
    ignored: header.filter((name, index) => name !== '' && !used.has(index)),
  }
}

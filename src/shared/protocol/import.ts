import { z } from 'zod'
import { WarehouseId } from '../domain/ids.ts'

/*
 * A file on its way into the stock: read and checked first (the dry run), then sent in numbered chunks, then booked as a whole. The
 * main process has the state; every window shows the same.
 */

/** Why a line of a file cannot be used. */
export const RowProblem = z.enum([
  'field-count',
  'sku-missing',
  'sku-long',
  'name-missing',
  'quantity-not-whole',
  'reorder-point-not-whole',
  'bin-long',
  'quantity-without-bin',
  'bin-twice',
  'barcode-of-another',
  'invoice-missing',
  'quantity-zero',
  'date-unreadable',
  'price-unreadable',
])
export type RowProblem = z.infer<typeof RowProblem>

/** Why a file cannot be read at all. */
export const FileProblem = z.enum([
  'not-found',
  'not-readable',
  'empty',
  'not-text',
  'damaged',
  'open-quote',
  'unknown-columns',
])
export type FileProblem = z.infer<typeof FileProblem>

export const ImportKind = z.enum(['stock', 'retail'])
export type ImportKind = z.infer<typeof ImportKind>

/** As what the lines of a file were taken. */
export const TakenAs = z.enum(['products', 'barcodes', 'bins', 'sale', 'return', 'correction', 'charge'])
export type TakenAs = z.infer<typeof TakenAs>

const count = z.int().min(0)

/** Rows by kind: what is to be imported, or what was new on the server. */
export const ImportCounts = z.object({
  products: count,
  barcodes: count,
  movements: count,
  orders: count,
  order_items: count,
})
export type ImportCounts = z.infer<typeof ImportCounts>

export const RowError = z.object({
  /** Of the file; the header is on line 1. */
  line: z.int(),
  problem: RowProblem,
  /** The column it is about, as the file calls it; null when it is about the whole line. */
  column: z.string().nullable(),
  /** What stands there. */
  value: z.string(),
})
export type RowError = z.infer<typeof RowError>

/** What a dry run found. */
export const ImportCheck = z.object({
  kind: ImportKind,
  lines: count,
  /** Which column of the file was taken for which of ours; null for one that the file does not have. */
  columns: z.array(z.object({ column: z.string(), heading: z.string().nullable(), isRequired: z.boolean() })),
  /** Columns of the file that nobody asked for. */
  ignored: z.array(z.string()),
  taken: z.array(z.object({ as: TakenAs, count })),
  skipped: count,
  /** The first of them, by line. */
  errors: z.array(RowError),
  planned: ImportCounts,
})
export type ImportCheck = z.infer<typeof ImportCheck>

/** Why an import stands still. What was sent stays sent; going on sends the rest. */
export const ImportBreak = z.enum([
  /** The console was closed, or its main process ended, in the middle. */
  'closed',
  'stopped',
  'no-answer',
  'server-error',
  'signed-out',
  'not-allowed',
  /** The server's tables do not take it; nothing was booked. */
  'refused',
  /** The server has no such functions. */
  'server-too-old',
  'file-changed',
  'file-gone',
])
export type ImportBreak = z.infer<typeof ImportBreak>

const file = { file: z.string(), warehouseId: WarehouseId }

export const ImportState = z.discriminatedUnion('at', [
  z.object({ at: z.literal('none') }),
  z.object({ at: z.literal('reading'), ...file, readBytes: count, totalBytes: count, lines: count }),
  z.object({
    at: z.literal('unreadable'),
    ...file,
    because: FileProblem,
    /** Where it is about one. */
    line: z.int().nullable(),
    /** The first line's columns, where it is about them. */
    found: z.array(z.string()),
  }),
  z.object({ at: z.literal('checked'), ...file, check: ImportCheck }),
  z.object({
    at: z.literal('sending'),
    ...file,
    doneRows: count,
    totalRows: count,
    /** Everything is there, and the server books it in one go. */
    isBooking: z.boolean(),
  }),
  z.object({
    at: z.literal('broken'),
    ...file,
    because: ImportBreak,
    doneRows: count,
    totalRows: count,
  }),
  z.object({ at: z.literal('done'), ...file, planned: ImportCounts, booked: ImportCounts }),
])
export type ImportState = z.infer<typeof ImportState>

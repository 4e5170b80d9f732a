import { z } from 'zod'
import { OrderId, WarehouseId } from '../domain/ids.ts'
import { Page } from '../paper/page.ts'
import { ImportState, RowProblem } from './import.ts'
import { LedgerFilter } from './ledger.ts'
import { listViews, ViewSpec, type ListViewName } from './views.ts'

/*
 * What comes in and goes out of a console as files and on paper. The main process writes, reads and prints; a window says what, and
 * never names a path or an address of its own making [S1].
 */

const nothing = z.object({})

export const LabelSize = z.enum(['roll-62x29', 'roll-100x50', 'a4-3x8'])
export type LabelSize = z.infer<typeof LabelSize>

/** So many labels one job may have: a roll is not longer, and nobody means more. */
export const MAX_LABELS = 2_000

/** So many orders one walk is for. */
export const MAX_PICK_LIST_ORDERS = 20

const copies = z.int().min(1).max(MAX_LABELS)

export const ProductLabel = z.object({
  sku: z.string().min(1).max(80),
  name: z.string().max(400),
  /** Null: the bars say the SKU. */
  barcode: z.string().min(1).max(80).nullable(),
  copies,
})
export type ProductLabel = z.infer<typeof ProductLabel>

export const BinLabel = z.object({ bin: z.string().min(1).max(40), copies })
export type BinLabel = z.infer<typeof BinLabel>

const fewEnough = (labels: readonly { copies: number }[]): boolean =>
  labels.reduce((sum, label) => sum + label.copies, 0) <= MAX_LABELS

const word = z.string().max(120)

/** What stands on a pick list beside its figures, in the language of whoever asked: `{name}` is filled in. */
export const PickListTexts = z.object({
  locale: z.string().max(35),
  /** `{warehouse}` */
  title: word,
  /** `{asOf}`, `{printed}` */
  asOf: word,
  columns: z.object({ bin: word, sku: word, name: word, order: word, quantity: word }),
  noBin: word,
  nothing: word,
  /** `{no}`, `{of}` */
  page: word,
})
export type PickListTexts = z.infer<typeof PickListTexts>

export const PaperJob = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('product-labels'),
    size: LabelSize,
    labels: z.array(ProductLabel).min(1).max(500).refine(fewEnough),
  }),
  z.object({
    kind: z.literal('bin-labels'),
    size: LabelSize,
    symbology: z.enum(['code128', 'datamatrix']),
    labels: z.array(BinLabel).min(1).max(500).refine(fewEnough),
  }),
  z.object({
    kind: z.literal('pick-list'),
    warehouseId: WarehouseId,
    orderIds: z.array(OrderId).min(1).max(MAX_PICK_LIST_ORDERS),
    words: PickListTexts,
  }),
])
export type PaperJob = z.infer<typeof PaperJob>

/** A label printer on the network that takes ZPL as it comes. Ports are those that such printers listen on. */
export const LabelPrinter = z.object({
  host: z
    .string()
    .max(253)
    .regex(/^[a-zA-Z0-9]([a-zA-Z0-9.:-]*[a-zA-Z0-9])?$/),
  port: z.int().min(9100).max(9109),
})
export type LabelPrinter = z.infer<typeof LabelPrinter>

/** How sending to the label printer ended. `partly`: it took some of it, then no more. */
export const SendEnd = z.enum(['sent', 'no-printer', 'not-found', 'refused', 'no-answer', 'partly'])
export type SendEnd = z.infer<typeof SendEnd>

const names = Object.keys(listViews) as ListViewName[]
export type ListSpec = Extract<ViewSpec, { name: ListViewName }>
/** A view of rows; a view with one value is no table. */
export const ListSpec = ViewSpec.refine((view) =>
  names.some((name) => name === view.name),
) as unknown as z.ZodType<ListSpec>

/** The movements of a warehouse, which are asked of the server page by page. */
export const LedgerTable = z.object({
  name: z.literal('ledger'),
  params: z.object({ warehouseId: WarehouseId, filter: LedgerFilter }),
})
export type LedgerTable = z.infer<typeof LedgerTable>

/** The stations of a warehouse: one value, and on screen a table. */
export const FleetTable = z.object({
  name: z.literal('fleet'),
  params: z.object({ warehouseId: WarehouseId }),
})

/** Whatever a window shows as a table. */
export const TableSpec = z.union([ListSpec, LedgerTable, FleetTable])
export type TableSpec = z.infer<typeof TableSpec>
export type TableName = TableSpec['name']

/**
 * One column of an exported table: its heading as shown, and where its value stands in a row. Numbers are written as digits,
 * moments as ISO 8601 in UTC; a code may have its word beside it (`words`), as the screen does.
 */
export const ExportColumn = z.object({
  heading: z.string().max(80),
  /** Of the row, such as `product.sku`. */
  path: z.string().regex(/^\w{1,40}(\.\w{1,40}){0,3}$/),
  as: z.enum(['text', 'number', 'moment', 'yes-no']),
  words: z.record(z.string().max(40), z.string().max(80)).optional(),
})
export type ExportColumn = z.infer<typeof ExportColumn>

/** `totalRows` is 0 while nobody knows. */
export const ExportState = z.object({ doneRows: z.int(), totalRows: z.int() })
export type ExportState = z.infer<typeof ExportState>

/** What of all this is under way, and how the last import stands. */
export const PaperState = z.object({
  /** Null when no table is being written. */
  export: ExportState.nullable(),
  import: ImportState,
})
export type PaperState = z.infer<typeof PaperState>

/** The questions; contract.ts takes them over. */
export const paperAsks = {
  /** Some pages of a job as they will be printed, from the one with this index. */
  'paper.preview': {
    question: z.object({ job: PaperJob, from: z.int().min(0) }),
    answer: z.object({
      pages: z.array(Page),
      total: z.int(),
      /** Letters the font does not have; `□` is printed in their place. */
      missing: z.array(z.string()),
    }),
  },
  /** Opens the system's print dialog; false when the person chose not to. */
  'paper.print': { question: z.object({ job: PaperJob }), answer: z.object({ isPrinted: z.boolean() }) },
  /** Writes the job to a file that a person chooses; null when they choose none. ZPL is for labels on a roll. */
  'paper.save': {
    question: z.object({ job: PaperJob, as: z.enum(['pdf', 'zpl']) }),
    answer: z.object({ file: z.string().nullable() }),
  },
  /** Sends labels to the label printer of this station. */
  'paper.send': { question: z.object({ job: PaperJob }), answer: z.object({ end: SendEnd }) },
  'paper.printer': { question: nothing, answer: z.object({ printer: LabelPrinter.nullable() }) },
  'paper.keep-printer': { question: z.object({ printer: LabelPrinter.nullable() }), answer: nothing },
  'paper.state': { question: nothing, answer: PaperState },
  /** Writes a whole table to a CSV file that a person chooses; null when they choose none or stop it. */
  'table.export': {
    question: z.object({
      view: TableSpec,
      /** What it is called on the screen: the file's suggested name. */
      title: z.string().min(1).max(80),
      columns: z.array(ExportColumn).min(1).max(40),
    }),
    answer: z.object({ file: z.string().nullable(), rows: z.int() }),
  },
  'table.stop': { question: nothing, answer: nothing },
  /** Opens a dialog, then reads the chosen file and checks it; the state tells how far. */
  'import.choose': {
    question: z.object({ warehouseId: WarehouseId }),
    answer: z.object({ isChosen: z.boolean() }),
  },
  /** Imports the checked file, or goes on with one that stands still. */
  'import.go': { question: nothing, answer: nothing },
  /** Ends reading or sending where it is; sending can be gone on with. */
  'import.stop': { question: nothing, answer: nothing },
  /** Forgets the file, and what was sent of it and not booked. */
  'import.forget': { question: nothing, answer: nothing },
  /** Writes the lines that cannot be used to a CSV file, in the words of whoever asked. */
  'import.save-errors': {
    question: z.object({
      headings: z.object({ line: word, column: word, value: word, problem: word }),
      words: z.record(RowProblem, word),
    }),
    answer: z.object({ file: z.string().nullable() }),
  },
} as const

export type PaperChannel = keyof typeof paperAsks
export const paperChannels = Object.keys(paperAsks) as PaperChannel[]
export const isPaperChannel = (channel: string): channel is PaperChannel =>
  paperChannels.some((each) => each === channel)

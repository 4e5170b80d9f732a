import type { ImportCounts, RowProblem } from '#shared/protocol/import.ts'
import { t } from '../../texts/text.ts'

export const importParts = [
  ...(['products', 'barcodes', 'movements', 'orders', 'order_items'] as const),
] satisfies (keyof ImportCounts)[]

const problems: readonly RowProblem[] = [
  ...(['field-count', 'sku-missing', 'sku-long', 'name-missing', 'quantity-not-whole'] as const),
  ...(['reorder-point-not-whole', 'bin-long', 'quantity-without-bin', 'bin-twice'] as const),
  ...(['barcode-of-another', 'invoice-missing', 'quantity-zero', 'date-unreadable'] as const),
  'price-unreadable',
]

/** What to do about each problem, as the saved list says it. */
export const problemWords = (): Record<RowProblem, string> =>
  Object.fromEntries(problems.map((problem) => [problem, t(`import.row.${problem}`)])) as Record<
    RowProblem,
    string
  >

import type { ProductLabel } from '#shared/protocol/paper.ts'
import type { StockDetail } from '#shared/protocol/views.ts'

/** One label of a product: with the barcode of a single piece, where it has one. */
export function labelOf(
  { sku, name }: Pick<StockDetail['product'], 'sku' | 'name'>,
  barcodes: StockDetail['product']['barcodes'],
): ProductLabel {
  const single = barcodes.find(({ packQuantity }) => packQuantity === 1)
  return { sku, name, barcode: single?.barcode ?? null, copies: 1 }
}

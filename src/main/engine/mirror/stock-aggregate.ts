import { stockState, stockStates } from '#shared/domain/stock.ts'
import { newBins, type DrawnBin } from './overlay/drawn-bins.ts'
import type { ProductStore } from './product-store.ts'
import { momentMs } from './row-codec.ts'
import { compareNames, sortKey } from './text-keys.ts'

export type BinTuple = [bin: string, onHand: number, allocated: number, changedAt: string]

/** A line as it is stored, without its number. */
export interface Line {
  bin: string
  binKey: string
  otherBins: number
  onHand: number
  allocated: number
  free: number
  /** How much of `onHand` this station has not sent. */
  unsent: number
  changedAt: number
  state: number | null
  skuKey: string | null
  nameKey: string | null
}

/**
 * A line of bins and what is drawn over them, or null when there is neither.
 * @param held the line as it was: its key is taken over while its first bin stays
 */
export function aggregate(
  bins: readonly BinTuple[],
  drawn: readonly DrawnBin[],
  products: ProductStore,
  product: number,
  held: Pick<Line, 'bin' | 'binKey'> | null,
): Line | null {
  const added = drawn.length === 0 ? drawn : newBins(drawn, (name) => bins.some(([bin]) => bin === name))
  if (bins.length + added.length === 0) return null
  let onHand = 0
  let allocated = 0
  let unsent = 0
  let changedAt = -Infinity
  for (const [, binOnHand, binAllocated, binChangedAt] of bins) {
    onHand += binOnHand
    allocated += binAllocated
    changedAt = Math.max(changedAt, momentMs(binChangedAt))
  }
  for (const over of drawn) {
    onHand += over.onHand
    allocated += over.allocated
    unsent += over.unsent
  }
  // The server's time, as long as it has said anything about this product here.
  if (bins.length === 0) changedAt = Math.max(...added.map(({ drawnAt }) => drawnAt))
  const bin = firstBin(bins, added)
  const of = products.figures(product)
  return {
    bin,
    binKey: held?.bin === bin ? held.binKey : sortKey(bin),
    otherBins: bins.length + added.length - 1,
    onHand,
    allocated,
    free: onHand - allocated,
    unsent,
    changedAt,
    state: of && stockStates.indexOf(stockState(onHand, allocated, of.reorderPoint)),
    skuKey: of && of.skuKey,
    nameKey: of && of.nameKey,
  }
}

const firstBin = (bins: readonly BinTuple[], added: readonly DrawnBin[]): string =>
  [...bins.map(([bin]) => bin), ...added.map(({ bin }) => bin)].reduce((first, bin) =>
    compareNames(bin, first) < 0 ? bin : first,
  )

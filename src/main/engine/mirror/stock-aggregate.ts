import { stockState, stockStates } from '#shared/domain/stock.ts'
import { newBins, type DrawnBin } from './overlay/drawn-bins.ts'
import type { ProductFigures } from './product-store.ts'
import { momentMs } from './row-codec.ts'
import { compareNames, sortKey } from './text-keys.ts'

export type BinTuple = [bin: string, onHand: number, allocated: number, changedAt: string]

/** What a line takes from its stock rows and from what is drawn over them. */
export interface Aggregate {
  bin: string
  binKey: string
  otherBins: number
  onHand: number
  allocated: number
  free: number
  /** How much of `onHand` this station has not sent. */
  unsent: number
  changedAt: number
}

/** A line as it is stored, without its number. What it takes from its product is null while that is not known. */
export interface Line extends Aggregate {
  state: number | null
  skuKey: string | null
  nameKey: string | null
}

/**
 * Bins and what is drawn over them in one line, or null when there is neither.
 * @param held the line as it was: its key is taken over while its first bin stays
 */
export function aggregate(
  bins: readonly BinTuple[],
  drawn: readonly DrawnBin[],
  held: Pick<Line, 'bin' | 'binKey'> | null,
): Aggregate | null {
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
  return {
    bin,
    binKey: held?.bin === bin ? held.binKey : sortKey(bin),
    otherBins: bins.length + added.length - 1,
    onHand,
    allocated,
    free: onHand - allocated,
    unsent,
    changedAt,
  }
}

/** @param product null while it is not known: then the line is in no list */
export function lineOf(of: Aggregate, product: ProductFigures | null): Line {
  const { bin, binKey, otherBins, onHand, allocated, free, unsent, changedAt } = of
  const state = product && stockStates.indexOf(stockState(onHand, allocated, product.reorderPoint))
  const skuKey = product && product.skuKey
  const nameKey = product && product.nameKey
  return { bin, binKey, otherBins, onHand, allocated, free, unsent, changedAt, state, skuKey, nameKey }
}

const firstBin = (bins: readonly BinTuple[], added: readonly DrawnBin[]): string =>
  [...bins.map(([bin]) => bin), ...added.map(({ bin }) => bin)].reduce((first, bin) =>
    compareNames(bin, first) < 0 ? bin : first,
  )

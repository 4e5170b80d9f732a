import type { OrderLine } from '#shared/protocol/orders.ts'

/** What is still to be picked of a line. */
export const leftOf = ({ ordered, picked }: Pick<OrderLine, 'ordered' | 'picked'>): number =>
  Math.max(0, ordered - picked)

/** The first bin on the way that has all that is left, or else the one that has most of it. */
export function bestBin(
  line: Pick<OrderLine, 'ordered' | 'picked' | 'bins'>,
): OrderLine['bins'][number] | null {
  const left = leftOf(line)
  const enough = line.bins.find(({ onHand }) => onHand >= left)
  if (enough) return enough
  return line.bins.reduce<OrderLine['bins'][number] | null>(
    (best, bin) => (best === null || bin.onHand > best.onHand ? bin : best),
    null,
  )
}

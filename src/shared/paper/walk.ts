/*
 * The way through the hall: which bin each line is taken from, and in which order.
 */

/** One order to be picked, as the station knows it. */
export interface OrderToPick {
  number: string
  customer: string | null
  lines: readonly LineToPick[]
}

export interface LineToPick {
  sku: string
  name: string
  unit: string
  /** What is still to be picked. */
  quantity: number
  bins: readonly { bin: string; onHand: number }[]
}

/** One stop: so much of a product for one order, out of one bin; null when no bin has it. */
export interface Stop {
  order: string
  sku: string
  name: string
  unit: string
  bin: string | null
  quantity: number
}

const byBin = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/**
 * Stops in walking order: by bin, numbers in names as numbers; what no bin has comes last. A line is taken from the first bins on
 * the way that have it; what one order takes is not there for the next.
 */
export function walkOf(orders: readonly OrderToPick[]): Stop[] {
  const left = new Map<string, number>()
  const stops = orders.flatMap(({ number, lines }) => lines.flatMap((line) => stopsOf(number, line, left)))
  return stops.sort(
    (a, b) =>
      Number(a.bin === null) - Number(b.bin === null) ||
      byBin.compare(a.bin ?? '', b.bin ?? '') ||
      byBin.compare(a.sku, b.sku) ||
      byBin.compare(a.order, b.order),
  )
}

function stopsOf(order: string, line: LineToPick, left: Map<string, number>): Stop[] {
  const { sku, name, unit } = line
  const stops: Stop[] = []
  let wanted = line.quantity
  for (const { bin, onHand } of [...line.bins].sort((a, b) => byBin.compare(a.bin, b.bin))) {
    if (wanted <= 0) break
    const key = `${sku}\0${bin}`
    const there = left.get(key) ?? onHand
    const quantity = Math.min(wanted, Math.max(0, there))
    if (quantity === 0) continue
    left.set(key, there - quantity)
    wanted -= quantity
    stops.push({ order, sku, name, unit, bin, quantity })
  }
  if (wanted > 0) stops.push({ order, sku, name, unit, bin: null, quantity: wanted })
  return stops
}

import type { Scope } from '#shared/domain/scope.ts'
import type { Db, Statement } from '../database.ts'
import type { DrawnIndex } from './drawn-index.ts'

/** What unsettled work does to one bin, all commands together. */
export interface DrawnBin {
  bin: string
  onHand: number
  allocated: number
  /** How much of `onHand` was not sent. */
  unsent: number
  /** When the newest of it was first drawn, terminal clock. */
  drawnAt: number
}

const none: readonly DrawnBin[] = []

/** Reads what is drawn over the bins of a product in a warehouse; no query where nothing is. */
export class DrawnBins {
  private readonly index: DrawnIndex
  private readonly sums: Statement<[scope: Scope, product: number], DrawnBin>

  constructor(db: Db, index: DrawnIndex) {
    this.index = index
    this.sums = db.prepare(`
      select b.bin, sum(b.on_hand) as onHand, sum(b.allocated) as allocated, sum(b.on_hand * c.unsent) as unsent,
             max(c.drawn_at) as drawnAt
        from overlay_bins b cross join overlay_commands c on c.no = b.command
        where b.scope = ? and b.product = ? group by b.bin`)
  }

  of(scope: Scope, product: number): readonly DrawnBin[] {
    return this.index.isIn(scope, product) ? this.sums.all(scope, product) : none
  }
}

/** Bins that only unsettled work has filled (or emptied) yet. What adds up to nothing makes no bin. */
export const newBins = (drawn: readonly DrawnBin[], isThere: (bin: string) => boolean): DrawnBin[] =>
  drawn.filter(
    ({ bin, onHand, allocated, unsent }) =>
      (onHand !== 0 || allocated !== 0 || unsent !== 0) && !isThere(bin),
  )

interface Figures {
  bin: string
  onHand: number
  allocated: number
}

/**
 * Rows of bins with what is drawn over each.
 * @param added a row of a bin that only unsettled work has
 */
export function drawnOver<Row extends Figures, Shown>(
  rows: readonly Row[],
  drawn: readonly DrawnBin[],
  shown: (row: Row, figures: Figures & { unsent: number }) => Shown,
  added: (bin: DrawnBin) => Shown,
): Shown[] {
  const left = new Map(drawn.map((bin) => [bin.bin, bin]))
  const there = rows.map((row) => {
    const over = left.get(row.bin)
    left.delete(row.bin)
    const { bin, onHand, allocated } = row
    if (!over) return shown(row, { bin, onHand, allocated, unsent: 0 })
    return shown(row, {
      bin,
      onHand: onHand + over.onHand,
      allocated: allocated + over.allocated,
      unsent: over.unsent,
    })
  })
  return [...there, ...newBins([...left.values()], () => false).map(added)]
}

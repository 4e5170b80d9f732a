import type { ProductId } from '#shared/domain/ids.ts'
import { stockStates } from '#shared/domain/stock.ts'
import { must } from '#shared/lib/must.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { Db, Statement } from './database.ts'
import { orderBy } from './line-order.ts'
import { unsentOf } from './overlay/older-file.ts'

/** What is wrong with a product's stock: see `stockState`. */
export type ShortState = 'low' | 'out' | 'oversold'

export interface AlertProduct {
  id: ProductId
  sku: string
  name: string
  unit: string
}

/** A product that is short, with this station's unsent work in its figures. */
export interface ShortLine extends AlertProduct {
  state: ShortState
  onHand: number
  allocated: number
  unsentOnHand: number
  reorderPoint: number
  changedAt: Millis
}

type StoredLine = Omit<ShortLine, 'state'> & { state: number }

const stored = (state: ShortState): number => stockStates.indexOf(state)

/**
 * Windows of what is short in a warehouse, what changed last first: read from the index that is that list, whatever the table's
 * size. Those that somebody has acknowledged are left out of it; they are few.
 */
export class AlertLists {
  private readonly counts: Statement<[warehouse: number], { state: number; lines: number }>
  private readonly window: Statement<
    [warehouse: number, state: number, except: string, limit: number, offset: number],
    StoredLine
  >
  private readonly named: Statement<[ids: string, warehouse: number], StoredLine>

  constructor(db: Db) {
    const columns = `
      n.id, p.sku, p.name, p.unit, l.state, l.on_hand as onHand, l.allocated, ${unsentOf(db)} as unsentOnHand,
      p.reorder_point as reorderPoint, l.changed_at as changedAt`
    this.counts = db.prepare('select state, lines from stock_count where warehouse = ? and state > 0')
    this.window = db.prepare(`
      select ${columns}
        from (
          select line from stock_line indexed by stock_short_by_changed
            where warehouse = ? and state > 0 and state = ?
              and product not in (select n.no from json_each(?) j cross join product_no n on n.id = j.value)
            order by ${orderBy('changed', 'desc')} limit ? offset ?
        ) w cross join stock_line l on l.line = w.line
        cross join products p on p.no = l.product cross join product_no n on n.no = l.product
        order by ${orderBy('changed', 'desc', 'l')}`)
    this.named = db.prepare(`
      select ${columns}
        from json_each(?) j cross join product_no n on n.id = j.value
        cross join stock_line l on l.product = n.no and l.warehouse = ?
        cross join products p on p.no = n.no
        where l.state > 0
        order by ${orderBy('changed', 'desc', 'l')}`)
  }

  /** How many products are short, by how. */
  totals(warehouse: number): Record<ShortState, number> {
    const totals = { low: 0, out: 0, oversold: 0 }
    for (const { state, lines } of this.counts.all(warehouse)) totals[shortState(state)] += lines
    return totals
  }

  /** @param except products that are left out */
  page(
    warehouse: number,
    state: ShortState,
    except: readonly ProductId[],
    offset: number,
    limit: number,
  ): ShortLine[] {
    return this.window.all(warehouse, stored(state), JSON.stringify(except), limit, offset).map(lineFrom)
  }

  /** Those of these products that are short. */
  of(warehouse: number, products: readonly ProductId[]): ShortLine[] {
    if (products.length === 0) return []
    return this.named.all(JSON.stringify(products), warehouse).map(lineFrom)
  }
}

const lineFrom = (line: StoredLine): ShortLine => ({ ...line, state: shortState(line.state) })

const shortState = (state: number): ShortState => {
  const named = must(stockStates[state], 'a stock state')
  if (named === 'in-stock') throw new Error('A line that is in stock is not short')
  return named
}

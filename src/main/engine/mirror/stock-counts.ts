import type { Db, Statement } from './database.ts'

/**
 * How many lines a warehouse has in each state, and the units on their shelves: kept as they change, so that totals and
 * the summary cost the same at a million lines as at ten.
 */
export class StockCounts {
  private readonly addTo: Statement<[warehouse: number, state: number, lines: number, units: number]>

  constructor(db: Db) {
    this.addTo = db.prepare(`
      insert into stock_count (warehouse, state, lines, units_on_hand) values (?, ?, ?, ?)
      on conflict (warehouse, state) do update
        set lines = lines + excluded.lines, units_on_hand = units_on_hand + excluded.units_on_hand`)
  }

  /** Writes what was gathered. */
  settle(gathered: CountChanges): void {
    for (const { warehouse, state, lines, units } of gathered.all()) {
      if (lines !== 0 || units !== 0) this.addTo.run(warehouse, state, lines, units)
    }
  }
}

interface CountChange {
  warehouse: number
  state: number
  lines: number
  units: number
}

/** By how much counts are to change, gathered line by line. */
export class CountChanges {
  private readonly sums = new Map<string, CountChange>()

  add(warehouse: number, state: number, lines: number, units: number): void {
    const key = `${warehouse}/${state}`
    const sum = this.sums.get(key)
    if (!sum) this.sums.set(key, { warehouse, state, lines, units })
    else {
      sum.lines += lines
      sum.units += units
    }
  }

  all(): Iterable<CountChange> {
    return this.sums.values()
  }
}

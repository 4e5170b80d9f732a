import type { Scope } from '#shared/domain/scope.ts'
import type { Db, Statement } from '../database.ts'

/** How many there are of each key: enough to know without a query that there is none. */
class Tally<K> {
  private readonly counts = new Map<K, number>()

  add(key: K, by: number): void {
    const count = (this.counts.get(key) ?? 0) + by
    if (count === 0) this.counts.delete(key)
    else this.counts.set(key, count)
  }

  has(key: K): boolean {
    return this.counts.has(key)
  }

  get isEmpty(): boolean {
    return this.counts.size === 0
  }
}

/** What is drawn, as far as it must be known for every row that is written or read. */
interface Drawn {
  /** Bins by `place`. */
  bins: Tally<string>
  /** Heads that acknowledged commands wait for. */
  heads: Tally<Scope>
  orders: number
  reads: number
}

const place = (scope: Scope, product: number): string => `${scope} ${product}`

/**
 * Where anything is drawn, kept in memory: where nothing is, which is nearly everywhere, rows cost what they would cost without an
 * overlay. Read from the file when it is first asked, and again after a transaction that was rolled back.
 */
export class DrawnIndex {
  private readonly countBins: Statement<[], [scope: Scope, product: number, count: number]>
  private readonly countHeads: Statement<[], [scope: Scope, count: number]>
  private readonly countOrders: Statement<[], number>
  private readonly countReads: Statement<[], number>
  private held: Drawn | null = null

  constructor(db: Db) {
    this.countBins = db
      .prepare<[], [Scope, number, number]>(
        'select scope, product, count(*) from overlay_bins group by scope, product',
      )
      .raw()
    this.countHeads = db
      .prepare<[], [Scope, number]>('select scope, count(*) from overlay_heads group by scope')
      .raw()
    this.countOrders = db.prepare<[], number>('select count(*) from overlay_orders').pluck()
    this.countReads = db.prepare<[], number>('select count(*) from overlay_reads').pluck()
  }

  /** Forgets what a transaction that was rolled back may have said. */
  forget(): void {
    this.held = null
  }

  get hasBins(): boolean {
    return !this.drawn().bins.isEmpty
  }

  get hasOrders(): boolean {
    return this.drawn().orders > 0
  }

  get hasReads(): boolean {
    return this.drawn().reads > 0
  }

  isIn(scope: Scope, product: number): boolean {
    const { bins } = this.drawn()
    return !bins.isEmpty && bins.has(place(scope, product))
  }

  awaits(scope: Scope): boolean {
    return this.drawn().heads.has(scope)
  }

  bin(scope: Scope, product: number, by: 1 | -1): void {
    this.drawn().bins.add(place(scope, product), by)
  }

  heads(scope: Scope, by: number): void {
    this.drawn().heads.add(scope, by)
  }

  orders(by: number): void {
    this.drawn().orders += by
  }

  reads(by: number): void {
    this.drawn().reads += by
  }

  private drawn(): Drawn {
    return (this.held ??= this.load())
  }

  private load(): Drawn {
    const bins = new Tally<string>()
    for (const [scope, product, count] of this.countBins.all()) bins.add(place(scope, product), count)
    const heads = new Tally<Scope>()
    for (const [scope, count] of this.countHeads.all()) heads.add(scope, count)
    return { bins, heads, orders: this.countOrders.get() ?? 0, reads: this.countReads.get() ?? 0 }
  }
}

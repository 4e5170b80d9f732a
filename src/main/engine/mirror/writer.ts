import type { Scope } from '#shared/domain/scope.ts'
import type { WarehouseId } from '#shared/domain/ids.ts'
import type { Change } from '#shared/protocol/server.ts'
import { must } from '#shared/lib/must.ts'
import { BaseTables } from './base-tables.ts'
import type { Db } from './database.ts'
import type { ApplyResult, Batch, Changeset, LineChange, Repair, RepairResult } from './mirror.ts'
import { ProductStore } from './product-store.ts'
import { ProductTexts } from './product-texts.ts'
import { isMirrored, parseRow } from './row-codec.ts'
import type { ScopeTable } from './scope-table.ts'
import { StockLines } from './stock-lines.ts'
import { Touched } from './touched.ts'
import { UnreadableRows } from './unreadable-rows.ts'

type Applied = Extract<ApplyResult, { kind: 'applied' }>

/**
 * Turns batches into rows. The caller holds the transaction: what is written here is committed together or not at all [M1].
 *
 *   changes ─► base rows ─► touched products ─► search texts ─┐
 *                      └──► touched lines ◄───────────────────┘ ─► stock lines ─► counts ─► cursor
 */
export class Writer {
  private readonly scopes: ScopeTable
  private readonly products: ProductStore
  private readonly base: BaseTables
  private readonly texts: ProductTexts
  private readonly lines: StockLines
  private readonly unreadable: UnreadableRows

  constructor(db: Db, scopes: ScopeTable) {
    this.scopes = scopes
    this.products = new ProductStore(db)
    this.base = new BaseTables(db, this.products)
    this.texts = new ProductTexts(db)
    this.lines = new StockLines(db, this.products)
    this.unreadable = new UnreadableRows(db)
  }

  /** Applies a batch that is known to follow the cursor, or to start the scope over. */
  apply(batch: Batch): Applied {
    this.lines.forgetCounts()
    const no = this.scopes.enter(batch.scope)
    if (batch.startOver) this.base.empty(no, batch.scope)
    const touched = new Touched()
    const unreadable = this.write(no, batch, touched)
    const lines = this.derive(touched)
    this.scopes.moveTo(no, batch.epoch, batch.to, batch.serverTime)
    const changeset: Changeset = {
      tables: Object.fromEntries(touched.tables),
      stock: byWarehouse(lines),
      lines,
      everything: batch.startOver,
    }
    return { kind: 'applied', changeset, unreadable }
  }

  /** Makes buckets what the server has of them. The caller has made sure that the cursor is not beyond `head`. */
  repair({ scope, head, buckets, changes }: Repair): RepairResult {
    this.lines.forgetCounts()
    const no = must(this.scopes.number(scope), 'the number of a held scope')
    const touched = new Touched()
    const wanted = new Map(changes.map((change) => [`${change.table}/${change.id}`, change.seq]))
    let rows = changes.length
    for (const bucket of buckets) {
      for (const { id, seq } of this.base.inBucket(bucket.table, no, bucket.bucket)) {
        if (seq > head) continue
        if (wanted.get(`${bucket.table}/${id}`) === seq) rows -= 1
        else rows += wanted.has(`${bucket.table}/${id}`) ? 0 : 1
        // Taken out first: what is wrong may carry a number that no right row could overwrite.
        if (isMirrored(bucket.table)) this.base.remove(bucket.table, no, head + 1, id, touched)
        this.unreadable.remove(no, bucket.table, id)
      }
    }
    for (const change of inOrder(changes)) {
      const problem = this.writeOne(no, scope, change, touched)
      if (problem !== null) this.unreadable.put(no, change.table, change.id, change.seq, problem)
    }
    const lines = this.derive(touched)
    const tables = Object.fromEntries(touched.tables)
    return {
      kind: 'repaired',
      changeset: { tables, stock: byWarehouse(lines), lines, everything: false },
      rows,
    }
  }

  drop(scopes: readonly Scope[]): Changeset {
    for (const scope of scopes) {
      const no = this.scopes.number(scope)
      if (no === null) continue
      this.base.empty(no, scope)
      this.scopes.forget(no)
    }
    return { tables: {}, stock: new Map(), lines: [], everything: true }
  }

  /** Forgets scopes with rows an older version could not read: this one may, once they are pulled again. */
  dropUnreadable(): void {
    const numbers = new Set(this.unreadable.scopes())
    this.drop(
      this.scopes
        .cursors()
        .map(({ scope }) => scope)
        .filter((scope) => numbers.has(must(this.scopes.number(scope), 'the number of a held scope'))),
    )
  }

  private write(no: number, batch: Batch, touched: Touched): Applied['unreadable'] {
    const problems: Applied['unreadable'] = []
    const hadUnreadable = this.unreadable.has(no)
    for (const change of inOrder(batch.changes)) {
      const problem = this.writeOne(no, batch.scope, change, touched)
      if (problem !== null) {
        this.unreadable.put(no, change.table, change.id, change.seq, problem)
        problems.push({ table: change.table, id: change.id, problem })
      } else if (hadUnreadable || problems.length > 0) {
        this.unreadable.remove(no, change.table, change.id)
      }
    }
    return problems
  }

  /** @returns why the row could not be read, or null. Its older state is taken away: it is not true any more. */
  private writeOne(no: number, scope: Scope, change: Change, touched: Touched): string | null {
    const { table, id, seq, row } = change
    if (!isMirrored(table)) return row === null ? null : 'table: is not known to this version'
    if (row === null) {
      this.base.remove(table, no, seq, id, touched)
      return null
    }
    const parsed = parseRow(table, scope, id, row)
    if (parsed.ok) {
      this.base.put(table, no, seq, parsed.row, touched)
      return null
    }
    this.base.remove(table, no, seq, id, touched)
    return parsed.problem
  }

  private derive(touched: Touched): LineChange[] {
    for (const [product, productId] of touched.products) {
      this.texts.refresh(product)
      for (const warehouse of this.lines.warehousesOf(product)) {
        touched.line(warehouse, product, productId, null)
      }
    }
    const changes: LineChange[] = []
    for (const [warehouse, lines] of touched.lines) {
      const warehouseId = this.warehouseId(warehouse)
      for (const [product, line] of lines) {
        const { before, after } = this.lines.refresh(warehouse, product, line)
        if (!before && !after) continue
        const { productId } = line
        changes.push({ warehouseId, productId, before, after, product: touched.products.has(product) })
      }
    }
    this.lines.settleCounts()
    return changes
  }

  private warehouseId(no: number): WarehouseId {
    const scope = must(this.scopes.byNumber(no), 'the scope of a stock line')
    return scope.slice('warehouse:'.length) as WarehouseId
  }
}

/** Changes come in ascending seq; should they not, the newest state of a row must still be the one that stays [M2]. */
function inOrder(changes: readonly Change[]): readonly Change[] {
  const sorted = changes.every((change, i) => i === 0 || must(changes[i - 1], 'a change').seq <= change.seq)
  return sorted ? changes : [...changes].sort((a, b) => a.seq - b.seq)
}

function byWarehouse(lines: readonly LineChange[]): Changeset['stock'] {
  const stock = new Map<WarehouseId, Set<LineChange['productId']>>()
  for (const { warehouseId, productId } of lines) {
    const products = stock.get(warehouseId)
    if (products) products.add(productId)
    else stock.set(warehouseId, new Set([productId]))
  }
  return stock
}

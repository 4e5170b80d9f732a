import type { OrderId } from '#shared/domain/ids.ts'
import type { OrderStatus } from '#shared/domain/rows.ts'
import type { Db, Statement } from './database.ts'
import { warehouseOf } from './derivations.ts'
import { NO_DUE, progressOf } from './migrations/0005-order-cards.ts'
import type { OrderChange, OrderKeys } from './mirror.ts'
import type { OrderCountChanges } from './order-counts.ts'
import type { DrawnIndex } from './overlay/drawn-index.ts'
import { OrderState, type StatedOrder } from './order-state.ts'
import type { ScopeTable } from './scope-table.ts'
import { searchTextOf, sortKey } from './text-keys.ts'

interface Held {
  no: number
  scope: number
  unitsOpen: number
  text: string
  keys: OrderKeys
}

type HeldTuple = [
  ...[no: number, scope: number, id: OrderId, status: OrderStatus, priority: number, dueKey: number],
  ...[createdMs: number, changedMs: number, numberKey: string, number: string, progress: number],
  ...[unitsOpen: number, text: string],
]

/** Keeps one card for each order, with this station's work in it, so that lists and counts are read and not computed. */
export class OrderCards {
  private readonly scopes: ScopeTable
  private readonly drawn: DrawnIndex
  private readonly state: OrderState
  private readonly held: Statement<[id: string], HeldTuple>
  private readonly ordersMadeWith: Statement<[line: string], string>
  private readonly insert: Statement
  private readonly update: Statement
  private readonly erase: Statement<[no: number]>
  private readonly index: Statement<[no: number, text: string]>
  private readonly unindex: Statement<[no: number]>

  constructor(db: Db, scopes: ScopeTable, drawn: DrawnIndex) {
    this.scopes = scopes
    this.drawn = drawn
    this.state = new OrderState(db, scopes, drawn)
    this.held = db
      .prepare<[string], HeldTuple>(
        `select no, scope, id, status, priority, due_key, created_ms, changed_ms, number_key, number, progress,
                max(units_ordered - units_picked, 0), text
           from order_card where id = ?`,
      )
      .raw()
    this.ordersMadeWith = db
      .prepare<[string], string>('select order_id from overlay_new_items where id = ?')
      .pluck()
    this.insert = db.prepare(`
      insert into order_card (number, customer, status, priority, due_key, created_ms, changed_ms, lines, units_ordered,
                              units_picked, unsent, number_key, progress, text, scope, id)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
    this.update = db.prepare(`
      update order_card set number = ?, customer = ?, status = ?, priority = ?, due_key = ?, created_ms = ?, changed_ms = ?,
                            lines = ?, units_ordered = ?, units_picked = ?, unsent = ?, number_key = ?, progress = ?, text = ?
        where no = ?`)
    this.erase = db.prepare('delete from order_card where no = ?')
    this.index = db.prepare('insert into order_fts (rowid, text) values (?, ?)')
    this.unindex = db.prepare('delete from order_fts where rowid = ?')
  }

  /** Orders that work made with these lines: what a line's own row says takes the place of that. */
  madeWith(lines: Iterable<string>): string[] {
    return this.drawn.hasOrders ? [...lines].flatMap((line) => this.ordersMadeWith.all(line)) : []
  }

  /** Makes an order's cards what its rows and the work on it say now: one in each scope that has it. @param counts gathers what that does to them */
  refresh(id: string, counts: OrderCountChanges): OrderChange[] {
    const held = new Map(this.held.all(id).map((tuple) => [tuple[1], heldFrom(tuple)]))
    const changes = this.state.of(id).map((stated) => {
      const before = held.get(stated.scope) ?? null
      held.delete(stated.scope)
      return this.put(before, stated, counts)
    })
    return [...changes, ...[...held.values()].map((gone) => this.remove(gone, counts))].filter(
      (change) => change !== null,
    )
  }

  private put(before: Held | null, stated: StatedOrder, counts: OrderCountChanges): OrderChange | null {
    const { id, scope, number, customer, status, priority, dueMs, createdMs, changedMs } = stated
    const { lines, unitsOrdered, unitsPicked } = stated
    const keys: OrderKeys = {
      ...{ id, status, priority, dueKey: dueMs ?? NO_DUE, createdMs, changedMs, number },
      numberKey: sortKey(number),
      progress: progressOf(unitsPicked, unitsOrdered),
    }
    const text = searchTextOf([number, customer ?? ''])
    const values = [
      ...[
        number,
        customer,
        status,
        priority,
        keys.dueKey,
        createdMs,
        changedMs,
        lines,
        unitsOrdered,
        unitsPicked,
      ],
      ...[Number(stated.unsent), keys.numberKey, keys.progress, text],
    ]
    const no = before?.no ?? Number(this.insert.run(...values, scope, id).lastInsertRowid)
    if (before) this.update.run(...values, no)
    if (before?.text !== text) {
      if (before) this.unindex.run(no)
      this.index.run(no, text)
    }
    if (before) counts.add(scope, before.keys.status, -1, -before.unitsOpen)
    counts.add(scope, status, 1, Math.max(unitsOrdered - unitsPicked, 0))
    return this.change(scope, id, before, keys, before?.text !== text)
  }

  private remove(gone: Held, counts: OrderCountChanges): OrderChange | null {
    this.erase.run(gone.no)
    this.unindex.run(gone.no)
    counts.add(gone.scope, gone.keys.status, -1, -gone.unitsOpen)
    return this.change(gone.scope, gone.keys.id, gone, null, true)
  }

  private change(
    no: number,
    id: OrderId,
    before: Held | null,
    after: OrderKeys | null,
    texts: boolean,
  ): OrderChange | null {
    const scope = this.scopes.byNumber(no)
    return scope && { warehouseId: warehouseOf(scope), id, before: before?.keys ?? null, after, texts }
  }
}

const heldFrom = ([
  no,
  scope,
  id,
  status,
  priority,
  dueKey,
  createdMs,
  changedMs,
  ...rest
]: HeldTuple): Held => {
  const [numberKey, number, progress, unitsOpen, text] = rest
  const keys = { id, status, priority, dueKey, createdMs, changedMs, numberKey, number, progress }
  return { no, scope, unitsOpen, text, keys }
}

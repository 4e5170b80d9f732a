import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { OrderId, RowId, WarehouseId } from '#shared/domain/ids.ts'
import { OrderStatus } from '#shared/domain/rows.ts'
import type { SalesOrderItemRow, SalesOrderRow } from '#shared/domain/rows.ts'
import { warehouseScope } from '#shared/domain/scope.ts'
import { statusOrder } from '#shared/domain/orders.ts'
import { OrderSort, type OrdersSummary } from '#shared/protocol/orders.ts'
import type { ListParams, ListRow } from '#shared/protocol/views.ts'
import {
  drawn,
  Feed,
  id,
  mirrorFolder,
  north,
  order,
  orderLine,
  owner,
  south,
} from '#test/harness/mirror-data.ts'
import type { Effect } from '../../commands/effects.ts'
import type { DrawnCommand, LocalMirror } from '../mirror.ts'
import { compareBinary } from '../text-keys.ts'
import { scopeOf } from './effect-rows.ts'

/* On failure fast-check prints the seed, the path and the smallest life that shows it. */

type Row = ListRow<'orders.list'>

const numbers = ['1', '2', '3', '4', '5']
const number = fc.constantFrom(...numbers)
const status = fc.constantFrom(...OrderStatus.options)
const warehouseOf = (of: string): WarehouseId => (Number(of) % 2 === 0 ? south : north)
const due = fc.constantFrom(null, '2026-11-23T08:00:00+00:00', '2026-11-24T08:00:00+00:00')

const anOrder = fc
  .record({
    of: number,
    status,
    priority: fc.integer({ min: 1, max: 2 }),
    due_at: due,
    customer: fc.constantFrom(null, 'Ánna Berg', 'bergman 12'),
    changed_at: fc.constantFrom('2026-11-22T08:00:00.123456+00:00', '2026-11-22T09:00:00+00:00'),
  })
  .map(({ of, ...more }) => order(of, { ...more, warehouse_id: warehouseOf(of) }) as SalesOrderRow)
const aLine = fc
  .record({ of: number, product: fc.constantFrom('mug', 'jug'), quantity_picked: fc.nat({ max: 3 }) })
  .map(
    ({ of, product, ...more }) =>
      orderLine(of, product, 4, { ...more, warehouse_id: warehouseOf(of) }) as SalesOrderItemRow,
  )

const anEffect = fc.oneof(
  fc.record({ of: number, status }).map(({ of, ...more }): Effect => ({
    ...{ on: 'order', warehouse_id: warehouseOf(of), order_id: id<OrderId>(`order ${of}`), ...more },
  })),
  fc.record({ of: number, picked: fc.integer({ min: -1, max: 3 }) }).map(({ of, picked }): Effect => ({
    ...{ on: 'order-line', warehouse_id: warehouseOf(of), order_id: id<OrderId>(`order ${of}`), picked },
    id: id<RowId>(`line ${of} mug`),
  })),
  fc
    .record({ made: anOrder, lines: fc.uniqueArray(aLine, { selector: (line) => line.id, maxLength: 2 }) })
    .map(({ made, lines }): Effect => ({
      on: 'new-order',
      order: made,
      lines: lines.map((line) => ({ ...line, order_id: made.id, warehouse_id: made.warehouse_id })),
    })),
)

const step = fc.oneof(
  fc.record({ kind: fc.constant('order' as const), row: anOrder, gone: fc.boolean() }),
  fc.record({ kind: fc.constant('line' as const), row: aLine, gone: fc.boolean() }),
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('work' as const), effect: anEffect }) },
  fc.record({
    kind: fc.constant('answer' as const),
    which: fc.nat(),
    how: fc.constantFrom('applied', 'refused'),
  }),
  fc.record({ kind: fc.constant('page' as const), which: fc.nat() }),
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

const orderOf = (effect: Effect): string =>
  effect.on === 'new-order' ? effect.order.id : 'order_id' in effect ? effect.order_id : ''

const everything = { warehouseId: null, status: null, offset: 0, limit: 100 }

const isLate = (row: Row, at: number): boolean =>
  ['pending', 'picking', 'packed'].includes(row.status) && row.dueAt !== null && row.dueAt < at

/** Without case and accents. */
const plain = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

function isWanted(row: Row, params: ListParams<'orders.list'>): boolean {
  const { status: wanted, search = '', priority, overdueAt, changedSince } = params
  const texts = [row.number, row.customer ?? ''].map(plain)
  const words = plain(search).split(' ').filter(Boolean)
  return (
    (wanted === null || row.status === wanted) &&
    words.every((word) => texts.some((text) => text.includes(word))) &&
    (priority === undefined || row.priority === priority) &&
    (overdueAt === undefined || isLate(row, overdueAt)) &&
    (changedSince === undefined || row.changedAt >= changedSince)
  )
}

type Compare = (a: Row, b: Row) => number
const share = (row: Row): number =>
  row.unitsOrdered === 0 ? 0 : Math.floor((row.unitsPicked * 1000) / row.unitsOrdered)
const byPriority: Compare = (a, b) => a.priority - b.priority
const byDue: Compare = (a, b) => (a.dueAt ?? 1e15) - (b.dueAt ?? 1e15)
/** All are of one age, and numbered by one digit. */
const compareBy: Record<OrderSort, Compare> = {
  urgency: (a, b) => byPriority(a, b) || byDue(a, b),
  due: (a, b) => byDue(a, b) || byPriority(a, b),
  changed: (a, b) => a.changedAt - b.changedAt,
  number: (a, b) => compareBinary(a.number, b.number),
  progress: (a, b) => share(a) - share(b) || byPriority(a, b) || byDue(a, b),
}

/** Rows and commands, and the lists computed from them each time anew. */
class Model {
  readonly orders = new Map<string, SalesOrderRow>()
  readonly lines = new Map<string, SalesOrderItemRow>()
  /** In the order they were kept. */
  commands: DrawnCommand[] = []

  /** When work was first drawn. */
  private readonly nowMs: number

  constructor(nowMs: number) {
    this.nowMs = nowMs
  }

  list(params: ListParams<'orders.list'>): { total: number; rows: Row[] } {
    const { warehouseId, offset, limit, sort = 'urgency', direction = 'asc' } = params
    const rows = this.all()
      .filter((row) => warehouseId === null || row.warehouse_id === warehouseId)
      .map((row) => this.shown(row))
      .filter((row) => isWanted(row, params))
      .sort((a, b) => compareBy[sort](a, b) || compareBinary(a.id, b.id))
    if (direction === 'desc') rows.reverse()
    return { total: rows.length, rows: rows.slice(offset, offset + limit) }
  }

  summary(warehouseId: WarehouseId, at: number): OrdersSummary {
    const rows = this.list({ ...everything, warehouseId }).rows
    return statusOrder.map((status) => {
      const those = rows.filter((row) => row.status === status)
      return {
        status,
        orders: those.length,
        overdue: those.filter((row) => isLate(row, at)).length,
        oldestChangedAt: those.length > 0 ? Math.min(...those.map((row) => row.changedAt)) : null,
        unitsOpen: those.reduce((sum, row) => sum + Math.max(0, row.unitsOrdered - row.unitsPicked), 0),
      }
    })
  }

  private all(): SalesOrderRow[] {
    const made = new Map(this.made().map(({ order: row }) => [row.id as string, row]))
    return [...new Map([...made, ...this.orders]).values()]
  }

  private made() {
    return this.commands.flatMap(({ effects }) => effects.filter((effect) => effect.on === 'new-order'))
  }

  private shown(row: SalesOrderRow): Row {
    const mine = this.commands.filter(({ effects }) => effects.some((effect) => orderOf(effect) === row.id))
    const effects = mine.flatMap((command) => command.effects).filter((effect) => orderOf(effect) === row.id)
    const lines = [...this.lines.values()].filter((line) => line.order_id === row.id)
    const newLines = this.made()
      .flatMap((effect) => effect.lines)
      .filter((line) => line.order_id === row.id && !this.lines.has(line.id))
    const all = [...lines, ...newLines]
    const sum = (figure: 'quantity_ordered' | 'quantity_picked'): number =>
      all.reduce((total, line) => total + line[figure], 0)
    const picked = effects.reduce(
      (total, effect) => total + (effect.on === 'order-line' ? effect.picked : 0),
      0,
    )
    const { id: of, number: called, customer, priority, due_at } = row
    const stepped = effects.findLast((effect) => effect.on === 'order')?.status
    return {
      ...{ id: of, number: called, customer, priority, lines: all.length },
      status: stepped ?? row.status,
      dueAt: due_at === null ? null : Date.parse(due_at),
      createdAt: Date.parse(row.created_at),
      changedAt: stepped === undefined ? Date.parse(row.changed_at) : this.nowMs,
      unitsOrdered: sum('quantity_ordered'),
      unitsPicked: sum('quantity_picked') + picked,
      unsent: mine.some(({ at }) => at === 'station'),
    }
  }
}

const moments = ['2026-11-22T08:30:00Z', '2026-11-23T20:00:00Z', '2026-12-01T00:00:00Z'].map((at) =>
  Date.parse(at),
)
const params: fc.Arbitrary<ListParams<'orders.list'>> = fc
  .record({
    warehouseId: fc.constantFrom(null, north, south),
    status: fc.option(status),
    offset: fc.nat({ max: 3 }),
    limit: fc.integer({ min: 1, max: 4 }),
    narrowed: fc.record(
      {
        search: fc.constantFrom('', 'BERG', 'an', '1', 'berg 12', '2 berg', 'x', 'so-1', 'é'),
        priority: fc.integer({ min: 1, max: 2 }),
        overdueAt: fc.constantFrom(...moments),
        changedSince: fc.constantFrom(...moments),
        sort: fc.constantFrom(...OrderSort.options),
        direction: fc.constantFrom('asc' as const, 'desc' as const),
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ narrowed, ...rest }) => ({ ...rest, ...narrowed }))

/** The mirror and its model, and a server that answers and numbers. */
class Life {
  readonly model: Model
  private readonly mirror: LocalMirror
  private readonly feed = new Feed()
  private kept = 0

  constructor(mirror: LocalMirror, nowMs: number) {
    this.mirror = mirror
    this.model = new Model(nowMs)
    for (const at of [north, south]) this.bring(at, 'stations', id('none'))
  }

  take(step: Step): void {
    const { model } = this
    switch (step.kind) {
      case 'order':
        return this.put(model.orders, 'sales_orders', step.row, step.gone)
      case 'line':
        return this.put(model.lines, 'sales_order_items', step.row, step.gone)
      case 'work':
        return this.draw(drawn(`${(this.kept += 1)}`, [step.effect]))
      case 'answer':
        return this.answer(
          chosen(
            model.commands.filter(({ at }) => at === 'station'),
            step.which,
          ),
          step.how,
        )
      case 'page':
        return this.bring(step.which % 2 === 0 ? north : south, 'stations', id('none'))
    }
  }

  private put<R extends SalesOrderRow | SalesOrderItemRow>(
    rows: Map<string, R>,
    table: string,
    row: R,
    gone: boolean,
  ): void {
    if (gone) rows.delete(row.id)
    else rows.set(row.id, row)
    this.bring(row.warehouse_id, table, gone ? row.id : row)
  }

  private bring(at: WarehouseId, table: string, row: Record<string, unknown> | string): void {
    const change = [table, row] as [string, Record<string, unknown>] | [string, string]
    this.mirror.apply(this.feed.batch(warehouseScope(at), [change]))
    this.model.commands = this.model.commands.filter(
      ({ settles }) =>
        settles.length === 0 || settles.some(({ scope, seq }) => this.mirror.cursor(scope).seq < seq),
    )
  }

  private draw(command: DrawnCommand): void {
    const { commands } = this.model
    const at = commands.findIndex((other) => other.id === command.id)
    if (at < 0) commands.push(command)
    else commands[at] = command
    this.mirror.draw({ drawn: [command], erased: [] })
  }

  private answer(command: DrawnCommand | undefined, how: string): void {
    const [effect] = command?.effects ?? []
    if (!command || !effect) return
    if (how === 'refused') {
      this.model.commands = this.model.commands.filter((other) => other !== command)
      this.mirror.draw({ drawn: [], erased: [command.id] })
      return
    }
    const scope = scopeOf(effect, owner)
    const { seq } = this.mirror.cursor(scope)
    this.draw({ ...command, at: 'server', settles: [{ scope, seq: seq + 1 }] })
  }
}

const chosen = <T>(from: readonly T[], which: number): T | undefined => from[which % Math.max(1, from.length)]

test('[M1] lists of orders (searched, narrowed, sorted), their totals, figures and counts equal rows and unsettled work together, after every step', () => {
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 5, maxLength: 25 }),
      fc.array(params, { minLength: 6, maxLength: 6 }),
      (steps, windows) => {
        const folder = mirrorFolder()
        try {
          const { mirror } = folder.open()
          const life = new Life(mirror, folder.clock.now())
          for (const each of steps) {
            life.take(each)
            for (const window of windows) {
              const { total, rows } = mirror.orders(window)
              expect({ total, rows }).toEqual(life.model.list(window))
            }
            const [at = 0] = moments
            for (const warehouseId of [north, south])
              expect(mirror.orderSummary({ warehouseId, at })).toEqual(life.model.summary(warehouseId, at))
          }
        } finally {
          folder.remove()
        }
      },
    ),
    { numRuns: 60 },
  )
}, 60_000)

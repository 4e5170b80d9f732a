import type { OrderId, ProductId, RowId, StationId, UserId, WarehouseId } from '#shared/domain/ids.ts'
import type { AlertAnswer, Severity } from '#shared/domain/rows.ts'
import { warehouseScope } from '#shared/domain/scope.ts'
import { must } from '#shared/lib/must.ts'
import type { Millis } from '#shared/lib/time.ts'
import { AlertLists, type AlertProduct, type ShortLine, type ShortState } from './alert-lists.ts'
import type { Db, SqlValue, Statement } from './database.ts'
import type { DrawnIndex } from './overlay/drawn-index.ts'
import { momentMs } from './row-codec.ts'
import type { ScopeTable } from './scope-table.ts'
import { UnreadNotifications } from './unread-notifications.ts'

export interface NamedUser {
  userId: UserId
  name: string
}

/** An alert that is a row, with the names a person knows its things by. */
export interface ToldAlert {
  id: RowId
  warehouseId: WarehouseId
  kind: string
  severity: Severity
  message: string
  facts: Record<string, unknown>
  product: AlertProduct | null
  order: { id: OrderId; number: string } | null
  station: { id: StationId; name: string } | null
  raisedAt: Millis
  raisedBy: NamedUser | null
  acknowledged: { by: NamedUser | null; at: Millis } | null
}

/** Somebody's word on an alert that stations compute. */
export interface KeyedAcknowledgement {
  key: string
  by: NamedUser | null
  at: Millis
  note: string | null
}

export interface ToldReceipt {
  id: string
  station: { id: StationId; name: string } | null
  user: { id: UserId; name: string }
  answer: AlertAnswer
  facts: Record<string, unknown>
  at: Millis
}

export interface ToldQuery {
  which: 'open' | 'acknowledged' | 'any'
  /** Kinds, or null for all. */
  kinds: readonly string[] | null
  /** Rows that count as acknowledged, whatever the server has heard yet. */
  acknowledgedHere: readonly RowId[]
  /** Rows that come first, together with the critical ones. */
  first: readonly RowId[]
}

interface StoredAlert extends Record<
  'productId' | 'sku' | 'name' | 'unit' | 'orderId' | 'number' | 'stationId' | 'stationName',
  string | null
> {
  id: RowId
  warehouseId: WarehouseId
  kind: string
  severity: Severity
  message: string
  facts: string
  raisedAt: number
  raisedBy: UserId | null
  raisedByName: string | null
  acknowledgedAt: string | null
  acknowledgedBy: UserId | null
  acknowledgedByName: string | null
}

const person = (column: string): string =>
  `(select display_name from people where user_id = ${column} and warehouse_id = a.warehouse_id)`

const alertColumns = `
  a.id, a.warehouse_id as warehouseId, a.kind, a.severity, a.message, a.facts, a.created_ms as raisedAt,
  a.product_id as productId, p.sku, p.name, p.unit, o.id as orderId, o.number, s.id as stationId, s.name as stationName,
  a.raised_by as raisedBy, ${person('a.raised_by')} as raisedByName, a.acknowledged_at as acknowledgedAt,
  a.acknowledged_by as acknowledgedBy, ${person('a.acknowledged_by')} as acknowledgedByName`

const alertThings = `
  left join product_no n on n.id = a.product_id left join products p on p.no = n.no
  left join sales_orders o on o.id = json_extract(a.facts, '$.order_id') and o.scope = a.scope
  left join stations s on s.id = a.raised_at_station and s.scope = a.scope`

/** Rows of the supervisor's desk, and what is short, for whoever makes alerts of them. */
export class AlertRows {
  private readonly db: Db
  private readonly scopes: ScopeTable
  private readonly lists: AlertLists
  private readonly unread: UnreadNotifications
  private readonly prepared = new Map<string, Statement<SqlValue[]>>()

  constructor(db: Db, scopes: ScopeTable, owner: UserId, drawn: DrawnIndex) {
    this.db = db
    this.scopes = scopes
    this.lists = new AlertLists(db)
    this.unread = new UnreadNotifications(db, owner, drawn)
  }

  /** Critical ones and `first` first, then the newest. The things they are about are looked up for the window alone. */
  told(warehouseId: WarehouseId, query: ToldQuery, offset: number, limit: number): ToldAlert[] {
    const scope = this.scope(warehouseId)
    if (scope === null) return []
    const { where, values } = conditionOf(scope, query)
    return this.once<StoredAlert>(
      `
      select ${alertColumns}
        from (
          select a.rowid as no, a.severity = 'critical' or a.id in (select value from json_each(?)) as pressing
            from alerts a where ${where} order by pressing desc, a.created_ms desc, a.id desc limit ? offset ?
        ) w cross join alerts a on a.rowid = w.no ${alertThings}
        order by w.pressing desc, a.created_ms desc, a.id desc`,
    )
      .all(JSON.stringify(query.first), ...values, limit, offset)
      .map(alertFrom)
  }

  countTold(warehouseId: WarehouseId, query: ToldQuery): number {
    const scope = this.scope(warehouseId)
    if (scope === null) return 0
    const { where, values } = conditionOf(scope, query)
    return must(
      this.once<{ n: number }>(`select count(*) as n from alerts a where ${where}`).get(...values),
      'n',
    ).n
  }

  countCritical(warehouseId: WarehouseId, query: ToldQuery): number {
    const scope = this.scope(warehouseId)
    if (scope === null) return 0
    const { where, values } = conditionOf(scope, query)
    const sql = `select count(*) as n from alerts a where ${where} and a.severity = 'critical'`
    return must(this.once<{ n: number }>(sql).get(...values), 'n').n
  }

  toldById(warehouseId: WarehouseId, id: string): ToldAlert | null {
    const row = this.once<StoredAlert>(
      `select ${alertColumns} from alerts a ${alertThings} where a.id = ? and a.warehouse_id = ? and a.key is null`,
    ).get(id, warehouseId)
    return row ? alertFrom(row) : null
  }

  /** Messages and drills that came after a moment, of every warehouse, the newest first. */
  said(after: Millis): ToldAlert[] {
    return this.once<StoredAlert>(
      `
      select ${alertColumns} from alerts a ${alertThings}
        where a.key is null and a.acknowledged_at is null and a.kind in ('message', 'drill') and a.created_ms > ?
        order by a.created_ms desc, a.id desc limit 100`,
    )
      .all(after)
      .map(alertFrom)
  }

  /** What was acknowledged by key after a moment, the newest first. */
  acknowledgements(warehouseId: WarehouseId, after: Millis): KeyedAcknowledgement[] {
    const scope = this.scope(warehouseId)
    if (scope === null) return []
    return this.once<{
      key: string
      userId: UserId | null
      name: string | null
      at: number
      note: string | null
    }>(
      `
      select a.key, a.acknowledged_by as userId, ${person('a.acknowledged_by')} as name, a.created_ms as at,
             json_extract(a.facts, '$.note') as note
        from alerts a where a.scope = ? and a.key is not null and a.created_ms > ? and a.acknowledged_at is not null
        order by a.created_ms desc, a.id desc`,
    )
      .all(scope, after)
      .map(({ key, userId, name, at, note }) => ({ key, at, note, by: named(userId, name) }))
  }

  receipts(alertId: string): ToldReceipt[] {
    const rows = this.once<StoredReceipt>(
      `
      select a.id, a.station_id as stationId, s.name as stationName, a.user_id as userId, ${person('a.user_id')} as name,
             a.answer, a.facts, a.answered_at as at
        from alert_receipts a left join stations s on s.id = a.station_id and s.scope = a.scope
        where a.alert_id = ? order by a.answered_at, a.id`,
    ).all(alertId)
    return rows.map(({ id, stationId, stationName, userId, name, answer, facts, at }) => ({
      id,
      station: stationId && { id: stationId, name: stationName ?? '' },
      user: { id: userId, name: name ?? '' },
      answer,
      facts: JSON.parse(facts) as Record<string, unknown>,
      at: momentMs(at),
    }))
  }

  /** The name by which a warehouse knows a person; empty where it knows none. */
  nameOf(warehouseId: WarehouseId, userId: UserId): string {
    const sql = 'select display_name as name from people where user_id = ? and warehouse_id = ?'
    return this.once<{ name: string }>(sql).get(userId, warehouseId)?.name ?? ''
  }

  unreadNotifications(): number {
    return this.unread.count()
  }

  shortTotals(warehouseId: WarehouseId): Record<ShortState, number> {
    const scope = this.scope(warehouseId)
    return scope === null ? { low: 0, out: 0, oversold: 0 } : this.lists.totals(scope)
  }

  short(
    warehouseId: WarehouseId,
    state: ShortState,
    except: readonly ProductId[],
    offset: number,
    limit: number,
  ): ShortLine[] {
    const scope = this.scope(warehouseId)
    return scope === null ? [] : this.lists.page(scope, state, except, offset, limit)
  }

  shortOf(warehouseId: WarehouseId, products: readonly ProductId[]): ShortLine[] {
    const scope = this.scope(warehouseId)
    return scope === null ? [] : this.lists.of(scope, products)
  }

  private scope(warehouseId: WarehouseId): number | null {
    return this.scopes.number(warehouseScope(warehouseId))
  }

  private once<R>(sql: string): Statement<SqlValue[], R> {
    let statement = this.prepared.get(sql)
    if (!statement) this.prepared.set(sql, (statement = this.db.prepare<SqlValue[]>(sql)))
    return statement as Statement<SqlValue[], R>
  }
}

interface StoredReceipt {
  id: string
  stationId: StationId | null
  stationName: string | null
  userId: UserId
  name: string | null
  answer: AlertAnswer
  facts: string
  at: string
}

/** An acknowledgement is a row of its own, and none of the alerts. */
function conditionOf(
  scope: number,
  { which, kinds, acknowledgedHere }: ToldQuery,
): { where: string; values: SqlValue[] } {
  const parts = ['a.scope = ?', 'a.key is null']
  const values: SqlValue[] = [scope]
  const here = JSON.stringify(acknowledgedHere)
  if (which === 'open') {
    parts.push('a.acknowledged_at is null', 'a.id not in (select value from json_each(?))')
    values.push(here)
  }
  if (which === 'acknowledged') {
    parts.push('(a.acknowledged_at is not null or a.id in (select value from json_each(?)))')
    values.push(here)
  }
  if (kinds !== null) {
    parts.push('a.kind in (select value from json_each(?))')
    values.push(JSON.stringify(kinds))
  }
  return { where: parts.join(' and '), values }
}

const named = (userId: UserId | null, name: string | null): NamedUser | null =>
  userId === null ? null : { userId, name: name ?? '' }

const alertFrom = (row: StoredAlert): ToldAlert => ({
  id: row.id,
  warehouseId: row.warehouseId,
  kind: row.kind,
  severity: row.severity,
  message: row.message,
  facts: JSON.parse(row.facts) as Record<string, unknown>,
  product:
    row.productId !== null && row.sku !== null
      ? { id: row.productId as ProductId, sku: row.sku, name: row.name ?? '', unit: row.unit ?? '' }
      : null,
  order: row.orderId === null ? null : { id: row.orderId as OrderId, number: row.number ?? '' },
  station: row.stationId === null ? null : { id: row.stationId as StationId, name: row.stationName ?? '' },
  raisedAt: row.raisedAt,
  raisedBy: named(row.raisedBy, row.raisedByName),
  acknowledged:
    row.acknowledgedAt === null
      ? null
      : { by: named(row.acknowledgedBy, row.acknowledgedByName), at: momentMs(row.acknowledgedAt) },
})

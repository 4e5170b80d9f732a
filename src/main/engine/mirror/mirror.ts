import type { Scope } from '#shared/domain/scope.ts'
import type { MemberRole, OrderStatus, RowOf, TableName } from '#shared/domain/rows.ts'
import type { StockState } from '#shared/domain/stock.ts'
import type { MutationId, OrderId, ProductId, RowId, UserId, WarehouseId } from '#shared/domain/ids.ts'
import type { IntegrityCheck, Diagnostics, LinkMove, Proof } from '#shared/protocol/diagnostics.ts'
import type { Bucket, Change, Cursor, Digest } from '#shared/protocol/server.ts'
import type { OrderDetail, OrdersSummary } from '#shared/protocol/orders.ts'
import type {
  ListParams,
  ListRow,
  StockDetail,
  Summary,
  ValueParams,
  WarehouseChoice,
} from '#shared/protocol/views.ts'
import type { OrderAges, Pulse } from '#shared/protocol/ledger.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { Effect } from '../commands/effects.ts'
import type { Look } from '../commands/look.ts'
import type { AlertRows } from './alert-rows.ts'
import type { KnownNames } from './known-names.ts'
import type { DrawnMovement, LedgerThings } from './ledger-reader.ts'
import type { ToldFleet } from './fleet-reader.ts'

/*
 * The port to the local copy. One SQLite file per project and user; `sqlite-mirror.ts` beside this file is the real one.
 */

/** What one mirror transaction touched: enough for the views to know whether they must look again. */
export interface Changeset {
  /** Row ids by table; a table is absent when untouched. `everything` after a scope was dropped or the mirror rebuilt. */
  tables: Partial<Record<TableName, ReadonlySet<string>>>
  /** Products whose stock line (the aggregate over bins) changed, by warehouse. */
  stock: ReadonlyMap<WarehouseId, ReadonlySet<ProductId>>
  /** Where each changed stock line stood in its lists before and stands now; lets a view see cheaply that it is not concerned. */
  lines: readonly LineChange[]
  /** Where each changed order stood in its lists before and stands now. */
  orders: readonly OrderChange[]
  /** Commands of this station of which nothing is drawn any more: the rows themselves show them now. */
  settled: readonly MutationId[]
  everything: boolean
}

/** Everything a stock list sorts and filters by. `line` is the mirror's own number of the line and settles ties. */
export interface LineKeys {
  line: number
  skuKey: string
  nameKey: string
  binKey: string
  /** On hand minus allocated, below 0 when oversold: lists sort `available` by it. */
  free: number
  changedAt: Millis
  state: StockState
}

/** One stock line before and after a commit; null where it was not (or is no longer) there. */
export interface LineChange {
  warehouseId: WarehouseId
  productId: ProductId
  before: LineKeys | null
  after: LineKeys | null
  /** SKU, name or barcodes of its product changed: a search may find it now, or no longer. */
  texts: boolean
}

/** Everything a list of orders sorts and filters by. */
export interface OrderKeys {
  id: OrderId
  status: OrderStatus
  priority: number
  /** NO_DUE where there is no date. */
  dueKey: Millis
  createdMs: Millis
  changedMs: Millis
  numberKey: string
  number: string
  /** The picked share in thousandths. */
  progress: number
}

/** One order before and after a commit; null where it was not (or is no longer) there. */
export interface OrderChange {
  warehouseId: WarehouseId
  before: OrderKeys | null
  after: OrderKeys | null
  id: OrderId
  /** Its number or customer changed: a search may find it now, or no longer. */
  texts: boolean
}

/** One step forward in one scope: the changes of (from, to] and nothing else. */
export interface Batch {
  scope: Scope
  epoch: string
  from: number
  to: number
  /** Drop what the mirror has of this scope in the same transaction, before the changes. */
  startOver: boolean
  changes: readonly Change[]
  /** Server time at which the answer was made, epoch ms. */
  serverTime: Millis
  /** What the same answer told of this station's unsure commands: drawn anew, or erased, in the same transaction. */
  fates?: Fates
}

/** A command of this station that the rows do not show yet. */
export interface DrawnCommand {
  id: MutationId
  effects: readonly Effect[]
  /** Whether it is known to be at the server. Until then its figures count as not sent. */
  at: 'station' | 'server'
  /**
   * The heads that contain it, once the server has said so. What is drawn in one of these scopes goes in the transaction that
   * brings that head; what is drawn in any other scope goes with the first of them. A scope that starts over, is dropped or is
   * not held has come: its new history has all acknowledged work, whatever its numbers.
   */
  settles: readonly { scope: Scope; seq: number }[]
}

export interface Fates {
  drawn: readonly DrawnCommand[]
  /** Refused: what was drawn of them was never true. */
  erased: readonly MutationId[]
}

/** What the mirror can tell the rules of commands; the rest of a Look is the outbox's, the clock's and the session's. */
export type OverlaidLook = Omit<Look, 'kept' | 'now' | 'user'>

/** This station's work drawn over the rows. Never a part of them: the digest, the repair and `rows` do not see it. */
export interface Overlay {
  /**
   * Draws these and nothing else, in this order, in one transaction; those whose heads the mirror has (or had) are left out, and
   * are `settled`.
   */
  redraw(commands: readonly DrawnCommand[]): Changeset
  /** Draws, erases or replaces what was drawn of these, in one transaction. */
  draw(fates: Fates): Changeset
  /** Rows with all of this station's work in them, for the rules of commands. `kept` is the outbox's to answer. */
  look(): OverlaidLook
}

export type ApplyResult =
  | { kind: 'applied'; changeset: Changeset; unreadable: { table: string; id: string; problem: string }[] }
  /** `from` is not our cursor, or the epoch is another: nothing was changed. */
  | { kind: 'gap'; cursor: Cursor }

/** What the server has of some buckets of a scope at `head`: see BucketRows in shared/protocol/server.ts. */
export interface Repair {
  scope: Scope
  epoch: string
  head: number
  buckets: readonly Bucket[]
  changes: readonly Change[]
}

export type RepairResult =
  /** `rows`: how many are another than before, or were taken away or added. */
  | { kind: 'repaired'; changeset: Changeset; rows: number }
  /**
   * The mirror is beyond `head`, by its cursor or by an earlier repair, or in another epoch: what the server said is old,
   * and nothing was changed. So a row that is newer than `head` stays.
   */
  | { kind: 'outdated' }

/** `in-use`: another engine has the file. `io-error`: the disk failed in a way that says nothing about the file's contents. */
export type OpenProblem = 'damaged' | 'from-newer-version' | 'disk-full' | 'read-only' | 'in-use' | 'io-error'

/**
 * The batches of a catch-up in one transaction, written a few milliseconds at a time. Whoever reads meanwhile gets what was
 * committed before. The more batches share a commit, the less often a page of the file is written that they all touch.
 */
export interface BulkWrite {
  /** Changes taken so far. */
  readonly size: number
  /**
   * As `Mirror.apply`, but for the changeset, which is not true before `end`, and without `fates`: what is drawn meanwhile is a
   * part of the transaction. Throws MirrorError when the disk refuses: then nothing of all this was done, and it is over.
   * @param breathe lets everything else have its turn
   */
  apply(batch: Batch, breathe: () => Promise<void>): Promise<ApplyResult>
  /**
   * Commits, with the batch under way written to its end. Doing it again is nothing.
   * @returns what was committed and not returned before
   */
  end(): readonly Changeset[]
}

export interface Mirror {
  /** Every scope the mirror holds, with its cursor. */
  cursors(): Cursor[]
  cursor(scope: Scope): Cursor
  /** Rows, derived stock lines and cursor change in one transaction, or not at all [M1]. Throws MirrorError when the disk refuses. */
  apply(batch: Batch): ApplyResult
  /** One at a time: an older one is ended. Until it has ended `apply` finds no room (`gap`) and `repair` is `outdated`. */
  openBulk(): BulkWrite
  /** Forgets scopes (membership withdrawn), in one transaction. */
  drop(scopes: readonly Scope[]): Changeset
  /** What we hold of a scope, in the shape of the server's digest. */
  digest(scope: Scope): Digest
  /**
   * Makes these buckets what the server has of them, in one transaction, without moving the cursor. Every row of them is
   * written anew, for two rows of the same number may still differ. Throws MirrorError when the disk refuses.
   */
  repair(repair: Repair): RepairResult
  /** Server time of the last moment at which every mirrored scope was known complete; survives a restart. */
  asOf(): Millis | null
  markComplete(serverTime: Millis): void
  owner(): UserId
  close(): void
}

/** A window of an ordered list, and how long the whole list is. */
export interface Page<Row> {
  total: number
  rows: Row[]
}

/** A stock list's window, with the keys of each of its rows. */
export interface StockPage extends Page<ListRow<'stock.list'>> {
  keys: LineKeys[]
}

/** A window of orders, with the keys of each of its rows. */
export interface OrderPage extends Page<ListRow<'orders.list'>> {
  keys: OrderKeys[]
}

/** Tables the mirror keeps: all but the ledger, which grows without end. */
export type MirroredTable = Exclude<TableName, 'stock_movements'>

/** What views ask of the mirror. Throws MirrorError when the file turns out damaged or the disk fails. */
export interface MirrorReader {
  stockList(params: ListParams<'stock.list'>): StockPage
  /** Rows of stock lists by the numbers of their lines, in no order; those that are in no list are left out. */
  stockRows(lines: readonly number[]): Omit<StockPage, 'total'>
  /** Makes a jump into the middle of a list that was read as quick as its beginning, a step at a time. @returns false when it is */
  walkAhead(): boolean
  /** Whether the product, as it is now, is found by this search (every word somewhere in its SKU, name or barcodes). */
  isFound(productId: ProductId, search: string): boolean
  stockDetail(params: ValueParams<'stock.detail'>): StockDetail | null
  summary(params: ValueParams<'summary'>): Summary
  warehouses(): WarehouseChoice[]
  orders(params: ListParams<'orders.list'>): OrderPage
  orderSummary(params: ValueParams<'orders.summary'>): OrdersSummary
  /** One order with its lines; what was done to it here is the outbox's to tell. */
  orderDetail(params: ValueParams<'order.detail'>): Omit<OrderDetail, 'history'> | null
  notifications(params: ListParams<'notifications.list'>): Page<ListRow<'notifications.list'>>
  /** What the stations of a warehouse told of themselves, and who works there; by name. */
  fleet(params: ValueParams<'fleet'>): ToldFleet
  /** When the next station of any warehouse is overdue that is not yet (server time); null when none is expected. */
  nextOverdue(after: Millis): Millis | null
  /** Where the mirror is in a warehouse's history. */
  pulse(params: ValueParams<'pulse'>): Pulse
  /** This station's work that is drawn over bins, newest first. */
  drawnMovements(params: ValueParams<'ledger.unsettled'>): DrawnMovement[]
  /** What the ledger's rows name by id. */
  ledgerThings(products: ReadonlySet<ProductId>, orderLines: ReadonlySet<RowId>): LedgerThings
  orderAges(params: ValueParams<'orders.ages'>): OrderAges
  /** What alerts are made of. `read` looks while it runs, and keeps nothing of it. */
  readAlerts<T>(read: (rows: AlertRows) => T): T
  /** What people and things are called. */
  readNames<T>(read: (names: KnownNames) => T): T
  /** The owner's warehouses and roles. */
  memberships(): { warehouseId: WarehouseId; role: MemberRole }[]
  /** The owner's name as their profile has it. */
  displayName(): string | null
  /** Every row held of a table, as the server sent it: for comparing the mirror with the server. */
  rows<T extends MirroredTable>(table: T): RowOf<T>[]
}

/**
 * What the station knows of its own health, kept beside the mirror so that it outlives a restart and a rebuilt file: the
 * newest 500 moves and 200 proofs. Never throws: what a disk does not take is kept in memory, and the log says so.
 */
export interface DiagnosticStore {
  linkMoved(move: LinkMove): void
  proved(proof: Proof): void
  /** A file that was found unsound is set aside the next time it is opened. */
  checked(check: IntegrityCheck): void
  /** The newest numbers of these scopes on the server, as told at `serverTime`. */
  headsSeen(heads: ReadonlyMap<Scope, number>, serverTime: Millis): void
  read(): Pick<Diagnostics, 'history' | 'scopes' | 'proofs' | 'mirror'>
}

/** What SQLite says of its own file. */
export type Soundness = Omit<IntegrityCheck, 'at'>

/** What is done to the file when there is nothing else to do. */
export interface MirrorUpkeep {
  /**
   * How long the write-ahead log is: a long one is due to be taken into the file as soon as nobody works here, one that is too long
   * in any case. That is for the writer to see to, on another thread (`Inspector.checkpoint`); a commit does it by itself only
   * when the log has grown still longer.
   */
  logLength(): 'short' | 'long' | 'too-long'
  /**
   * Takes the write-ahead log into the file and cuts it back, unless somebody is reading: it never waits.
   * @returns the bytes left in the log
   */
  checkpoint(): number
  /** Reads the whole file, on this thread: an Inspector does it on another. Unsound is as `checked` unsound. */
  quickCheck(): Soundness
  /** The file was found damaged by somebody else who reads it: it is set aside when it is opened the next time. */
  distrust(): void
  readonly diagnostics: DiagnosticStore
}

export type LocalMirror = Mirror & MirrorReader & MirrorUpkeep & Overlay

/** Disk trouble, by kind. The engine turns it into a status; nothing of the mirror was half-changed. */
export class MirrorError extends Error {
  readonly problem: OpenProblem

  constructor(problem: OpenProblem, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'MirrorError'
    this.problem = problem
  }
}

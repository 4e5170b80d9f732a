import type { Contender } from '../suite/measure.ts'
import type { StockRow } from './stock-rows.ts'

/*
 * What every contender does: it takes stock as it comes from a server, and keeps a list of the first 100 rows by SKU true while
 * stock changes. `contract.test.ts` holds that they all show the same; otherwise no ratio between them means anything.
 */

/** A row as a screen shows it. */
export type ShownRow = Pick<StockRow, 'sku' | 'name' | 'bin' | 'onHand' | 'allocated'>

/** `Arrival` is what comes from the server in the form this contender takes it: making it is never counted. */
export interface StockKeeper<Arrival> {
  arrival(rows: readonly StockRow[]): Arrival
  /** A page of the first download: rows that were not there. Once no list is open. */
  load(page: Arrival): Promise<void> | void
  /** After the last page. */
  loaded(): Promise<void> | void
  /** Opens the live list. @returns when it has its rows */
  open(): Promise<void> | void
  /** Rows changed or came: one, or a batch. @returns when the list shows it; at least one of them must stand in the list */
  apply(changed: Arrival): Promise<void> | void
  /** The list as it is now, in its order. */
  shown(): Promise<readonly ShownRow[]> | readonly ShownRow[]
  close(): Promise<void> | void
}

/** @param folder for what it keeps; a folder that was filled before is opened as it is */
export type Start<Arrival> = (folder: string) => Promise<StockKeeper<Arrival>>

export interface ContenderKind {
  name: Contender
  /** Whether the rows are there after a new start, without a server. */
  keeps: 'on-disk' | 'in-memory'
  /** More rows than this it does not bear within the time a bench may take. */
  bears: { rows: number; because: string } | null
  /** Changes it is given at once: fewer where a whole batch of 5,000 would take minutes. */
  batchOf(rows: number): number
  /** So long after a batch it tells the next one at once: what is measured is the work, not how often it tells. */
  restAfterBatchMs: number
  /** Loads its code, so that nobody pays for another's. Each keeper is given only arrivals that it made itself. */
  load(): Promise<Start<unknown>>
}

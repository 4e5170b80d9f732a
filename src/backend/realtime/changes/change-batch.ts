import { checkFilters, type FilterVerdict } from './filter-check.ts'
import { DataMemo, matchOf, messagesOf } from './deliver.ts'
import { openChange, type RowChange } from './record.ts'
import { readTables, type Table } from './catalog.ts'
import { visibleChanges } from './visibility.ts'
import type { CapturedChange } from './capture.ts'
import type { Change, Subscription } from './subscription.ts'
import type { Database } from '../../database.ts'

export interface Delivery {
  subscription: Subscription
  change: Change
}

interface BatchDeps {
  database: Database
  maxRecordBytes: number
  log: (line: string) => void
}

/** By claims, the changes whose rows they may see. */
type Seen = Map<string, Set<RowChange>>

/** Works out who is sent what of some committed changes, with few queries for any number of subscriptions. */
export class ChangeBatch {
  readonly #deps: BatchDeps
  readonly #subscriptions: readonly Subscription[]

  constructor(deps: BatchDeps, subscriptions: readonly Subscription[]) {
    this.#deps = deps
    this.#subscriptions = subscriptions
  }

  /** @param committed time of commit by transaction */
  async prepare(
    captured: readonly CapturedChange[],
    committed: ReadonlyMap<string, string>,
  ): Promise<Delivery[]> {
    const followed = captured.filter(({ tableId }) => this.#followers(tableId).length > 0)
    if (followed.length === 0) return []
    const tables = await this.#readTables(followed)
    const changes = followed.flatMap((change) => {
      const table = tables.get(change.tableId)
      const at = committed.get(change.transaction) ?? new Date().toISOString()
      // A table that left the publication is not there any more: nothing is sent.
      return table ? [openChange(change, table, at, this.#deps.maxRecordBytes)] : []
    })
    const verdicts = await this.#judge(tables, changes)
    return changes.flatMap((change) => verdicts.get(change.table.id)?.(change) ?? [])
  }

  #readTables(captured: readonly CapturedChange[]): Promise<Map<string, Table>> {
    const roles = new Set(this.#subscriptions.map(({ claims }) => claims.role))
    const ids = new Set(captured.map(({ tableId }) => tableId))
    return readTables(this.#deps.database, [...ids], [...roles])
  }

  async #judge(
    tables: ReadonlyMap<string, Table>,
    changes: readonly RowChange[],
  ): Promise<Map<string, (change: RowChange) => Delivery[]>> {
    const verdicts = new Map<string, (change: RowChange) => Delivery[]>()
    for (const table of tables.values()) {
      const ofTable = changes.filter((change) => change.table === table)
      verdicts.set(table.id, await this.#judgeTable(table, ofTable))
    }
    return verdicts
  }

  async #judgeTable(table: Table, changes: readonly RowChange[]): Promise<(change: RowChange) => Delivery[]> {
    const followers = this.#followers(table.id)
    const bindings = followers.flatMap((subscription) => subscription.bindings)
    const filters = await checkFilters(
      this.#deps.database,
      table,
      bindings.filter(({ tables }) => tables.has(table.id)),
      changes,
    )
    const seen = await this.#visible(table, changes, followers, filters)
    const data = new DataMemo()
    return (change) =>
      followers.flatMap((subscription) => {
        const match = matchOf(subscription, change, filters)
        if (match.kind === 'none') return []
        if (match.kind === 'rows' && !isShown(change, subscription, seen)) return []
        return messagesOf(match, change, subscription.claims.role, data).map((message) => ({
          subscription,
          change: message,
        }))
      })
  }

  /** By claims, the changes whose rows those may see; null when the table has no row level security. */
  async #visible(
    table: Table,
    changes: readonly RowChange[],
    followers: readonly Subscription[],
    filters: FilterVerdict,
  ): Promise<Seen | null> {
    if (!table.hasRowSecurity) return null
    const seen: Seen = new Map()
    for (const [claimsKey, callers] of groupedByClaims(followers)) {
      const asked = changes.filter(
        (change) =>
          change.newRow !== null &&
          callers.some((caller) => matchOf(caller, change, filters).kind === 'rows'),
      )
      const [caller] = callers
      if (!caller || asked.length === 0) continue
      const visible = await visibleChanges(this.#deps.database, caller.claims, table, asked, this.#deps.log)
      seen.set(claimsKey, new Set(asked.filter((_, i) => visible.has(i))))
    }
    return seen
  }

  #followers(tableId: string): Subscription[] {
    return this.#subscriptions.filter(({ bindings }) => bindings.some(({ tables }) => tables.has(tableId)))
  }
}

/** A deletion is shown to everyone: there is no row left to check. */
function isShown(change: RowChange, { claimsKey }: Subscription, seen: Seen | null): boolean {
  if (seen === null || change.captured.operation === 'DELETE') return true
  return seen.get(claimsKey)?.has(change) ?? false
}

function groupedByClaims(subscriptions: readonly Subscription[]): Map<string, Subscription[]> {
  const groups = new Map<string, Subscription[]>()
  for (const subscription of subscriptions) {
    const group = groups.get(subscription.claimsKey) ?? []
    groups.set(subscription.claimsKey, group)
    group.push(subscription)
  }
  return groups
}

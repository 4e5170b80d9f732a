import { bindAll } from './subscribe-check.ts'
import { CapturedTables } from './captured-tables.ts'
import { publishedTables } from './catalog.ts'
import { ChangeBatch } from './change-batch.ts'
import { CHANGES_CHANNEL, forgetCaptured, readCaptured, setUpCapture, tidyCaptured } from './capture.ts'
import { guarded, guardedCallback } from '../guarded.ts'
import type { ChangeSubscriber, Subscription, SubscribeResult } from './subscription.ts'
import type { Claims, Database } from '../../database.ts'
import type { RateCounter } from '../rate.ts'
import type { RealtimeSettings } from '../settings.ts'

/** Changes read and delivered at a time; a transaction may have more. */
const PAGE_ROWS = 2_000

export interface ChangeFeedDeps {
  database: Database
  settings: RealtimeSettings
  /** Deliveries; above its limit changes are dropped without a sign to the client. */
  rate: RateCounter
  log: (line: string) => void
}

/** `postgres_changes`: who follows what, and the way of each committed change to its followers. */
export class ChangeFeed {
  readonly #deps: ChangeFeedDeps
  readonly #subscriptions = new Map<Subscription, readonly Record<string, unknown>[]>()
  readonly #tables: CapturedTables
  /** Committed transactions that wait for delivery, with the time they were heard of. */
  #committed = new Map<string, string>()
  /** The published tables when they were last looked at. */
  #published = ''
  /** Something was caught since the queue was last tidied. */
  #hasCaptured = false
  #work: Promise<void> | null = null
  #stops: (() => Promise<void> | void)[] = []

  constructor(deps: ChangeFeedDeps) {
    this.#deps = deps
    this.#tables = new CapturedTables(deps.database)
  }

  async start(): Promise<void> {
    const { database, settings, log } = this.#deps
    await setUpCapture(database)
    this.#published = await this.#readPublication()
    this.#stops.push(await database.listen(CHANGES_CHANNEL, (transaction) => this.#heard(transaction)))
    const watch = setInterval(
      guardedCallback(log, () => this.#watchPublication()),
      settings.publicationCheckMs,
    )
    const tidy = setInterval(
      guardedCallback(log, () => this.#tidy()),
      settings.janitorMs,
    )
    watch.unref()
    tidy.unref()
    this.#stops.push(
      () => clearInterval(watch),
      () => clearInterval(tidy),
    )
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops.splice(0)) await stop()
    this.#subscriptions.clear()
    await this.#work
    await this.#tables.release(new Set())
  }

  /** Follows the tables that `wanted` names. Rejects only when the database fails. */
  async subscribe(
    subscriber: ChangeSubscriber,
    wanted: readonly Record<string, unknown>[],
    claims: Claims,
  ): Promise<SubscribeResult> {
    const bound = await bindAll(this.#deps.database, wanted, claims)
    if (!bound.ok) return bound
    await this.#tables.follow(new Set(bound.bindings.flatMap(({ tables }) => [...tables])))
    const claimsKey = JSON.stringify(claims)
    const subscription: Subscription = { subscriber, bindings: bound.bindings, claims, claimsKey }
    this.#subscriptions.set(subscription, wanted)
    return { ok: true, subscription }
  }

  remove(subscription: Subscription): void {
    this.#subscriptions.delete(subscription)
  }

  #heard(transaction: string): void {
    this.#hasCaptured = true
    this.#committed.set(transaction, new Date().toISOString())
    this.#work ??= guarded(this.#deps.log, () => this.#deliverAll()).finally(() => {
      this.#work = null
    })
  }

  async #deliverAll(): Promise<void> {
    while (this.#committed.size > 0) {
      const committed = this.#committed
      this.#committed = new Map()
      let page: number
      do page = await this.#deliverPage(committed)
      while (page === PAGE_ROWS)
    }
  }

  /** Returns the number of changes read. */
  async #deliverPage(committed: ReadonlyMap<string, string>): Promise<number> {
    const { database, settings, log, rate } = this.#deps
    const captured = await readCaptured(database, [...committed.keys()], PAGE_ROWS)
    if (captured.length === 0) return 0
    const subscriptions = [...this.#subscriptions.keys()]
    const batch = new ChangeBatch({ database, log, maxRecordBytes: settings.maxRecordBytes }, subscriptions)
    try {
      const deliveries = await batch.prepare(captured, committed)
      for (const { subscription, change } of deliveries) {
        if (rate.isExceeded) {
          log('Realtime: row changes are dropped, there are too many a second')
          break
        }
        if (this.#subscriptions.has(subscription)) subscription.subscriber.deliver(change)
      }
    } finally {
      await forgetCaptured(database, captured)
    }
    return captured.length
  }

  /** When the published tables changed, every subscription that they concern is made anew and its client told. */
  async #watchPublication(): Promise<void> {
    const published = await this.#readPublication()
    if (published === this.#published) return
    for (const [subscription, wanted] of [...this.#subscriptions]) {
      const bound = await bindAll(this.#deps.database, wanted, subscription.claims)
      if (!bound.ok || !this.#subscriptions.has(subscription)) continue
      const isSame = bound.bindings.every(({ tables }, i) => equal(tables, subscription.bindings[i]?.tables))
      if (isSame) continue
      await this.#tables.follow(new Set(bound.bindings.flatMap(({ tables }) => [...tables])))
      subscription.bindings = bound.bindings
      subscription.subscriber.resubscribed()
    }
    this.#published = published
  }

  async #readPublication(): Promise<string> {
    return (await publishedTables(this.#deps.database, '*', '*')).join(' ')
  }

  async #tidy(): Promise<void> {
    const followed = [...this.#subscriptions.keys()].flatMap(({ bindings }) =>
      bindings.flatMap(({ tables }) => [...tables]),
    )
    await this.#tables.release(new Set(followed))
    if (this.#hasCaptured) await tidyCaptured(this.#deps.database)
    this.#hasCaptured = false
  }
}

function equal(left: ReadonlySet<string>, right: ReadonlySet<string> | undefined): boolean {
  return left.size === right?.size && [...left].every((id) => right.has(id))
}

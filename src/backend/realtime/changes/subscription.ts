import type { Claims } from '../../database.ts'
import type { Condition } from './filter-grammar.ts'
import type { JsonText } from '../json.ts'

export type ChangeType = 'INSERT' | 'UPDATE' | 'DELETE'

/** A row change as one channel receives it. */
export interface Change {
  type: ChangeType
  data: JsonText
  /** The bindings that it matches, the last one first. */
  ids: readonly number[]
}

export interface ChangeSubscriber {
  deliver(change: Change): void
  /** The subscription was made anew, because the publication changed. */
  resubscribed(): void
}

/** What one binding asks for. */
export interface Binding {
  id: number
  event: '*' | ChangeType
  /** Schema and table are LIKE patterns; `*` stands for all. */
  schema: string
  table: string
  conditions: readonly Condition[]
  /** Columns wanted besides the key; null for all. */
  select: readonly string[] | null
}

export interface BoundBinding extends Binding {
  /** The tables it covers, by oid. */
  tables: ReadonlySet<string>
}

/** One channel's subscription, in force. */
export interface Subscription {
  subscriber: ChangeSubscriber
  bindings: readonly BoundBinding[]
  claims: Claims
  /** Equal for subscriptions that see the same rows. */
  claimsKey: string
}

export type SubscribeResult = { ok: true; subscription: Subscription } | { ok: false; message: string }

import { randomBytes } from 'node:crypto'
import { jsonObject, jsonOf, sortedJsonOf, trustedJson } from './json.ts'
import type { JsonText } from './json.ts'
import type { TopicKey } from './topics.ts'

/** One tracked client. */
interface Entry {
  key: string
  payload: JsonText
  meta: JsonText
  ref: string
}

/** A change of presence, as `presence_diff` carries it. */
export interface PresenceDiff {
  joins: JsonText
  leaves: JsonText
}

const NOBODY = trustedJson('{}')

/** Who is present on which topic. `owner` is what tracks: a channel of one socket. */
export class PresenceRegistry {
  readonly #topics = new Map<TopicKey, Map<object, Entry>>()

  /** Says that `owner` is here. Returns what changed, or null when it said the same before. */
  track(topic: TopicKey, owner: object, key: string, value: Record<string, unknown>): PresenceDiff | null {
    const entries = this.#topics.get(topic) ?? new Map<object, Entry>()
    this.#topics.set(topic, entries)
    const before = entries.get(owner)
    const payload = sortedJsonOf(value)
    if (before && before.payload === payload && before.key === key) return null
    const entry = makeEntry(key, payload, before)
    entries.set(owner, entry)
    return { joins: grouped([entry]), leaves: before ? grouped([before]) : NOBODY }
  }

  /** Returns what changed, or null when `owner` was not present. */
  untrack(topic: TopicKey, owner: object): PresenceDiff | null {
    const entries = this.#topics.get(topic)
    const entry = entries?.get(owner)
    if (!entries || !entry) return null
    entries.delete(owner)
    if (entries.size === 0) this.#topics.delete(topic)
    return { joins: NOBODY, leaves: grouped([entry]) }
  }

  /** Everyone on the topic, as `presence_state` carries it. */
  state(topic: TopicKey): JsonText {
    return grouped([...(this.#topics.get(topic)?.values() ?? [])])
  }
}

function makeEntry(key: string, payload: JsonText, before: Entry | undefined): Entry {
  const ref = randomBytes(12).toString('base64url')
  const refs = jsonObject({
    phx_ref: jsonOf(ref),
    phx_ref_prev: before ? jsonOf(before.ref) : undefined,
  })
  // `refs` and `payload` are both objects: put together member by member.
  const meta = payload === '{}' ? refs : trustedJson(`${refs.slice(0, -1)},${payload.slice(1)}`)
  return { key, payload, meta, ref }
}

function grouped(entries: Entry[]): JsonText {
  const metas = new Map<string, JsonText[]>()
  for (const { key, meta } of entries) metas.set(key, [...(metas.get(key) ?? []), meta])
  const members = Array.from(metas, ([key, list]) => `${JSON.stringify(key)}:{"metas":[${list.join(',')}]}`)
  return trustedJson(`{${members.join(',')}}`)
}

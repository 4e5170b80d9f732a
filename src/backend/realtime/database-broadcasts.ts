import { binaryBroadcast, type BroadcastHub } from './broadcast-hub.ts'
import { guarded } from './guarded.ts'
import { topicKey, type TopicKey } from './topics.ts'
import { trustedJson } from './json.ts'
import type { BroadcastBody } from './codec/frames.ts'
import type { Database } from '../database.ts'
import type { RateCounter } from './rate.ts'

/*
 * Messages that SQL sends: a row in realtime.messages is announced by NOTIFY, so after commit and in commit order. The
 * announcement carries the message itself where it is short enough, so that a poke costs no query.
 */

export const MESSAGES_CHANNEL = 'realtime_messages'

interface Announced {
  id: string
  name: string
  key: TopicKey
  event: string
  /** Null when it was too long for the announcement. */
  body: BroadcastBody | null
}

export interface DatabaseBroadcastDeps {
  database: Database
  hub: BroadcastHub
  rate: RateCounter
  maxPayloadBytes: number
  log: (line: string) => void
}

export class DatabaseBroadcasts {
  readonly #deps: DatabaseBroadcastDeps
  #waiting: Announced[] = []
  #work: Promise<void> | null = null
  #unlisten: (() => Promise<void>) | null = null

  constructor(deps: DatabaseBroadcastDeps) {
    this.#deps = deps
  }

  async start(): Promise<void> {
    this.#unlisten = await this.#deps.database.listen(MESSAGES_CHANNEL, (text) => {
      void guarded(this.#deps.log, () => this.#heard(text))
    })
  }

  async stop(): Promise<void> {
    await this.#unlisten?.()
    this.#waiting = []
    await this.#work
  }

  #heard(text: string): void {
    const message = readAnnouncement(text)
    // Nobody listens: a long one need not even be fetched.
    if (!this.#deps.hub.has(message.key)) return
    // Messages keep their order, so nobody overtakes one that is being fetched.
    if (message.body && !this.#work) return this.#send(message)
    this.#waiting.push(message)
    this.#work ??= guarded(this.#deps.log, () => this.#workOff()).finally(() => {
      this.#work = null
    })
  }

  async #workOff(): Promise<void> {
    while (this.#waiting.length > 0) {
      const messages = this.#waiting
      this.#waiting = []
      const bodies = await this.#fetch(messages.filter(({ body }) => body === null).map(({ id }) => id))
      for (const message of messages) {
        const body = message.body ?? bodies.get(message.id)
        if (body) this.#send({ ...message, body })
      }
    }
  }

  async #fetch(ids: readonly string[]): Promise<Map<string, BroadcastBody>> {
    if (ids.length === 0) return new Map()
    const rows = await this.#deps.database.query<{
      id: string
      payload: string | null
      bytes: Uint8Array | null
    }>(
      `select id::text as id, payload::text as payload, binary_payload as bytes
       from realtime.messages where id = any($1::uuid[])`,
      [ids],
    )
    return new Map(rows.map(({ id, payload, bytes }) => [id, bodyOf(payload, bytes)]))
  }

  #send({ id, name, key, event, body }: Announced): void {
    const { hub, rate, maxPayloadBytes, log } = this.#deps
    if (!body) return
    if (sizeOf(body) > maxPayloadBytes) return log(`Realtime: a message on ${name} is too large to be sent`)
    if (rate.isExceeded) return log(`Realtime: a message on ${name} is dropped, there are too many a second`)
    rate.add(1)
    hub.send(key, binaryBroadcast(name, { event, body, id }))
  }
}

/** Lines: id, private or public, topic, event, and the payload when it is short. */
function readAnnouncement(text: string): Announced {
  const [id = '', access = '', topic = '""', event = '""', ...payload] = text.split('\n')
  const name = JSON.parse(topic) as string
  return {
    id,
    name,
    key: topicKey(name, access === 'private'),
    event: JSON.parse(event) as string,
    body: payload.length === 0 ? null : { kind: 'json', json: trustedJson(payload.join('\n')) },
  }
}

function bodyOf(payload: string | null, bytes: Uint8Array | null): BroadcastBody {
  return payload === null
    ? { kind: 'bytes', bytes: Buffer.from(bytes ?? []) }
    : { kind: 'json', json: trustedJson(payload) }
}

function sizeOf(body: BroadcastBody): number {
  return body.kind === 'json' ? Buffer.byteLength(body.json) : body.bytes.length
}

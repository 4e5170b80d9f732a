import { encodeFrame, type Wire } from './codec/encode.ts'
import { jsonObject, jsonOf } from './json.ts'
import { wireTopic, type TopicKey } from './topics.ts'
import type { JsonText } from './json.ts'
import type { BroadcastBody, ServerFrame, Version } from './codec/frames.ts'

/** A frame made once for every version and handed to any number of sockets. */
export interface SharedFrame {
  readonly frame: ServerFrame
  wire(version: Version): Wire | null
}

export interface Subscriber {
  deliver(shared: SharedFrame): void
}

export interface Message {
  event: string
  body: BroadcastBody
  id?: string | undefined
}

/** Who listens to which topic, and the fan-out. */
export class BroadcastHub {
  readonly #topics = new Map<TopicKey, Set<Subscriber>>()

  join(topic: TopicKey, subscriber: Subscriber): void {
    const subscribers = this.#topics.get(topic) ?? new Set()
    this.#topics.set(topic, subscribers.add(subscriber))
  }

  leave(topic: TopicKey, subscriber: Subscriber): void {
    const subscribers = this.#topics.get(topic)
    subscribers?.delete(subscriber)
    if (subscribers?.size === 0) this.#topics.delete(topic)
  }

  has(topic: TopicKey): boolean {
    return this.#topics.has(topic)
  }

  /** Sends to everyone on the topic but `except`. A subscriber may leave while it is served. */
  send(topic: TopicKey, frame: ServerFrame, except?: Subscriber): void {
    const subscribers = this.#topics.get(topic)
    if (!subscribers) return
    const shared = share(frame)
    for (const subscriber of [...subscribers]) {
      if (subscriber !== except) subscriber.deliver(shared)
    }
  }
}

/** A broadcast that 2.0.0 receives in binary: pushes that came so, single HTTP sends, and what the database sends. */
export function binaryBroadcast(name: string, { event, body, id }: Message): ServerFrame {
  const meta = id === undefined ? null : jsonObject({ id: jsonOf(id) })
  return { kind: 'broadcast', topic: wireTopic(name), event, meta, body }
}

/** A broadcast that everyone receives as text; `payload` is all of it, type and event included. */
export function textBroadcast(name: string, payload: JsonText): ServerFrame {
  return { kind: 'message', joinRef: null, ref: null, topic: wireTopic(name), event: 'broadcast', payload }
}

export function share(frame: ServerFrame): SharedFrame {
  const wires = new Map<Version, Wire | null>()
  return {
    frame,
    wire(version) {
      const made = wires.get(version)
      if (made !== undefined) return made
      const wire = encodeFrame(frame, version)
      wires.set(version, wire)
      return wire
    },
  }
}

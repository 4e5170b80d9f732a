import { binaryBroadcast, textBroadcast } from '../broadcast-hub.ts'
import { errorReply, okReply } from '../messages.ts'
import { isObject, jsonOf, sortedJsonOf } from '../json.ts'
import type { ServedChannel } from './served-channel.ts'
import type { ClientPayload, JsonScalar, ServerFrame } from '../codec/frames.ts'
import type { SharedFrame, Subscriber } from '../broadcast-hub.ts'

const TOO_LARGE = jsonOf('payload_size_exceeded')

/** Broadcasts of one channel, both ways. */
export class ChannelBroadcasts implements Subscriber {
  readonly #channel: ServedChannel
  /** Messages that were replayed at the join and may still arrive live. */
  readonly #replayedIds: ReadonlySet<string>

  constructor(channel: ServedChannel, replayedIds: ReadonlySet<string>) {
    this.#channel = channel
    this.#replayedIds = replayedIds
  }

  start(): void {
    this.#channel.context.broadcasts.join(this.#channel.key, this)
  }

  stop(): void {
    this.#channel.context.broadcasts.leave(this.#channel.key, this)
  }

  deliver(shared: SharedFrame): void {
    const { context, link } = this.#channel
    // It may have been closed by an earlier delivery of the same message.
    if (!this.#channel.isOpen || this.#wasReplayed(shared.frame)) return
    context.limits.events.add(1)
    link.sendShared(shared)
    if (context.limits.events.isExceeded) this.#channel.expel('Too many messages per second')
  }

  /** Sends a client's broadcast on. Without the right to write it is dropped in silence: no ack, no error. */
  async receive(ref: JsonScalar, payload: ClientPayload): Promise<void> {
    const { config, context, link, token, key } = this.#channel
    const frame = this.#frameOf(payload)
    if (!frame) return
    const write = await token.writeRights()
    if (!write.broadcast || !this.#channel.isOpen) return
    if (sizeOf(frame) > context.settings.maxPayloadBytes) {
      if (config.broadcast.ack) link.send(errorReply(this.#channel, ref, TOO_LARGE))
      return
    }
    context.limits.events.add(1)
    context.broadcasts.send(key, frame, config.broadcast.self ? undefined : this)
    if (config.broadcast.ack) link.send(okReply(this.#channel, ref))
  }

  #frameOf(payload: ClientPayload): ServerFrame | null {
    const { name } = this.#channel
    if (payload.kind === 'broadcast') return binaryBroadcast(name, payload)
    return isObject(payload.value) ? textBroadcast(name, sortedJsonOf(payload.value)) : null
  }

  #wasReplayed(frame: ServerFrame): boolean {
    if (this.#replayedIds.size === 0 || frame.kind !== 'broadcast' || !frame.meta) return false
    const { id } = JSON.parse(frame.meta) as { id?: string }
    return id !== undefined && this.#replayedIds.has(id)
  }
}

function sizeOf(frame: ServerFrame): number {
  if (frame.kind === 'message') return Buffer.byteLength(frame.payload)
  return frame.body.kind === 'json' ? Buffer.byteLength(frame.body.json) : frame.body.bytes.length
}

import { CallLimit } from '../rate.ts'
import { channelMessage, errorReply, fanOutMessage, okReply, reasonReply } from '../messages.ts'
import { isObject, jsonObject, trustedJson } from '../json.ts'
import type { ServedChannel } from './served-channel.ts'
import type { JsonScalar } from '../codec/frames.ts'
import type { PresenceDiff } from '../presence-registry.ts'
import type { SharedFrame, Subscriber } from '../broadcast-hub.ts'

/** Presence of one channel: its own, and the news of the others. */
export class ChannelPresence implements Subscriber {
  readonly #channel: ServedChannel
  readonly #calls: CallLimit
  #isListening = false

  constructor(channel: ServedChannel) {
    this.#channel = channel
    this.#calls = new CallLimit(channel.context.settings.presenceCalls)
  }

  start(): void {
    const { config, context, key, link, token } = this.#channel
    if (!config.presence.enabled || !token.read.presence) return
    link.send(channelMessage(this.#channel, 'presence_state', context.presence.state(key)))
    this.#listen()
  }

  stop(): void {
    const { context, key } = this.#channel
    context.presenceNews.leave(key, this)
    this.#announce(context.presence.untrack(key, this))
  }

  deliver(shared: SharedFrame): void {
    this.#channel.link.sendShared(shared)
  }

  async receive(ref: JsonScalar, payload: unknown): Promise<void> {
    const { context } = this.#channel
    if (!isObject(payload)) return
    if (!this.#calls.take()) return this.#channel.expel('Client presence rate limit exceeded')
    context.limits.presence.add(1)
    if (context.limits.presence.isExceeded) {
      return this.#channel.expel('Too many presence messages per second')
    }
    const { presence } = await this.#channel.token.writeRights()
    if (!presence || !this.#channel.isOpen) return
    this.#act(ref, payload)
  }

  #act(ref: JsonScalar, payload: Record<string, unknown>): void {
    const { config, context, key, link } = this.#channel
    switch (payload['event']) {
      case 'track': {
        const value = payload['payload'] ?? {}
        if (!isObject(value)) {
          return link.send(reasonReply(this.#channel, ref, 'Presence track payload must be a map'))
        }
        link.send(okReply(this.#channel, ref))
        this.#listen()
        return this.#announce(context.presence.track(key, this, config.presence.key, value))
      }
      case 'untrack':
        link.send(okReply(this.#channel, ref))
        return this.#announce(context.presence.untrack(key, this))
      case undefined:
        return link.send(okReply(this.#channel, ref))
      default:
        return link.send(errorReply(this.#channel, ref, trustedJson('{}')))
    }
  }

  #listen(): void {
    const { context, key, token } = this.#channel
    if (this.#isListening || !token.read.presence) return
    this.#isListening = true
    context.presenceNews.join(key, this)
  }

  #announce(diff: PresenceDiff | null): void {
    if (!diff) return
    const { context, key, topic } = this.#channel
    const payload = jsonObject({ joins: diff.joins, leaves: diff.leaves })
    context.presenceNews.send(key, fanOutMessage(topic, 'presence_diff', payload))
  }
}

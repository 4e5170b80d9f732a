import { fanOutMessage, systemMessage } from '../messages.ts'
import { guardedCallback } from '../guarded.ts'
import { jsonObject, trustedJson, type JsonText } from '../json.ts'
import type { Change, ChangeSubscriber, Subscription } from '../changes/subscription.ts'
import type { ServedChannel } from './served-channel.ts'

/** Row changes for one channel: the subscription, its renewal, and the frames. */
export class ChannelChanges implements ChangeSubscriber {
  readonly #channel: ServedChannel
  #subscription: Subscription | null = null
  #timer: NodeJS.Timeout | null = null

  constructor(channel: ServedChannel) {
    this.#channel = channel
  }

  start(): void {
    const { config, context } = this.#channel
    if (config.changes.length > 0) this.#later(context.settings.subscribedAfterMs)
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    if (this.#subscription) this.#channel.context.changes.remove(this.#subscription)
    this.#subscription = null
  }

  /** Until the new claims are in force, events follow the old ones. */
  renewClaims(): void {
    const { config, context } = this.#channel
    if (config.changes.length === 0) return
    const { least, most } = context.settings.tokenAppliedAfterMs
    this.#later(least + context.random() * (most - least))
  }

  /** The publication has other tables now: the subscription was made anew. */
  resubscribed(): void {
    this.#say('ok', 'Subscribed to PostgreSQL')
  }

  deliver(change: Change): void {
    const { config, context, link, topic } = this.#channel
    context.limits.changes.add(1)
    if (config.isLegacy) return link.send(fanOutMessage(topic, change.type, change.data))
    const payload = jsonObject({ data: change.data, ids: idList(change.ids) })
    link.send(fanOutMessage(topic, 'postgres_changes', payload))
  }

  #later(afterMs: number): void {
    if (this.#timer) clearTimeout(this.#timer)
    const { log } = this.#channel.context
    this.#timer = setTimeout(
      guardedCallback(log, () => this.#subscribe()),
      afterMs,
    )
  }

  async #subscribe(): Promise<void> {
    const { config, context, token } = this.#channel
    const result = await context.changes
      .subscribe(this, config.changes, token.claims)
      .catch((error: unknown) => {
        // The database failed, not the parameters: those are never tried again, this is.
        context.log(`Realtime: subscribing failed, trying again: ${String(error)}`)
        return null
      })
    if (!result) return this.#channel.isOpen ? this.renewClaims() : undefined
    if (!this.#channel.isOpen) {
      if (result.ok) context.changes.remove(result.subscription)
      return
    }
    if (!result.ok) return this.#say('error', result.message)
    if (this.#subscription) context.changes.remove(this.#subscription)
    this.#subscription = result.subscription
    this.#say('ok', 'Subscribed to PostgreSQL')
  }

  #say(status: 'ok' | 'error', message: string): void {
    const { link, name } = this.#channel
    const news = { message, status, extension: 'postgres_changes', channel: name } as const
    link.send(systemMessage(this.#channel, news))
  }
}

function idList(ids: readonly number[]): JsonText {
  return trustedJson(`[${ids.join(',')}]`)
}

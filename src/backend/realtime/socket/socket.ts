import { setTimeout as wait } from 'node:timers/promises'
import { Channel } from '../channel/channel.ts'
import type { Link, ServedChannel } from '../channel/served-channel.ts'
import { bindingEcho } from '../changes/binding-echo.ts'
import {
  channelMessage,
  closeMessage,
  disconnectMessage,
  okReply,
  reasonReply,
  systemMessage,
} from '../messages.ts'
import { decideJoin, type JoinDecision } from '../channel/join.ts'
import { guarded } from '../guarded.ts'
import { jsonObject } from '../json.ts'
import { topicName } from '../topics.ts'
import type { ClientFrame, ServerFrame } from '../codec/frames.ts'
import type { Outlet } from './outlet.ts'
import type { RealtimeContext } from '../context.ts'
import type { SharedFrame } from '../broadcast-hub.ts'
import type { Token } from '../tokens.ts'

/** One connection of a client: its channels, and the order in which its frames are worked off. */
export class Socket implements Link {
  readonly #context: RealtimeContext
  readonly #outlet: Outlet
  readonly #token: Token
  readonly #channels = new Map<string, Channel>()
  readonly #waiting: ClientFrame[] = []
  readonly #closed = new AbortController()
  #isWorking = false

  constructor(context: RealtimeContext, outlet: Outlet, token: Token) {
    this.#context = context
    this.#outlet = outlet
    this.#token = token
  }

  get channelCount(): number {
    return this.#channels.size
  }

  /** Takes a frame. A join holds up all that comes behind it, as on the real server. */
  receive(frame: ClientFrame): void {
    this.#waiting.push(frame)
    if (!this.#isWorking) void this.#workOff()
  }

  /** The connection is gone. */
  close(): void {
    this.#closed.abort()
    this.#waiting.length = 0
    for (const channel of [...this.#channels.values()]) channel.close()
  }

  /** As the real server does before it takes its sockets down. */
  announceDisconnect(): void {
    for (const channel of this.#channels.values()) this.send(disconnectMessage(channel.topic))
  }

  expelAll(message: string): void {
    for (const channel of [...this.#channels.values()]) channel.expel(message)
  }

  send(frame: ServerFrame): void {
    this.#outlet.send(frame)
  }

  sendShared(shared: SharedFrame): void {
    this.#outlet.sendShared(shared)
  }

  forget(channel: ServedChannel): void {
    if (this.#channels.get(channel.topic) === channel) this.#channels.delete(channel.topic)
  }

  async #workOff(): Promise<void> {
    this.#isWorking = true
    for (let frame = this.#waiting.shift(); frame; frame = this.#waiting.shift()) {
      const next = frame
      await guarded(this.#context.log, () => this.#handle(next))
    }
    this.#isWorking = false
  }

  #handle(frame: ClientFrame): Promise<void> | void {
    const { topic, event } = frame
    if (topic === 'phoenix' && event === 'heartbeat') {
      return this.send(okReply({ topic, joinRef: null }, frame.ref))
    }
    const name = topicName(topic)
    if (name !== null && event === 'phx_join') return this.#join(topic as string, name, frame)
    const channel = this.#channels.get(topic as string)
    if (event === 'phx_leave' && name !== null) return this.#leave(channel, frame)
    if (channel) return channel.receive(frame)
    this.send(reasonReply({ topic, joinRef: null }, frame.ref, 'unmatched topic'))
  }

  async #join(topic: string, name: string, frame: ClientFrame): Promise<void> {
    if (this.#context.faults.refuseJoins === 'hang') return
    const before = this.#channels.get(topic)
    const decision = await decideJoin(this.#context, {
      name,
      payload: frame.payload.kind === 'json' ? frame.payload.value : null,
      connectionToken: this.#token,
      otherChannels: this.#channels.size - (before ? 1 : 0),
    })
    if (this.#closed.signal.aborted) return
    before?.close()
    if (decision.kind === 'accepted') this.#accept(topic, name, frame, decision, before)
    else await this.#refuse(topic, frame, decision, before)
  }

  /** The order is the real server's: the reply, the end of an older join of the topic, then what the channel has to say. */
  #accept(
    topic: string,
    name: string,
    { joinRef, ref }: ClientFrame,
    decision: JoinDecision & { kind: 'accepted' },
    before: Channel | undefined,
  ): void {
    const { config, replayed, token, read } = decision
    const replayedIds = new Set(replayed.map(({ id }) => id))
    const channel = new Channel(this.#context, this, {
      topic,
      name,
      joinRef,
      config,
      token,
      read,
      replayedIds,
    })
    this.#channels.set(topic, channel)
    this.send(okReply(channel, ref, jsonObject({ postgres_changes: bindingEcho(config.changes) })))
    if (before) this.send(closeMessage(before))
    if (config.broadcast.replicationReady) this.#sayReplicationReady(channel)
    channel.start()
    for (const { payload } of replayed) this.send(channelMessage(channel, 'broadcast', payload))
  }

  async #refuse(
    topic: string,
    { joinRef, ref }: ClientFrame,
    decision: JoinDecision & { reason: string },
    before: Channel | undefined,
  ): Promise<void> {
    this.#outlet.hold()
    await wait(this.#context.settings.joinErrorBackoffMs, undefined, { signal: this.#closed.signal }).catch(
      () => undefined,
    )
    this.#outlet.sendFirst(reasonReply({ topic, joinRef }, ref, decision.reason))
    this.#outlet.release()
    if (before) this.send(closeMessage(before))
    if (decision.kind === 'expelled') this.#outlet.close(1000)
  }

  /** A leave that names another join is ignored; one for a topic that is not joined is fine. */
  #leave(channel: Channel | undefined, { topic, joinRef, ref }: ClientFrame): void {
    if (!channel) return this.send(okReply({ topic, joinRef }, ref))
    if (channel.joinRef !== joinRef) return
    channel.close()
    this.send(okReply(channel, ref))
    this.send(closeMessage(channel))
  }

  #sayReplicationReady(channel: Channel): void {
    const message = 'Replication connection established'
    this.send(systemMessage(channel, { message, status: 'ok', extension: 'system', channel: channel.name }))
  }
}

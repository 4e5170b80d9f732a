import { ChannelBroadcasts } from './channel-broadcasts.ts'
import { ChannelChanges } from './channel-changes.ts'
import { ChannelPresence } from './channel-presence.ts'
import { ChannelToken } from './channel-token.ts'
import { closeMessage, systemMessage } from '../messages.ts'
import { guarded } from '../guarded.ts'
import { topicKey, type TopicKey } from '../topics.ts'
import type { ClientFrame, JsonScalar } from '../codec/frames.ts'
import type { JoinConfig } from './join-config.ts'
import type { RealtimeContext } from '../context.ts'
import type { Rights } from '../authorization.ts'
import type { Link, ServedChannel } from './served-channel.ts'
import type { Token } from '../tokens.ts'

export interface AcceptedJoin {
  topic: string
  name: string
  joinRef: JsonScalar
  config: JoinConfig
  token: Token
  read: Rights
  /** Binding ids and parameters, in the client's order. */
  replayedIds: ReadonlySet<string>
}

/** One joined topic of one socket: what a push does, and what the channel is sent. */
export class Channel implements ServedChannel {
  readonly topic: string
  readonly name: string
  readonly joinRef: JsonScalar
  readonly key: TopicKey
  readonly config: JoinConfig
  readonly context: RealtimeContext
  readonly link: Link
  readonly token: ChannelToken
  readonly #broadcasts: ChannelBroadcasts
  readonly #presence: ChannelPresence
  readonly #changes: ChannelChanges
  #work: Promise<void> = Promise.resolve()
  #isOpen = true

  constructor(context: RealtimeContext, link: Link, join: AcceptedJoin) {
    this.context = context
    this.link = link
    this.topic = join.topic
    this.name = join.name
    this.joinRef = join.joinRef
    this.config = join.config
    this.key = topicKey(join.name, join.config.isPrivate)
    this.token = new ChannelToken(this, join.token, join.read)
    this.#broadcasts = new ChannelBroadcasts(this, join.replayedIds)
    this.#presence = new ChannelPresence(this)
    this.#changes = new ChannelChanges(this)
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  /** From now on the channel is served. Call it after the join was answered. */
  start(): void {
    this.#broadcasts.start()
    this.#presence.start()
    this.#changes.start()
    this.token.start()
  }

  /** Takes a push. Pushes of one channel are worked off in the order they came, and never throw. */
  receive(frame: ClientFrame): void {
    this.#work = this.#work.then(() => guarded(this.context.log, () => this.#handle(frame)))
  }

  tokenChanged(): void {
    this.#changes.renewClaims()
  }

  expel(message: string): void {
    if (!this.#isOpen) return
    const news = { message, status: 'error', extension: 'system', channel: this.name } as const
    this.link.send(systemMessage(this, news))
    this.close()
    this.link.send(closeMessage(this))
  }

  /** Stops all service; sends nothing to this client. */
  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.token.stop()
    this.#broadcasts.stop()
    this.#changes.stop()
    this.#presence.stop()
    this.link.forget(this)
  }

  async #handle({ event, ref, payload }: ClientFrame): Promise<void> {
    if (!this.#isOpen) return
    if (event === 'broadcast') return this.#broadcasts.receive(ref, payload)
    if (payload.kind !== 'json') return
    if (event === 'presence') return this.#presence.receive(ref, payload.value)
    if (event === 'access_token') return this.token.receive(payload.value)
    // Any other event is ignored without a reply, as the real server does.
  }
}

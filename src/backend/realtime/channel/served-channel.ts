import type { JsonScalar, ServerFrame } from '../codec/frames.ts'
import type { JoinConfig } from './join-config.ts'
import type { RealtimeContext } from '../context.ts'
import type { Rights } from '../authorization.ts'
import type { SharedFrame } from '../broadcast-hub.ts'
import type { Token } from '../tokens.ts'
import type { TopicKey } from '../topics.ts'

/** A channel's way to its client. */
export interface Link {
  send(frame: ServerFrame): void
  sendShared(shared: SharedFrame): void
  /** The channel is over; the socket forgets it. */
  forget(channel: ServedChannel): void
}

/** A channel as its parts see it: broadcasts, presence, row changes and the token. */
export interface ServedChannel {
  readonly topic: string
  readonly name: string
  readonly joinRef: JsonScalar
  readonly key: TopicKey
  readonly config: JoinConfig
  readonly context: RealtimeContext
  readonly link: Link
  readonly isOpen: boolean
  readonly token: { readonly claims: Token['claims']; readonly read: Rights; writeRights(): Promise<Rights> }
  /** The new token counts for row changes a little later, as on the real server. */
  tokenChanged(): void
  /** Ends the channel from our side, with a word why. */
  expel(message: string): void
}

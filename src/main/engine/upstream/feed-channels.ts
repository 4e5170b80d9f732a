import type { RealtimeChannel } from '@supabase/supabase-js'
import type { Scope } from '#shared/domain/scope.ts'
import type { Poke } from '#shared/protocol/server.ts'
import type { Log } from '../ports.ts'
import type { FeedClient } from './feed-client.ts'

/*
 * What lies between a feed and its kind of channels: the feed opens, renews, watches and ends (feed.ts), the kind knows what
 * to join, when that streams, and how to read what comes (broadcast-channels.ts, changes-channel.ts).
 */

/** The feed, as its channels see it. Everything is silent once the feed is over. */
export interface ChannelHost {
  readonly client: FeedClient
  readonly scopes: readonly Scope[]
  readonly log: Log
  /** Joins a channel whose own messages are bound already. Any trouble with it ends the feed. */
  join(channel: RealtimeChannel, name: string, heard: ChannelEvents): void
  /** Wraps a callback for supabase-js, to which none may throw. */
  safely<T>(hear: (message: T) => void): (message: T) => void
  later(delayMs: number, task: () => void): void
  /** Everything is joined and streams. Only the first call counts. */
  streaming(): void
  poke(poke: Poke): void
  /** A head moved: that of one scope, or of who knows which. */
  moved(scope: Scope | 'any', head: number | null): void
}

export interface ChannelEvents {
  /** The server took the join. Whether anything streams is another question. */
  joined(): void
  /** The server says that this extension of it is ready. */
  ready(extension: string): void
}

export interface FeedChannels {
  /** Another token was pushed to the channels. */
  tokenChanged(): void
}

export type OpenChannels = (host: ChannelHost) => FeedChannels

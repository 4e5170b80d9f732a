import { SECOND_MS } from '#shared/lib/time.ts'
import type { Scope } from '#shared/domain/scope.ts'
import type { Cancel, Clock, Log } from '../ports.ts'
import type { Failure, Feed, FeedEvents, Upstream } from '../upstream/upstream.ts'

export const HEARTBEAT_EVERY_MS = 15 * SECOND_MS
export const HEARTBEAT_DEADLINE_MS = 5 * SECOND_MS

/** One feed that streams. Only its identity matters: the next one is another. */
export type Streaming = object

/** The place of a connection's feed: none, one that is being opened, or one that streams. */
export interface FeedLine {
  /** Opens a feed for these scopes in place of the one before, which falls silent. */
  open(scopes: readonly Scope[]): void
  /** Ends the feed; nothing more is heard of it. */
  close(): void
  isOpen(): boolean
  streaming(): Streaming | null
  /** Asks the socket of a streaming feed for a sign of life; silence ends it. */
  doubt(): void
}

interface FeedLinePorts {
  clock: Clock
  log: Log
  upstream: Pick<Upstream, 'listen'>
  heard: FeedEvents
  /** A step of the feed's own work has thrown. */
  crashed: (error: unknown) => void
}

interface Line {
  feed: Feed | null
  streams: boolean
  cancelBeat: Cancel | null
}

export function createFeedLine({ clock, log, upstream, heard, crashed }: FeedLinePorts): FeedLine {
  let line: Line | null = null

  function close(): void {
    const ended = line
    line = null
    ended?.cancelBeat?.()
    ended?.feed?.close().catch((error: unknown) => log.warn('feed.close-failed', { error: String(error) }))
  }

  function open(scopes: readonly Scope[]): void {
    close()
    const mine: Line = { feed: null, streams: false, cancelBeat: null }
    line = mine
    const stream = (): void => {
      if (line !== mine || mine.streams) return
      mine.streams = true
      beatLater(mine)
      heard.streaming()
    }
    // Whoever may read nothing yet has nothing to listen to; the timer pull sees when that changes.
    if (scopes.length === 0) return stream()
    const feed = upstream.listen(scopes, {
      streaming: stream,
      poke: (poke) => {
        if (line === mine) heard.poke(poke)
      },
      moved: (scope, head) => {
        if (line === mine) heard.moved(scope, head)
      },
      lost: (failure) => lose(mine, failure),
    })
    // It may have been lost, or replaced, before we had it in our hands.
    if (line === mine) mine.feed = feed
    else void feed.close().catch(crashed)
  }

  function lose(mine: Line, failure: Failure): void {
    if (line !== mine) return
    close()
    heard.lost(failure)
  }

  function beatLater(mine: Line): void {
    mine.cancelBeat = clock.after(HEARTBEAT_EVERY_MS, () => {
      doubt()
      beatLater(mine)
    })
  }

  function doubt(): void {
    const mine = line
    if (!mine?.streams || mine.feed === null) return
    void mine.feed.heartbeat(HEARTBEAT_DEADLINE_MS).then((alive) => {
      if (!alive) lose(mine, { kind: 'offline', detail: 'The socket gave no sign of life in time.' })
    }, crashed)
  }

  return {
    open,
    close,
    isOpen: () => line !== null,
    streaming: () => (line?.streams ? line : null),
    doubt,
  }
}

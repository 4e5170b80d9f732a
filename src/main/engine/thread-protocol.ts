import type { StationId } from '#shared/domain/ids.ts'
import type { StationKind } from '#shared/domain/rows.ts'
import type { HearChannel, Heard } from '#shared/protocol/contract.ts'
import type { FeedKind } from '#shared/protocol/status.ts'
import type { Reply } from '#shared/protocol/reply.ts'
import type { DesktopNews } from './alerts/desktop-news.ts'
import type { EngineChannel, OwnChannel, OwnQuestions, Signal } from './engine.ts'
import type { ServerAddress, WindowId } from './ports.ts'

/* What passes between the main thread and the engine thread. Plain data only: it is structured-cloned. */

/** What the engine thread is started with (`workerData`). */
export interface EngineBoot {
  /** Folder of the mirrors; the engine makes it. */
  directory: string
  /** Null on a first run: the window asks for an address. */
  server: ServerAddress | null
  /** The embedded demo signs in by itself when nobody is signed in. */
  demoSignIn: { email: string; password: string } | null
  /** How the station hears of changes; `polling` where live connections are not wanted. */
  feed: FeedKind
  appVersion: string
  /** Which installed console this is. Null where nobody needs to know: its work then names no station. */
  station: StationIdentity | null
  /** Path of a better-sqlite3 binding for runtimes that the package's own does not serve. */
  nativeBinding: string | null
}

/** One installed console, for as long as its folder lives. */
export interface StationIdentity {
  id: StationId
  name: string
  kind: StationKind
}

export type ToEngine =
  | { kind: 'ask'; id: number; window: WindowId; channel: EngineChannel; question: unknown }
  | {
      [C in OwnChannel]: { kind: 'ask-own'; id: number; channel: C; question: OwnQuestions[C]['question'] }
    }[OwnChannel]
  | { kind: 'forget'; window: WindowId }
  | { kind: 'signal'; signal: Signal }
  /** `failed`: a secret was not written or deleted. One that cannot be read reads as none. */
  | { kind: 'secret'; id: number; value: string | null; failed?: true }
  | { kind: 'stop' }

export type FromEngine =
  | { kind: 'reply'; id: number; reply: Reply<unknown> }
  | { [C in HearChannel]: { kind: 'post'; window: WindowId; channel: C; message: Heard<C> } }[HearChannel]
  | { kind: 'secret'; id: number; operation: 'get' | 'set' | 'delete'; key: string; value?: string }
  | { kind: 'server-configured'; server: ServerAddress }
  | { kind: 'news'; news: DesktopNews }
  | { kind: 'log'; level: 'debug' | 'info' | 'warn' | 'error'; event: string; facts: Record<string, unknown> }
  | { kind: 'stopped' }

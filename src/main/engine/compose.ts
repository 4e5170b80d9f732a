import type { UserId } from '#shared/domain/ids.ts'
import type { DesktopNews } from './alerts/desktop-news.ts'
import type { Engine } from './engine.ts'
import { inspectHere } from './mirror/inspector.ts'
import { openOutbox } from './outbox/sqlite-outbox.ts'
import { mirrorPath, openMirror } from './mirror/sqlite-mirror.ts'
import { openInspector } from './mirror/sqlite-inspector.ts'
import type { Clock, Log, Post, Random, Secrets, ServerAddress } from './ports.ts'
import { openStation } from './station/station.ts'
import type { EngineBoot } from './thread-protocol.ts'
import { connectSupabase } from './upstream/supabase.ts'
import type { Upstream } from './upstream/upstream.ts'
import { createViewHost } from './views/sql-view-host.ts'

export interface EnginePorts {
  clock: Clock
  random: Random
  log: Log
  secrets: Secrets
  /** Messages to the windows. */
  post: Post
  /** A person pointed the station at this server, and it answered: to be kept for the next start. */
  serverConfigured: (address: ServerAddress) => void
  /** Notifications that have just come, for the desktop. */
  news?: (news: DesktopNews) => void
  /** Supabase, unless a test puts its own server in its place. */
  connect?: (address: ServerAddress, apart?: UserId) => Upstream
  /** Questions that read the whole mirror get a thread of their own; otherwise the engine's answers them. */
  inspectorThread?: boolean
}

/**
 * Puts the engine together, free of Electron: in the product it runs on a worker thread, in tests and benchmarks anywhere.
 * Returns at once; the mirror of the last user and the link follow by themselves.
 */
export function composeEngine(ports: EnginePorts, boot: EngineBoot): Engine {
  const { clock, random, log, secrets, post } = ports
  return openStation(
    {
      clock,
      random,
      log,
      createViews: (trouble) =>
        createViewHost({ clock, log, post, trouble: ({ problem }) => trouble(problem) }),
      secrets,
      connect:
        ports.connect ??
        ((address, apart) => connectSupabase({ address, apart, feed: boot.feed, clock, log, secrets })),
      openMirror: (address, user) => {
        const { directory, nativeBinding } = boot
        const owner = user.id
        const opened = openMirror({
          directory,
          nativeBinding,
          serverUrl: address.url,
          owner,
          clock,
          log,
        })
        const path = mirrorPath(directory, address.url, owner)
        return {
          mirror: opened.mirror,
          inspector: ports.inspectorThread
            ? openInspector({ path, nativeBinding, clock, log })
            : inspectHere(opened.mirror),
          rebuilt: opened.opened === 'damaged-rebuilt',
          trouble: opened.opened === 'reading-only' ? opened.trouble.problem : null,
        }
      },
      openOutbox: (address, user) => {
        const { directory, nativeBinding } = boot
        const opened = openOutbox({
          directory,
          nativeBinding,
          serverUrl: address.url,
          owner: user.id,
          clock,
          log,
        })
        const { rebuilt, badLines } = opened.recovered
        return { outbox: opened.outbox, recovered: rebuilt || badLines > 0 }
      },
      serverConfigured: ports.serverConfigured,
      ...(ports.news && { news: ports.news }),
    },
    boot,
  )
}

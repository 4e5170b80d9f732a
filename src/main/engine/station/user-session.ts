import type { Millis } from '#shared/lib/time.ts'
import type { FeedKind } from '#shared/protocol/status.ts'
import type { Changeset, LocalMirror, OpenProblem } from '../mirror/mirror.ts'
import type { Clock, Log, Random } from '../ports.ts'
import { linkStatus } from '../sync/link.ts'
import { runLink } from '../sync/run-link.ts'
import type { WorldEvent } from '../sync/run-link.ts'
import type { Upstream, UpstreamUser } from '../upstream/upstream.ts'
import type { ViewHost } from '../views/view-host.ts'
import type { StatusBoard } from './status-board.ts'

/** One user at this station: their mirror, shown at once, and the link that keeps it fresh. */
export interface UserSession {
  readonly user: UpstreamUser
  tell(event: WorldEvent): void
  /** Ends the link and closes the mirror; the file stays. */
  close(): void
}

interface UserSessionPorts {
  clock: Clock
  random: Random
  log: Log
  upstream: Upstream
  feed: FeedKind
  views: ViewHost
  board: StatusBoard
  diskRefused: (problem: OpenProblem) => void
  diskWorks: () => void
}

/** @throws MirrorError when the mirror cannot even be read; it is closed then */
export function openUserSession(
  ports: UserSessionPorts,
  user: UpstreamUser,
  mirror: LocalMirror,
): UserSession {
  const { clock, random, log, upstream, views, board } = ports
  try {
    board.user(user, mirror)
    views.attach(mirror)
  } catch (error) {
    board.user(null, null)
    mirror.close()
    throw error
  }

  const changed = (changeset: Changeset): void => {
    views.changed(changeset)
    if (changeset.everything || changeset.tables.warehouse_members || changeset.tables.profiles)
      board.refresh()
  }

  let closed = false
  const link = runLink({
    clock,
    random,
    log,
    upstream,
    feed: ports.feed,
    mirror,
    changed,
    applied: () => undefined,
    headsSeen: (heads, serverTime) => mirror.diagnostics.headsSeen(heads, serverTime),
    completed: (_serverTime: Millis) => {
      ports.diskWorks()
      board.refresh()
    },
    clockOffset: (offsetMs) => board.clockOffset(offsetMs),
    diskRefused: (problem, detail) => {
      log.error('mirror.refused', { problem, detail })
      ports.diskRefused(problem)
    },
    linkMoved: (move) => mirror.diagnostics.linkMoved(move),
    linkChanged: (state) => {
      // What follows this session says how the station stands, not the end of its link.
      if (!closed) board.link(linkStatus(state))
    },
  })
  link.tell({ kind: 'started' })

  return {
    user,
    tell: (event) => link.tell(event),
    close() {
      closed = true
      link.tell({ kind: 'stopped' })
      views.attach(null)
      board.user(null, null)
      mirror.close()
    },
  }
}

import { z } from 'zod'
import { MINUTE_MS } from '#shared/lib/time.ts'
import type { LinkStatus, Status } from '#shared/protocol/status.ts'
import type { Changeset, LocalMirror } from '../mirror/mirror.ts'
import type { Cancel, Clock, Log, Random } from '../ports.ts'
import { spread } from '../sync/backoff.ts'
import type { Upstream } from '../upstream/upstream.ts'
import type { ViewHost } from '../views/view-host.ts'
import { watchNews, type DesktopNews } from './desktop-news.ts'

/** What becomes due by time alone is looked for so often: an acknowledgement that ends, a message that is a day old. */
const ROUND_MS = MINUTE_MS
/** A server that does not answer, or cannot, is left alone for so many rounds. */
const ROUNDS_OF_REST = 5

/** One person's alerts in the course of time, while they are signed in at this station. */
export interface SessionAlerts {
  link(at: LinkStatus['at']): void
  changed(changeset: Changeset): void
  close(): void
}

interface SessionAlertsPorts {
  clock: Clock
  random: Random
  log: Log
  upstream: Pick<Upstream, 'call'>
  views: Pick<ViewHost, 'fleetChanged'>
  board: { current(): Status }
  mirror: Pick<LocalMirror, 'notifications' | 'owner'>
  /** To be told on the desktop; whether it is, is settled there. */
  news: (news: DesktopNews) => void
}

/** @throws MirrorError */
export function openSessionAlerts(ports: SessionAlertsPorts): SessionAlerts {
  const { clock, random, upstream, views, board, mirror } = ports
  const log = ports.log.with({ component: 'alerts' })
  let isOnline = false
  let closed = false
  let round: Cancel | null = null
  let rest = 0

  const supervises = (): boolean =>
    board.current().memberships.some(({ role }) => role === 'supervisor' || role === 'manager')
  const news = watchNews({
    clock,
    log,
    mirror,
    serverNow: () => clock.now() - (board.current().clockOffsetMs ?? 0),
    isWanted: supervises,
    tell: ports.news,
  })

  function nextRound(): void {
    round = clock.after(spread(ROUND_MS, random), () => {
      nextRound()
      views.fleetChanged()
      void escalate()
    })
  }

  /** It is supervisors who are told on what others have not read: where none of them is, nobody would hear of it. */
  async function escalate(): Promise<void> {
    rest -= 1
    if (!isOnline || rest > 0 || !supervises()) return
    const outcome = await upstream.call('escalate_notifications', {}, z.int())
    if (closed || outcome.kind === 'settled') return
    rest = ROUNDS_OF_REST
    log.info('alerts.not-escalated', { failure: outcome })
  }

  nextRound()
  return {
    link(at) {
      isOnline = at === 'live' || at === 'degraded'
    },
    changed(changeset) {
      if (!closed) news.changed(changeset)
    },
    close() {
      closed = true
      round?.()
      news.close()
    },
  }
}

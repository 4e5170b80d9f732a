import type { Millis } from '#shared/lib/time.ts'
import type { Proof } from '#shared/protocol/diagnostics.ts'
import type { FeedKind } from '#shared/protocol/status.ts'
import { openSessionAlerts, type SessionAlerts } from '../alerts/session-alerts.ts'
import type { DesktopNews } from '../alerts/desktop-news.ts'
import type { Inspector } from '../mirror/inspector.ts'
import type { Changeset, LocalMirror, OpenProblem, OverlaidLook } from '../mirror/mirror.ts'
import type { Clock, Log, Random } from '../ports.ts'
import { openSessionEvents } from '../events/session-events.ts'
import type { SessionEvents } from '../events/session-events.ts'
import type { LedgerPorts } from '../ledger/ledger-asks.ts'
import { linkStatus } from '../sync/link.ts'
import { runLink } from '../sync/run-link.ts'
import type { WorldEvent } from '../sync/run-link.ts'
import type { StationIdentity } from '../thread-protocol.ts'
import { openUpkeep } from '../upkeep/upkeep.ts'
import type { Upstream, UpstreamUser } from '../upstream/upstream.ts'
import type { ViewHost } from '../views/view-host.ts'
import type { DiagnosticsBoard } from './diagnostics-board.ts'
import type { DrillGate } from './drill-gate.ts'
import { logRelief } from './log-relief.ts'
import { openSessionFleet } from './session-fleet.ts'
import type { SessionFleet } from './session-fleet.ts'
import { openSessionWork } from './session-work.ts'
import type { NoWork, OpenWork, SessionOutbox } from './session-work.ts'
import type { StatusBoard } from './status-board.ts'

/** One user at this station: their mirror, shown at once, the link that keeps it fresh, and the upkeep that proves it. */
export interface UserSession {
  readonly user: UpstreamUser
  /** Their work here, or why none can be taken. */
  readonly work: OpenWork | NoWork
  /** Their station among the others. */
  readonly fleet: SessionFleet
  /** Who keeps the ledger, and who knows its names. */
  readonly ledger: LedgerPorts
  /** What it tells other consoles, and hears of them. */
  readonly events: SessionEvents
  /** Tells the others that nobody is here any more; never longer than half a second. */
  goodbye(): Promise<void>
  tell(event: WorldEvent): void
  /** Rows with all of this station's work in them, as they are now. */
  look(): OverlaidLook
  /** Ends all of it at once, and then closes the mirror; the file stays. */
  close(): Promise<void>
}

interface UserSessionPorts {
  clock: Clock
  random: Random
  log: Log
  upstream: Upstream
  feed: FeedKind
  views: ViewHost
  board: StatusBoard
  diagnostics: DiagnosticsBoard
  serverUrl: string
  /** Where work is done; null when this console has no name. It may be named anew. */
  station: () => StationIdentity | null
  appVersion: string
  gate: DrillGate
  /** Unsent work of other people at this station. */
  unsentOfOthers: () => number
  /** Notifications that have just come, for the desktop. */
  news: (news: DesktopNews) => void
  diskRefused: (problem: OpenProblem) => void
  diskWorks: () => void
}

/** A user's files: their mirror, who reads it whole, and their outbox. */
export interface SessionFiles {
  mirror: LocalMirror
  inspector: Inspector
  outbox: SessionOutbox
}

/** @throws MirrorError when the mirror cannot even be read; the files are closed then */
export function openUserSession(
  ports: UserSessionPorts,
  user: UpstreamUser,
  { mirror, inspector, outbox }: SessionFiles,
): UserSession {
  const { clock, random, log, upstream, views, board, diagnostics } = ports

  const noted = (changeset: Changeset): void => {
    if (!closed) views.noted(changeset)
  }
  const told = (changeset: Changeset): void => {
    if (closed) return
    views.show()
    fleet?.changed(changeset)
    alerts?.changed(changeset)
    work?.settled(changeset.settled)
    if (changeset.everything || changeset.tables.warehouse_members || changeset.tables.profiles)
      board.refresh()
  }
  const changed = (changeset: Changeset): void => {
    noted(changeset)
    told(changeset)
  }
  const diskRefused = (problem: OpenProblem, detail: string): void => {
    if (closed) return
    log.error('mirror.refused', { problem, detail })
    ports.diskRefused(problem)
  }
  const proved = (proof: Proof): void => {
    mirror.diagnostics.proved(proof)
    diagnostics.repaired(proof.rowsRepaired)
    fleet?.proved(proof)
  }

  let closed = false
  let fleet: SessionFleet | null = null
  let events: SessionEvents | null = null
  let alerts: SessionAlerts | null = null
  const workChanged = (): void => {
    views.workChanged()
    fleet?.worked()
  }
  const taking = openSessionWork(
    {
      ...ports,
      views: { workChanged },
      station: ports.station(),
      user,
      mirror,
      changed,
      noted,
      told,
      applied: (work) => events?.applied(work),
      diskRefused,
    },
    outbox,
  )
  const work = taking.kind === 'open' ? taking : null
  try {
    work?.desk.redraw()
    board.user(user, mirror)
    views.attach(mirror, work?.desk ?? null)
    diagnostics.mirror(mirror)
    alerts = openSessionAlerts({ ...ports, mirror })
  } catch (error) {
    closed = true
    board.user(null, null)
    views.attach(null)
    diagnostics.mirror(null)
    work?.close()
    mirror.close()
    throw error
  }

  const ownFleet = openSessionFleet({
    ...ports,
    mirror,
    work,
    networkBack: () => link.tell({ kind: 'nudged', by: 'network-up' }),
  })
  fleet = ownFleet
  const ownEvents = openSessionEvents({ ...ports, mirror, user })
  events = ownEvents
  const upkeep = openUpkeep({
    clock,
    random,
    log,
    mirror,
    inspector,
    upstream,
    look: () => link.look(),
    changed,
    proved,
    checked: (check) => {
      mirror.diagnostics.checked(check)
      diagnostics.touched()
    },
    diskRefused,
    ...(work && { isAtRest: work.dispatcher.isAtRest }),
  })
  const relieve = logRelief({
    mirror,
    inspector,
    isWorkedAt: () => work?.dispatcher.isWorkedAt() ?? false,
    failed: (error) => {
      if (!closed) log.warn('mirror.log-stays-long', { error: String(error) })
    },
  })
  const link = runLink({
    clock,
    random,
    log,
    upstream,
    feed: ports.feed,
    mirror,
    relieve: () => (closed ? Promise.resolve() : relieve()),
    ...(work && { work: work.dispatcher }),
    changed,
    noted,
    told,
    applied: (batch) => {
      if (closed) return
      upkeep.applied(batch)
      diagnostics.touched()
    },
    headsSeen: (heads, serverTime) => {
      mirror.diagnostics.headsSeen(heads, serverTime)
      ownFleet.headsSeen(heads)
      diagnostics.touched()
    },
    completed: (_serverTime: Millis) => {
      ports.diskWorks()
      board.refresh()
    },
    clockOffset: (offsetMs) => {
      board.clockOffset(offsetMs)
      ownFleet.clockMeasured()
    },
    diskRefused,
    linkMoved: (move) => {
      mirror.diagnostics.linkMoved(move)
      if (move.by === 'missed') diagnostics.missed()
      diagnostics.touched()
    },
    linkChanged: (state) => {
      // What follows this session says how the station stands, not the end of its link.
      if (closed) return
      const status = linkStatus(state)
      board.link(status)
      upkeep.link(status.at)
      ownFleet.link(status.at)
      ownEvents.link(status.at)
      alerts?.link(status.at)
    },
  })
  link.tell({ kind: 'started' })

  return {
    user,
    work: taking,
    ledger: { upstream, names: mirror },
    fleet: ownFleet,
    events: ownEvents,
    async goodbye() {
      await Promise.all([ownFleet.goodbye(), ownEvents.goodbye()])
    },
    tell: (event) => link.tell(event),
    look: () => mirror.look(),
    async close() {
      closed = true
      // Nothing is sent or kept from here on; what is under way stays unsure.
      work?.stop()
      ownFleet.close()
      ownEvents.close()
      alerts?.close()
      link.tell({ kind: 'stopped' })
      upkeep.stop()
      views.attach(null)
      board.user(null, null)
      diagnostics.mirror(null)
      await inspector.stop()
      mirror.close()
      work?.close()
    },
  }
}

import { randomUUID } from 'node:crypto'
import { MutationId } from '#shared/domain/ids.ts'
import type { Scope } from '#shared/domain/scope.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { Question } from '#shared/protocol/contract.ts'
import type { Proof } from '#shared/protocol/diagnostics.ts'
import type { DrillCaller, DrillReport } from '#shared/protocol/fleet.ts'
import type { Reply } from '#shared/protocol/reply.ts'
import type { LinkStatus } from '#shared/protocol/status.ts'
import type { Changeset, LocalMirror } from '../mirror/mirror.ts'
import type { Cancel, Clock, Log, Random } from '../ports.ts'
import type { StationIdentity } from '../thread-protocol.ts'
import type { Upstream } from '../upstream/upstream.ts'
import type { StationHere } from '../views/fleet-view.ts'
import type { ViewHost } from '../views/view-host.ts'
import { createStationDrill } from './drill.ts'
import type { DrillGate } from './drill-gate.ts'
import type { OpenWork } from './session-work.ts'
import { createStationReports } from './station-reports.ts'
import type { StatusBoard } from './status-board.ts'

/** This station among the others: what it tells them of itself, when it takes one for silent, and how it plays an outage. */
export interface SessionFleet {
  link(at: LinkStatus['at']): void
  changed(changeset: Changeset): void
  /** Something of the person's work here is another than it was. */
  worked(): void
  /** A window may look at another warehouse, or the station has another name. */
  looked(): void
  headsSeen(heads: ReadonlyMap<Scope, number>): void
  proved(proof: Proof): void
  clockMeasured(): void
  startDrill(question: Question<'drill.start'>): Reply<Record<string, never>>
  endDrill(): Reply<Record<string, never>>
  /** Tells the others that nobody is here any more; never longer than half a second. */
  goodbye(): Promise<void>
  close(): void
}

export interface SessionFleetPorts {
  clock: Clock
  random: Random
  log: Log
  upstream: Pick<Upstream, 'call'>
  views: Pick<ViewHost, 'setFleet' | 'fleetChanged' | 'setDrill' | 'watchedWarehouse'>
  board: StatusBoard
  mirror: Pick<LocalMirror, 'nextOverdue' | 'cursor' | 'cursors'>
  /** Null where no work can be taken. */
  work: OpenWork | null
  /** As it is called now; null where nobody needs to know. */
  station: () => StationIdentity | null
  appVersion: string
  gate: DrillGate
  unsentOfOthers: () => number
  networkBack: () => void
}

export function openSessionFleet(ports: SessionFleetPorts): SessionFleet {
  const { clock, log, views, board, mirror, work } = ports
  const heads = new Map<Scope, number>()
  let closed = false
  let overdue: Cancel | null = null

  const isCaughtUp = (): boolean => {
    const { at } = board.current().link
    return at === 'live' || at === 'degraded'
  }
  const onServer = (at: Millis): Millis => at - (board.current().clockOffsetMs ?? 0)
  const onServerOrNull = (at: Millis | null): Millis | null => (at === null ? null : onServer(at))

  function here(identity: StationIdentity): StationHere {
    const { link, asOf, user, clockOffsetMs, memberships } = board.current()
    const counts = work?.kept.counts() ?? { unsent: 0, oldestUnsentAt: null, refused: 0 }
    const last = work?.kept.page('all', 0, 1).rows[0]
    const watched = views.watchedWarehouse()
    const theirs = memberships.map(({ warehouseId }) => warehouseId)
    return {
      ...{ id: identity.id, name: identity.name, kind: identity.kind },
      user: user && { id: user.id, name: user.displayName },
      version: ports.appVersion,
      link: link.at,
      behind: behind(),
      completeAsOf: asOf,
      unsent: counts.unsent + ports.unsentOfOthers(),
      oldestUnsentAt: onServerOrNull(counts.oldestUnsentAt),
      refused: counts.refused,
      lastScanAt: onServerOrNull(last?.keptAt ?? null),
      clockOffsetMs,
      warehouseId: theirs.find((id) => id === watched) ?? theirs[0] ?? null,
    }
  }

  /** Changes that are known to be on the server, and not here. */
  function behind(): number {
    let missing = 0
    for (const [scope, head] of heads) missing += Math.max(0, head - mirror.cursor(scope).seq)
    return missing
  }

  const identity = ports.station()
  const reports =
    identity === null
      ? null
      : createStationReports({ ...ports, here: () => here(ports.station() ?? identity) })
  const drill = createStationDrill({
    clock,
    log,
    gate: ports.gate,
    networkBack: ports.networkBack,
    show(shown) {
      views.setDrill(shown)
      const { state } = shown
      const isOn = state.kind === 'running'
      board.drill(
        isOn ? { since: state.since, until: state.until, calledBy: state.calledBy?.from ?? null } : null,
      )
    },
    station: {
      isCaughtUp,
      unsent: () => work?.kept.unsent() ?? [],
      stateOf: (id) => work?.kept.get(id)?.state ?? null,
      scopes: () =>
        mirror
          .cursors()
          .filter(({ epoch }) => epoch !== null)
          .map(({ scope }) => scope),
    },
    tell: (caller, report) => answerCaller(caller, report),
  })

  function answerCaller({ warehouseId, alertId }: DrillCaller, report: DrillReport): void {
    const reply = work?.desk.answer('work.submit', {
      command: {
        kind: 'alert.confirm',
        mutation_id: MutationId.parse(randomUUID()),
        warehouse_id: warehouseId,
        alert_id: alertId,
        answer: 'reported',
        facts: factsOf(report),
      },
    })
    if (!reply?.ok) log.warn('drill.not-reported', { error: reply?.error ?? 'no outbox' })
  }

  /** Silence is told by the clock: no row changes when a station stops reporting. */
  function watchForSilence(): void {
    overdue?.()
    overdue = null
    if (closed || !isCaughtUp()) return
    try {
      const now = onServer(clock.now())
      const at = mirror.nextOverdue(now)
      if (at === null) return
      overdue = clock.after(at - now + 1, () => {
        views.fleetChanged()
        watchForSilence()
      })
    } catch (error) {
      log.warn('fleet.not-watched', { error: String(error) })
    }
  }

  const moved = (): void => {
    if (closed) return
    views.fleetChanged()
    reports?.changed()
    drill.look()
  }

  views.setFleet(() => {
    const own = ports.station()
    const { asOf } = board.current()
    const now = onServer(clock.now())
    // Of a station that is cut off itself, the others' silence says nothing: they are as they were [L3].
    return { here: own && here(own), judgedAt: isCaughtUp() ? now : (asOf ?? now) }
  })
  watchForSilence()

  return {
    link(at) {
      if (closed) return
      reports?.link(at)
      watchForSilence()
      moved()
    },
    changed({ tables, everything }) {
      if (closed || !(everything || tables.stations)) return
      watchForSilence()
    },
    worked: moved,
    looked: moved,
    headsSeen(seen) {
      for (const [scope, head] of seen) heads.set(scope, head)
    },
    proved(proof) {
      if (!closed) drill.proved(proof)
    },
    clockMeasured() {
      watchForSilence()
      if (!closed) views.fleetChanged()
    },
    startDrill: (question) => drill.start(question),
    endDrill: () => drill.end(),
    goodbye: async () => reports?.goodbye(),
    close() {
      closed = true
      overdue?.()
      reports?.stop()
      drill.close()
      views.setFleet(() => ({ here: null, judgedAt: clock.now() }))
    },
  }
}

const factsOf = (report: DrillReport): Record<string, unknown> => ({
  offline_ms: report.offlineMs,
  done: report.done,
  oldest_ms: report.oldestMs,
  live_after_ms: report.liveAfterMs,
  sent_after_ms: report.sentAfterMs,
  refused: report.refused,
  figures: report.figures,
  ended_by: report.endedBy,
})

import { MINUTE_MS, SECOND_MS, type Millis } from '#shared/lib/time.ts'
import type { Question } from '#shared/protocol/contract.ts'
import type { Proof } from '#shared/protocol/diagnostics.ts'
import type { Drill, DrillCaller, DrillReport } from '#shared/protocol/fleet.ts'
import { failed, ok, type Reply } from '#shared/protocol/reply.ts'
import type { Cancel, Clock, Log } from '../ports.ts'
import type { DrillGate } from './drill-gate.ts'
import { measureReturn, type DrillReturn, type DrillSubject } from './drill-return.ts'

/** What was done before the drill, and the word that it was accepted, has so long to be sent. */
export const SEND_FIRST_MS = 3 * SECOND_MS
/** What is not back after this is told as not back. A comparison may wait a minute for its turn, and two for a quiet moment. */
export const RETURN_WITHIN_MS = 5 * MINUTE_MS

/** One person's drill at this station: an outage that everybody knows of. It ends by itself, and with their session. */
export interface StationDrill {
  start(question: Question<'drill.start'>): Reply<Record<string, never>>
  end(): Reply<Record<string, never>>
  /** The link or the work moved. */
  look(): void
  proved(proof: Proof): void
  /** The session ends: so does the drill, without a report. */
  close(): void
}

interface DrillPorts {
  clock: Clock
  log: Log
  gate: DrillGate
  station: DrillSubject
  show: (drill: Drill) => void
  /** The network is back: there is no need to wait for the next try. */
  networkBack: () => void
  /** The report of a drill that somebody called goes to them, as work does. */
  tell: (caller: DrillCaller, report: DrillReport) => void
}

type Stage =
  | { at: 'idle' }
  | { at: 'starting'; minutes: number; calledBy: DrillCaller | null; cancel: Cancel }
  | {
      at: 'running'
      since: Millis
      sinceMs: number
      until: Millis
      calledBy: DrillCaller | null
      before: ReadonlySet<string>
      cancel: Cancel
    }
  | {
      at: 'returning'
      since: Millis
      way: DrillReturn
      half: Omit<DrillReport, keyof ReturnType<DrillReturn['measured']>>
      cancel: Cancel
    }

export function createStationDrill(ports: DrillPorts): StationDrill {
  const { clock, gate, station } = ports
  const log = ports.log.with({ component: 'drill' })
  let stage: Stage = { at: 'idle' }
  let report: DrillReport | null = null

  function enter(next: Stage): void {
    stage = next
    ports.show({ state: shownOf(next), report })
  }

  function shut(minutes: number, calledBy: DrillCaller | null): void {
    const now = clock.now()
    const before = new Set(station.unsent().map(({ id }) => id))
    const lastsMs = minutes * MINUTE_MS
    log.info('drill.began', { minutes, called: calledBy !== null })
    // Shown before it is felt: the station is never silently offline [L3].
    enter({
      at: 'running',
      ...{ since: now, sinceMs: clock.monotonicMs(), until: now + lastsMs, calledBy, before },
      cancel: clock.after(lastsMs, () => open('time')),
    })
    gate.shut()
  }

  function open(endedBy: DrillReport['endedBy']): void {
    if (stage.at !== 'running') return
    const { since, sinceMs, calledBy, before, cancel } = stage
    cancel()
    const now = clock.now()
    const done = station.unsent().filter(({ id }) => !before.has(id))
    const oldest = done.length > 0 ? Math.min(...done.map(({ keptAt }) => keptAt)) : null
    const offlineMs = Math.round(clock.monotonicMs() - sinceMs)
    gate.open()
    enter({
      at: 'returning',
      since: now,
      way: measureReturn(
        done.map(({ id }) => id),
        station,
        clock.monotonicMs,
      ),
      half: {
        ...{ startedAt: since, endedAt: now, endedBy, calledBy, offlineMs, done: done.length },
        oldestMs: oldest === null ? null : Math.max(0, now - oldest),
      },
      cancel: clock.after(RETURN_WITHIN_MS, finish),
    })
    ports.networkBack()
  }

  function finish(): void {
    if (stage.at !== 'returning') return
    stage.cancel()
    report = { ...stage.half, ...stage.way.measured() }
    log.info('drill.ended', { ...report })
    enter({ at: 'idle' })
    if (report.calledBy) ports.tell(report.calledBy, report)
  }

  function look(): void {
    if (stage.at === 'starting' && station.unsent().length === 0) {
      const { minutes, calledBy, cancel } = stage
      cancel()
      shut(minutes, calledBy)
    } else if (stage.at === 'returning') {
      stage.way.look()
      if (stage.way.isComplete()) finish()
    }
  }

  return {
    start({ minutes, calledBy }) {
      if (stage.at !== 'idle') return failed('not-ready', 'A drill is on at this station already.')
      const cancel = clock.after(SEND_FIRST_MS, () => {
        if (stage.at === 'starting') shut(minutes, calledBy)
      })
      enter({ at: 'starting', minutes, calledBy, cancel })
      look()
      return ok({})
    },
    end() {
      if (stage.at === 'starting') {
        stage.cancel()
        enter({ at: 'idle' })
      }
      open('person')
      return ok({})
    },
    look,
    proved(proof) {
      if (stage.at === 'returning') stage.way.proved(proof)
      look()
    },
    close() {
      if (stage.at === 'idle') return
      stage.cancel()
      gate.open()
      log.info('drill.dropped', { at: stage.at })
      enter({ at: 'idle' })
    },
  }
}

function shownOf(stage: Stage): Drill['state'] {
  switch (stage.at) {
    case 'idle':
      return { kind: 'idle' }
    case 'starting':
      return { kind: 'starting', calledBy: stage.calledBy }
    case 'running':
      return { kind: 'running', since: stage.since, until: stage.until, calledBy: stage.calledBy }
    case 'returning':
      return { kind: 'returning', since: stage.since, calledBy: stage.half.calledBy }
  }
}

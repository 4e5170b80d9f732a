import type { MutationId } from '#shared/domain/ids.ts'
import type { Changeset, LocalMirror, OpenProblem } from '../mirror/mirror.ts'
import { createDispatcher } from '../outbox/dispatch.ts'
import type { Dispatcher } from '../outbox/dispatch.ts'
import { OutboxError } from '../outbox/outbox.ts'
import type { Outbox, OutboxProblem } from '../outbox/outbox.ts'
import { createWorkDesk } from '../outbox/work-desk.ts'
import { tellingApplied } from '../outbox/work-applied.ts'
import type { AppliedWork } from '../outbox/work-applied.ts'
import { watched } from '../outbox/work-watch.ts'
import type { WorkDesk } from '../outbox/work.ts'
import type { Clock, Log, Random } from '../ports.ts'
import { createTurns } from '../sync/turns.ts'
import { nextTurn } from './next-turn.ts'
import type { StationIdentity } from '../thread-protocol.ts'
import type { Upstream, UpstreamUser } from '../upstream/upstream.ts'
import type { ViewHost } from '../views/view-host.ts'

/** One person's work while they are signed in: what takes it in, and what sends it. */
export interface OpenWork {
  readonly kind: 'open'
  readonly desk: WorkDesk
  readonly dispatcher: Dispatcher
  /** What is on disk of it. Throws OutboxError when the disk fails. */
  readonly kept: Pick<Outbox, 'unsent' | 'get' | 'counts' | 'page'>
  unsent(): number
  /** The rows show these commands now. */
  settled(ids: readonly MutationId[]): void
  /** Nothing is kept, sent or recorded any more. */
  stop(): void
  /** Stops, and frees the file. */
  close(): void
}

/** Why no work can be taken: the outbox could not be opened. Reading goes on. */
export interface NoWork {
  readonly kind: 'closed'
  readonly problem: OutboxProblem
}

export type SessionOutbox = { kind: 'open'; outbox: Outbox } | NoWork

interface SessionWorkPorts {
  clock: Clock
  random: Random
  log: Log
  upstream: Upstream
  views: Pick<ViewHost, 'workChanged'>
  user: UpstreamUser
  serverUrl: string
  station: StationIdentity | null
  mirror: LocalMirror
  /** A transaction of the mirror was committed, and all may hear of it: the two that follow in one. */
  changed: (changeset: Changeset) => void
  /** At once, whatever else there is to do: what it makes outdated is not shown any more. */
  noted: (changeset: Changeset) => void
  /** When there is time: whoever follows from it. */
  told: (changeset: Changeset) => void
  /** The server has applied this; told a turn later. */
  applied: (work: AppliedWork) => void
  unsentOfOthers: () => number
  diskRefused: (problem: OpenProblem, detail: string) => void
}

export function openSessionWork(ports: SessionWorkPorts, opened: SessionOutbox): OpenWork | NoWork {
  if (opened.kind === 'closed') return opened
  try {
    return openWork(ports, opened.outbox)
  } catch (error) {
    if (!(error instanceof OutboxError)) throw error
    opened.outbox.close()
    return { kind: 'closed', problem: error.problem }
  }
}

function openWork(ports: SessionWorkPorts, opened: Outbox): OpenWork {
  const { log, upstream, views, mirror } = ports
  const next = nextTurn(ports.clock, log)
  // Many changes of one turn are one for the windows.
  let toldOf = 0
  let changes = 0
  const outbox = watched(opened, () => {
    changes += 1
    next.then(() => {
      if (toldOf === changes) return
      toldOf = changes
      // First: windows are told of both at once.
      desk.drawn()
      views.workChanged()
    })
  })
  const dispatcher = createDispatcher({
    ...ports,
    outbox: tellingApplied(outbox, (work) => next.then(() => ports.applied(work))),
    push: (commands) => upstream.push(commands),
    turns: createTurns(),
    overlay: mirror,
    // The outbox tells by itself, whoever changes it.
    touched: () => undefined,
  })
  const desk = createWorkDesk({
    ...ports,
    outbox,
    station: ports.station?.id ?? null,
    // Until operators identify themselves at a shared terminal.
    operator: null,
    soon: (work) => next.then(work),
    changed(changeset) {
      ports.noted(changeset)
      next.then(() => ports.told(changeset))
    },
    // Behind the drawing, and behind the windows that are told of it.
    nudge: () => next.then(() => next.then(() => dispatcher.nudge())),
  })
  let stopped = false

  function stop(): void {
    stopped = true
    next.stop()
    dispatcher.stop()
    desk.stop()
  }

  return {
    kind: 'open',
    desk,
    dispatcher,
    kept: outbox,
    unsent: () => outbox.counts().unsent,
    settled(ids) {
      if (stopped || ids.length === 0) return
      try {
        outbox.settled(ids)
      } catch (error) {
        // It is drawn anew at the next start, found in the rows, and settled then.
        log.warn('work.not-settled', { commands: ids.length, error: String(error) })
      }
    },
    stop,
    close() {
      stop()
      try {
        opened.close()
      } catch (error) {
        log.error('work.not-closed', { error: String(error) })
      }
    },
  }
}

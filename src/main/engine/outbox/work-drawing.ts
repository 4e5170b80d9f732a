import type { MutationId } from '#shared/domain/ids.ts'
import { SECOND_MS } from '#shared/lib/time.ts'
import { unsentStates } from '#shared/protocol/work.ts'
import { MirrorError } from '../mirror/mirror.ts'
import type { Changeset, OpenProblem, Overlay } from '../mirror/mirror.ts'
import type { Cancel, Clock, Log } from '../ports.ts'
import { drawnOf } from './dispatch-fates.ts'
import type { Outbox } from './outbox.ts'

/** A drawing that the disk refused is tried again after this long, for as long as it takes. */
export const REDRAW_AFTER_MS = 5 * SECOND_MS

/**
 * The drawing of a person's work over their rows. It is not the work: the outbox has that. So nothing here ever fails who kept
 * something; what cannot be drawn now is drawn later.
 */
export interface WorkDrawing {
  /** Draws all that is not settled, and nothing else. @returns whether the drawing is whole */
  redraw(): boolean
  /** This command was kept just now. It is drawn in the next turn: its receipt does not wait for that. */
  kept(id: MutationId): void
  /** This command was taken back. */
  takenBack(id: MutationId): void
  /** Draws at once what the next turn would: before anybody looks. */
  catchUp(): void
  /** Whether everything kept is drawn. */
  isWhole(): boolean
  stop(): void
}

interface DrawingPorts {
  outbox: Pick<Outbox, 'get' | 'unsettled'>
  mirror: Pick<Overlay, 'draw' | 'redraw'>
  clock: Clock
  log: Log
  /** Runs it in the next turn. */
  soon: (work: () => void) => void
  changed: (changeset: Changeset) => void
  diskRefused: (problem: OpenProblem, detail: string) => void
}

export function workDrawing(ports: DrawingPorts): WorkDrawing {
  const { outbox, mirror, clock, log, soon, changed, diskRefused } = ports
  /** Something is not drawn: all of it is drawn anew when this is due. */
  let owed: Cancel | null = null
  let stopped = false
  /** To be drawn in the next turn. */
  const waiting = new Set<MutationId>()

  function attempt(work: () => Changeset): boolean {
    owed?.()
    owed = null
    if (stopped) return false
    try {
      changed(work())
      return true
    } catch (error) {
      owed = clock.after(REDRAW_AFTER_MS, redraw)
      log.error('work.not-drawn', { error: String(error) })
      if (error instanceof MirrorError) diskRefused(error.problem, error.message)
      return false
    }
  }

  function redraw(): boolean {
    waiting.clear()
    return attempt(() => mirror.redraw(outbox.unsettled().map(drawnOf)))
  }

  /** What has its answer already is drawn by that. */
  function drawKept(ids: readonly MutationId[]): Changeset {
    const entries = ids.map((id) => outbox.get(id)).filter((entry) => entry !== null)
    const unsent = entries.filter(({ state }) => unsentStates.includes(state))
    return mirror.draw({ drawn: unsent.map(drawnOf), erased: [] })
  }

  function catchUp(): void {
    if (waiting.size === 0) return
    const ids = [...waiting]
    waiting.clear()
    if (owed) redraw()
    else attempt(() => drawKept(ids))
  }

  return {
    redraw,
    kept(id) {
      waiting.add(id)
      soon(catchUp)
    },
    takenBack(id) {
      waiting.delete(id)
      catchUp()
      if (owed) redraw()
      else attempt(() => mirror.draw({ drawn: [], erased: [id] }))
    },
    catchUp,
    isWhole: () => owed === null,
    stop() {
      stopped = true
      owed?.()
      owed = null
    },
  }
}

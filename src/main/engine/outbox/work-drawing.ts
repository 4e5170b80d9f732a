import { SECOND_MS } from '#shared/lib/time.ts'
import { MirrorError } from '../mirror/mirror.ts'
import type { Changeset, Fates, OpenProblem, Overlay } from '../mirror/mirror.ts'
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
  draw(fates: Fates): void
  /** Whether everything kept is drawn. */
  isWhole(): boolean
  stop(): void
}

interface DrawingPorts {
  outbox: Pick<Outbox, 'unsettled'>
  mirror: Overlay
  clock: Clock
  log: Log
  changed: (changeset: Changeset) => void
  diskRefused: (problem: OpenProblem, detail: string) => void
}

export function workDrawing({ outbox, mirror, clock, log, changed, diskRefused }: DrawingPorts): WorkDrawing {
  /** Something is not drawn: all of it is drawn anew when this is due. */
  let owed: Cancel | null = null
  let stopped = false

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

  const redraw = (): boolean => attempt(() => mirror.redraw(outbox.unsettled().map(drawnOf)))

  return {
    redraw,
    draw(fates) {
      if (owed) redraw()
      else attempt(() => mirror.draw(fates))
    },
    isWhole: () => owed === null,
    stop() {
      stopped = true
      owed?.()
      owed = null
    },
  }
}

import { z } from 'zod'
import type { Cancel, Clock, Log } from '../engine/ports.ts'
import { oneAfterAnother } from '../storage/atomic-file.ts'
import { readJsonFile, writeJsonFile } from '../storage/json-file.ts'

/** Where the window stood when it was closed, in device-independent pixels. */
export const Placement = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(1).max(100_000),
  height: z.int().min(1).max(100_000),
  maximized: z.boolean(),
})
export type Placement = z.infer<typeof Placement>

export interface Rectangle {
  x: number
  y: number
  width: number
  height: number
}

export const MIN_WIDTH = 1_024
export const MIN_HEIGHT = 700
const preferred = { width: 1_440, height: 900 }

/** So much of the window's top must be on a display for a person to get hold of it. */
const GRIP_WIDTH = 120
const GRIP_HEIGHT = 32

export interface Opening {
  width: number
  height: number
  /** Left out: the system centres the window. */
  x?: number
  y?: number
  maximized: boolean
}

/**
 * Where to open the window: as it stood, if a person could get hold of it there; displays come and go.
 * @param kept where it stood, or null
 * @param workAreas the usable area of each display, the main one first
 */
export function openingOf(kept: Placement | null, workAreas: readonly Rectangle[]): Opening {
  const home = workAreas[0] ?? { x: 0, y: 0, ...preferred }
  if (kept === null) return { ...sizeWithin(preferred, home), maximized: false }
  const area = workAreas.find((candidate) => canBeGrabbed(kept, candidate))
  const size = sizeWithin(kept, area ?? home)
  if (area === undefined) return { ...size, maximized: kept.maximized }
  return { ...size, x: kept.x, y: kept.y, maximized: kept.maximized }
}

function sizeWithin(size: { width: number; height: number }, area: Rectangle) {
  return {
    width: Math.max(MIN_WIDTH, Math.min(size.width, area.width)),
    height: Math.max(MIN_HEIGHT, Math.min(size.height, area.height)),
  }
}

function canBeGrabbed(window: Rectangle, area: Rectangle): boolean {
  const visibleWidth = Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x)
  const isTopInside = window.y >= area.y && window.y + GRIP_HEIGHT <= area.y + area.height
  return visibleWidth >= GRIP_WIDTH && isTopInside
}

/** A placement that cannot be read costs nothing but the placement. */
export async function readPlacement(file: string): Promise<Placement | null> {
  const outcome = await readJsonFile(file, Placement)
  return outcome.kind === 'read' ? outcome.value : null
}

/** Writes down where the window stands, a moment after its last move: a crash loses nothing either. */
export interface PlacementKeeper {
  /** @param look where the window stands now, or null while that is no place to come back to */
  moved(look: () => Placement | null): void
  /** Writes at once what still waits; resolves when it is on disk, or was given up. */
  flushed(): Promise<void>
}

const QUIET_MS = 500

export function placementKeeper(file: string, clock: Clock, log: Log): PlacementKeeper {
  const inTurn = oneAfterAnother()
  let waiting: { cancel: Cancel; write: () => void } | null = null
  let last = Promise.resolve()

  const write = (look: () => Placement | null) => {
    waiting = null
    const placement = look()
    if (placement === null) return
    last = inTurn(() => writeJsonFile(file, placement)).catch((error: unknown) => {
      log.warn('window.placement-not-kept', { error })
    })
  }
  return {
    moved: (look) => {
      waiting?.cancel()
      const writeNow = () => write(look)
      waiting = { cancel: clock.after(QUIET_MS, writeNow), write: writeNow }
    },
    flushed: async () => {
      waiting?.cancel()
      waiting?.write()
      await last
    },
  }
}

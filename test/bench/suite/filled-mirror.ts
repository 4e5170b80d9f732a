import { createReadStream } from 'node:fs'
import { mirrorPath } from '#engine/mirror/sqlite-mirror.ts'
import { owner, serverUrl } from '../contenders/smart-shelf.ts'
import { inChild } from './child.ts'
import { keptFolder } from './in-folder.ts'
import type { FillJob, FillSeen } from './filled-mirror.child.ts'

export interface FilledMirror {
  folder: string
  /** What it cost to fill it. */
  seen: FillSeen
}

/** A million products and as many lines take more than a minute. */
const LONGEST_MS = 600_000

const filled = new Map<number, FilledMirror>()

export const fill = (job: FillJob): Promise<FillSeen> =>
  inChild<FillSeen>(new URL('./filled-mirror.child.ts', import.meta.url), job, LONGEST_MS)

/** Has the system hold the file in memory, which it may have put to other uses since: no scenario shall pay for the one before it. */
async function readThrough(path: string): Promise<void> {
  for await (const _ of createReadStream(path, { highWaterMark: 1_048_576 }));
}

/**
 * A mirror of so many lines on disk, made once for all scenarios of a run. Figures in it may be changed; lines neither come nor go.
 */
export async function filledMirror(rows: number, say: (line: string) => void): Promise<FilledMirror> {
  const known = filled.get(rows)
  if (known) {
    await readThrough(mirrorPath(known.folder, serverUrl, owner))
    return known
  }
  say(`filling a mirror with ${rows.toLocaleString('en')} products and as many lines of stock`)
  const folder = await keptFolder()
  const made = { folder, seen: { loadMs: 0, inventoryMs: 0, peakMb: 0, fileMb: 0 } }
  filled.set(rows, made)
  made.seen = await fill({ rows, folder })
  return made
}

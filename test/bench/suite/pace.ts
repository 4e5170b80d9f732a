import { setTimeout as sleep } from 'node:timers/promises'
import { BULK_MS } from '#engine/views/frames.ts'

/** After so long without a change a window draws the next one at once: see FRAME_MS of the view host. */
export const QUIET_MS = 20

/** The same after a batch of many lines: see BULK_MS. */
export const QUIET_AFTER_BATCH_MS = BULK_MS + QUIET_MS

export const quiet = (ms = QUIET_MS): Promise<void> => sleep(ms)

/** @returns how long it took, in ms */
export async function timed(work: () => Promise<void> | void): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

/** Makes garbage go, so that what is measured next does not pay for what was done before. Children run with `--expose-gc`. */
export function collectGarbage(): void {
  globalThis.gc?.()
}

/** What the whole process holds of the machine's memory. */
export const residentMb = (): number => process.memoryUsage().rss / 1e6

export const perSecond = (count: number, tookMs: number): number => (count / tookMs) * 1_000

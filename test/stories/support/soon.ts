import { vi } from 'vitest'
import { PATIENCE_MS } from '#test/harness/patience.ts'

/** Waits until `check` passes: for what a live terminal owes, on a machine that may be busy with other things. */
export const soon = <T>(check: () => T | Promise<T>, withinMs = PATIENCE_MS): Promise<T> =>
  vi.waitFor(check, { timeout: withinMs, interval: 20 })

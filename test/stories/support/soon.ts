import { vi } from 'vitest'

/** Waits until `check` passes: for what a live terminal owes, on a machine that may be busy with other things. */
export const soon = <T>(check: () => T | Promise<T>, withinMs = 15_000): Promise<T> =>
  vi.waitFor(check, { timeout: withinMs, interval: 20 })

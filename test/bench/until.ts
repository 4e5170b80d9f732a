import { setTimeout as sleep } from 'node:timers/promises'

interface Patience {
  /** How often it is looked. */
  lookMs?: number | undefined
  /** When it is given up. */
  withinMs?: number | undefined
}

/** @returns how long it took, in ms. Throws when it is given up. */
export async function until(
  what: string,
  holds: () => Promise<boolean> | boolean,
  { lookMs = 5, withinMs = 60_000 }: Patience = {},
): Promise<number> {
  const startedAt = performance.now()
  while (!(await holds())) {
    if (performance.now() - startedAt > withinMs)
      throw new Error(`Not within ${withinMs / 1_000} s: ${what}.`)
    await sleep(lookMs)
  }
  return performance.now() - startedAt
}

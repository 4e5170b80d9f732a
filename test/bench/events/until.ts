import { setTimeout as sleep } from 'node:timers/promises'

const GIVE_UP_MS = 60_000

/** @returns how long it took, in ms. Throws after a minute. */
export async function until(
  what: string,
  holds: () => Promise<boolean> | boolean,
  lookMs = 5,
): Promise<number> {
  const startedAt = performance.now()
  while (!(await holds())) {
    if (performance.now() - startedAt > GIVE_UP_MS) throw new Error(`Not within a minute: ${what}.`)
    await sleep(lookMs)
  }
  return performance.now() - startedAt
}

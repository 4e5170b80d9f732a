import { spread } from '../suite/measure.ts'

/** One thing to be timed: made ready first, which is not counted. */
export type Prepare = () => (() => unknown) | Promise<() => unknown>

/**
 * Times several things in turn, round after round: what else the machine does falls on all of them alike.
 * @returns the median of each, in ms
 */
export async function interleaved<Name extends string>(
  rounds: number,
  things: Record<Name, Prepare>,
): Promise<Record<Name, number>> {
  const names = Object.keys(things) as Name[]
  const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>
  for (let round = -1; round < rounds; round += 1) {
    for (const name of names) {
      const work = await things[name]()
      const startedAt = performance.now()
      await work()
      // The first round finds everything cold.
      if (round >= 0) samples[name].push(performance.now() - startedAt)
    }
  }
  return Object.fromEntries(names.map((name) => [name, spread(samples[name]).p50])) as Record<Name, number>
}

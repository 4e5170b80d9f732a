import type { Sample } from './messages.ts'

/** Growth that is no leak: caches that fill, pools that settle. In MB, from the second quarter to the last. */
const HEAP_MAY_GROW_MB = 4
const RSS_MAY_GROW_MB = 40
/** A socket that is being closed may be seen beside the new one. */
const HANDLES_MAY_GROW = 4

type Figure = Exclude<keyof Sample, 'at'>

/** Medians of the quarters of a soak; the first is warming up. */
export interface Quarters {
  figure: Figure
  medians: number[]
}

export interface Verdict {
  quarters: Quarters[]
  /** What grew beyond its threshold, in words; empty when all is flat. */
  grew: string[]
}

export function judge(samples: readonly Sample[]): Verdict {
  const figures: [Figure, number][] = [
    ['heapMb', HEAP_MAY_GROW_MB],
    ['rssMb', RSS_MAY_GROW_MB],
    ['externalMb', HEAP_MAY_GROW_MB],
    ['handles', HANDLES_MAY_GROW],
    ['listeners', 0],
    ['feeds', 0],
  ]
  const quarters = figures.map(([figure]): Quarters => ({ figure, medians: mediansOf(samples, figure) }))
  const grew = figures.flatMap(([figure, allowed], i) => {
    const [, second = 0, , last = 0] = quarters[i]?.medians ?? []
    return last - second > allowed ? [`${figure} went from ${second.toFixed(1)} to ${last.toFixed(1)}`] : []
  })
  return { quarters, grew }
}

function mediansOf(samples: readonly Sample[], figure: Figure): number[] {
  return [0, 1, 2, 3].map((quarter) => {
    const part = samples.slice((samples.length * quarter) / 4, (samples.length * (quarter + 1)) / 4)
    const values = part.map((sample) => sample[figure]).sort((a, b) => a - b)
    return values[Math.floor(values.length / 2)] ?? 0
  })
}

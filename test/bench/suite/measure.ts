/** Whom a figure belongs to. `limit` does only the inevitable: bare statements of better-sqlite3, bare messages of the same bytes. */
export type Contender = 'smart-shelf' | 'straightforward' | 'tanstack-db' | 'rxdb' | 'powersync' | 'limit'

/** Units in which less is better, and units in which more is. */
export type Unit =
  | 'ms'
  | 'MB'
  | '% of a core'
  | 'bytes'
  | 'rows'
  | 'messages/s'
  | 'asks/s'
  | 'rows/s'
  | 'changes/s'
  | 'frames/s'

/** One figure of one contender in one scenario at one size. */
export interface Measure {
  /** The scenario, as in `scenarios.ts`. */
  scenario: string
  /** What was measured, in words that all contenders share. */
  what: string
  who: Contender
  /** Stock rows there were. */
  rows: number
  unit: Unit
  /** One per round, or per repetition within a round where a tail is asked for. */
  samples: readonly number[]
}

/** The middle and the tail of some samples. */
export interface Spread {
  p50: number
  p99: number
  least: number
  most: number
}

/** @param samples at least one, in any order */
export function spread(samples: readonly number[]): Spread {
  const sorted = [...samples].sort((a, b) => a - b)
  const ranked = (rank: number): number => sorted[Math.max(rank, 1) - 1] ?? NaN
  const count = sorted.length
  const p50 = (ranked(Math.ceil(count / 2)) + ranked(Math.floor(count / 2) + 1)) / 2
  // The tail of a few samples is the worst of them.
  return { p50, p99: ranked(Math.ceil(count * 0.99)), least: ranked(1), most: ranked(count) }
}

/** In the order of every table. */
export const contenderNames: readonly Contender[] = [
  'smart-shelf',
  'straightforward',
  'tanstack-db',
  'rxdb',
  'powersync',
  'limit',
]

/** What comes in these is better the more there is of it; of everything else, the less. */
const moreIsBetter: readonly string[] = ['rows/s', 'changes/s', 'frames/s'] satisfies Unit[]

export const isMoreBetter = (unit: string): boolean => moreIsBetter.includes(unit)

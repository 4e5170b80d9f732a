import { ANY_WINDOW, isFirst } from '../scenarios/any-window.ts'
import { BULK_APPLY, bulkWhats } from '../scenarios/bulk-apply.ts'
import { LIVE_LIST, liveListWhats } from '../scenarios/live-list.ts'
import { ONE_CHANGE, oneChangeWhats } from '../scenarios/one-change.ts'
import { START, startWhats } from '../scenarios/start.ts'
import type { Contender } from '../suite/measure.ts'
import type { Figure } from '../suite/results.ts'
import { inWords, ratioInWords, timesBetter } from '../suite/table.ts'

/*
 * What the project wants of itself. Whether it has it is worked out from figures, each time they are made: nobody types a verdict.
 */

export interface Judged {
  seen: string
  verdict: 'met' | 'missed'
  /** How far it is from the goal: 1 is there, 2 is twice as far as it may be. */
  share: number
}

export interface Goal {
  what: string
  wanted: string
  /** Null where this run has not measured it. */
  judge(figures: readonly Figure[]): Judged | null
}

const SMALL = 10_000
const MIDDLE = 100_000
const LARGE = 1_000_000

interface Wanted {
  scenario: string
  what: string
  rows: number
  who?: Contender
}

const one = (
  figures: readonly Figure[],
  { scenario, what, rows, who = 'smart-shelf' }: Wanted,
): Figure | null =>
  figures.find(
    (figure) =>
      figure.scenario === scenario && figure.what === what && figure.rows === rows && figure.who === who,
  ) ?? null

/** The worst of all of our figures whose words begin so, by `of`. */
function worst(
  figures: readonly Figure[],
  words: string,
  of: (figure: Figure) => number,
  keep: (figure: Figure) => boolean = () => true,
): Figure | null {
  return figures
    .filter((figure) => figure.who === 'smart-shelf' && figure.what.startsWith(words) && keep(figure))
    .reduce<Figure | null>((most, figure) => (most && of(most) >= of(figure) ? most : figure), null)
}

const atMost = (value: number, bound: number, seen: string): Judged => ({
  ...{ seen, verdict: value <= bound ? 'met' : 'missed', share: value / bound },
})

const atLeast = (value: number, bound: number, seen: string): Judged => ({
  ...{ seen, verdict: value >= bound ? 'met' : 'missed', share: bound / value },
})

const milliseconds = (value: number): string => inWords(value, 'ms')

/** A bound on one figure. */
const bounded =
  (wanted: Wanted, of: 'p50' | 'p99' | 'most', bound: number): Goal['judge'] =>
  (figures) => {
    const figure = one(figures, wanted)
    return figure && atMost(figure[of], bound, inWords(figure[of], figure.unit))
  }

/** How much more something costs in a larger warehouse than in a smaller one. */
const flat =
  (wanted: Omit<Wanted, 'rows'>, [small, large]: readonly [number, number], bound: number): Goal['judge'] =>
  (figures) => {
    const [less, more] = [one(figures, { ...wanted, rows: small }), one(figures, { ...wanted, rows: large })]
    if (!less || !more) return null
    const times = more.p50 / less.p50
    return atMost(
      times,
      bound,
      `${times.toFixed(2)} times (${milliseconds(less.p50)}, ${milliseconds(more.p50)})`,
    )
  }

/** How many times better ours is than another's. */
const beside =
  (wanted: Wanted, other: Contender, bound: number): Goal['judge'] =>
  (figures) => {
    const [ours, theirs] = [one(figures, wanted), one(figures, { ...wanted, who: other })]
    if (!ours || !theirs) return null
    const times = timesBetter(ours, theirs)
    const seen = `${ratioInWords(times)} times (${inWords(ours.p50, ours.unit)}, ${inWords(theirs.p50, theirs.unit)})`
    return atLeast(times, bound, seen)
  }

/** A bound on the worst of several. */
const worstOf =
  (
    words: string,
    of: 'p50' | 'p99' | 'most',
    bound: number,
    keep?: (figure: Figure) => boolean,
  ): Goal['judge'] =>
  (figures) => {
    const figure = worst(figures, words, (one) => one[of], keep)
    if (!figure) return null
    return atMost(
      figure[of],
      bound,
      `${inWords(figure[of], figure.unit)} (${figure.scenario}: ${figure.what})`,
    )
  }

function sameMemory(figures: readonly Figure[]): Judged | null {
  const what = 'memory of the window, after looking through the list'
  const all = figures.filter((figure) => figure.scenario === 'window-start' && figure.what === what)
  if (new Set(all.map(({ rows }) => rows)).size < 2) return null
  const values = all.map(({ p50 }) => p50)
  const [least, most] = [Math.min(...values), Math.max(...values)]
  return atMost(most / least, 1.1, `${inWords(least, 'MB')} to ${inWords(most, 'MB')}`)
}

const commitToPixels = 'change in Postgres to pixels'
const alone = ({ what }: Figure): boolean => !what.includes('beside')
const isWindow = ({ scenario, rows }: Figure): boolean => scenario === ANY_WINDOW && rows === LARGE
const change = { scenario: ONE_CHANGE, what: oneChangeWhats.oneWindow }
const opened = { scenario: START, what: startWhats.opened }
const written = { scenario: BULK_APPLY, rows: MIDDLE }

export const goals: readonly Goal[] = [
  {
    what: 'start from disk to the first 100 rows, engine, at 100,000 rows',
    wanted: '10 ms',
    judge: bounded({ ...opened, rows: MIDDLE }, 'p50', 10),
  },
  {
    what: 'the same at 1,000,000 rows against 100,000',
    wanted: 'at most 1.5 times',
    judge: flat(opened, [MIDDLE, LARGE], 1.5),
  },
  {
    what: 'one change, committed, to its delta, at 1,000,000 rows: p50',
    wanted: '0.2 ms',
    judge: bounded({ ...change, rows: LARGE }, 'p50', 0.2),
  },
  {
    what: 'the same: p99',
    wanted: '2 ms',
    judge: bounded({ ...change, rows: LARGE }, 'p99', 2),
  },
  {
    what: 'the same at 1,000,000 rows against 10,000',
    wanted: 'at most 1.5 times',
    judge: flat(change, [SMALL, LARGE], 1.5),
  },
  {
    what: 'any window of any view, counts included, at 1,000,000 rows: p99 of the slowest',
    wanted: '5 ms',
    judge: worstOf('', 'p99', 5, (figure) => isWindow(figure) && !isFirst(figure.what)),
  },
  {
    what: 'the same where nobody has asked for it since the start',
    wanted: '5 ms',
    judge: worstOf('', 'p99', 5, (figure) => isWindow(figure) && isFirst(figure.what)),
  },
  {
    what: "batches of 5,000 at 100,000 rows, to disk, against @tanstack/db's in memory",
    wanted: 'at least 4 times its rate',
    judge: beside({ scenario: LIVE_LIST, what: liveListWhats.batches, rows: MIDDLE }, 'tanstack-db', 4),
  },
  {
    what: "bulk apply at 100,000 rows against bare inserts into the mirror's own tables and indexes",
    wanted: 'at least half',
    judge: beside({ ...written, what: bulkWhats.ownTables }, 'limit', 0.5),
  },
  {
    what: 'the same against bare inserts into one flat table with one index',
    wanted: 'at least half',
    judge: beside({ ...written, what: bulkWhats.flatTable }, 'limit', 0.5),
  },
  {
    what: 'commit in Postgres to pixels, the worse of one window and the last of four: p50',
    wanted: '30 ms',
    judge: worstOf(commitToPixels, 'p50', 30, alone),
  },
  { what: 'the same: p99', wanted: '120 ms', judge: worstOf(commitToPixels, 'p99', 120, alone) },
  {
    what: 'one change in the renderer: rows rendered again',
    wanted: '1',
    judge: worstOf('one change on screen: rows rendered', 'p50', 1),
  },
  {
    what: 'the same: work of its thread against the straightforward way, at 100,000 rows',
    wanted: 'at least 100 times cheaper',
    judge: (figures) => {
      const what = "one change on screen: work of the window's thread"
      const ours = worst(figures, what, ({ p50 }) => p50)
      return (
        ours && beside({ scenario: ours.scenario, what, rows: ours.rows }, 'straightforward', 100)(figures)
      )
    },
  },
  { what: 'renderer memory at all sizes of the table', wanted: 'the same within 10 %', judge: sameMemory },
  {
    what: 'main thread delay, worst of all scenarios: p99',
    wanted: '5 ms',
    judge: worstOf('delay of the main thread', 'p99', 5),
  },
  {
    what: 'the same: longest',
    wanted: '30 ms',
    judge: worstOf('delay of the main thread', 'most', 30),
  },
  {
    what: 'keystroke to paint, worst of all scenarios: p99',
    wanted: '50 ms',
    judge: worstOf('key to paint', 'p99', 50),
  },
  {
    what: 'processor time when idle, live, one window',
    wanted: '1 % of a core',
    judge: worstOf('processor time of all processes', 'p50', 1, ({ scenario }) => scenario === 'window-idle'),
  },
  {
    what: 'first download, server to screen, at 100,000 rows',
    wanted: '20,000 rows/s',
    judge: (figures) => {
      const words = 'rows from server to screen'
      const figure = worst(
        figures,
        words,
        ({ p50 }) => -p50,
        ({ rows }) => rows <= MIDDLE * 1.1,
      )
      return figure && atLeast(figure.p50, 20_000, inWords(figure.p50, figure.unit))
    },
  },
  {
    what: 'the same, of any size: the most memory of any process',
    wanted: '300 MB',
    judge: worstOf('most memory of', 'most', 300, ({ scenario }) => scenario === 'window-first-download'),
  },
]

import { ANY_WINDOW, isFirst } from '../scenarios/any-window.ts'
import { LIVE_LIST, liveListWhats } from '../scenarios/live-list.ts'
import { START, startWhats } from '../scenarios/start.ts'
import { contenderNames, type Contender } from '../suite/measure.ts'
import type { Figure } from '../suite/results.ts'
import { rowsOf } from '../suite/table.ts'
import { lineChart, pairChart, type Series } from './chart.ts'

export interface Drawing {
  /** Of its file in docs/performance, without the ending. */
  name: string
  /** What a reader who cannot see it should know. */
  about: string
  svg: string
}

const plain = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 4 })

const sizes = { label: 'rows of stock', text: plain }

/** The middle of each contender's samples at each size. */
function overSizes(figures: readonly Figure[], scenario: string, what: string): Series[] {
  const seriesOf = (who: Contender, tone: number): Series => ({
    name: who === 'limit' ? 'bare statements' : who,
    tone,
    emphasis: who === 'smart-shelf' ? 'ours' : 'other',
    points: figures
      .filter((figure) => figure.scenario === scenario && figure.what === what && figure.who === who)
      // Nothing has no place among powers of ten.
      .filter(({ p50 }) => p50 > 0)
      .map(({ rows, p50 }) => ({ x: rows, y: p50 }))
      .sort((a, b) => a.x - b.x),
  })
  return contenderNames.map(seriesOf)
}

function lines(
  name: string,
  title: string,
  unit: string,
  series: readonly Series[],
  about: string,
): Drawing[] {
  const drawn = series.filter(({ points }) => points.length > 0)
  if (drawn.length === 0) return []
  const svg = lineChart({ title, x: sizes, y: { label: unit, text: plain }, series: drawn })
  return [{ name, about, svg }]
}

const again = 'Any window of the list'
const first = 'A window of the list that nobody has asked for since the start'

function windows(name: string, called: string, figures: readonly Figure[]): Drawing[] {
  const measured = figures.filter(
    ({ scenario, what }) => scenario === ANY_WINDOW && isFirst(what) === (called === first),
  )
  const most = Math.max(...measured.map(({ rows }) => rows))
  const pairs = rowsOf(measured.filter(({ rows }) => rows === most)).flatMap(({ what, by }) => {
    const [ours, other] = [by['smart-shelf'], by.straightforward]
    return ours && other ? [{ name: what, ours: ours.p99, other: other.p99 }] : []
  })
  if (pairs.length === 0) return []
  const title = `${called}, at ${plain(most)} rows, p99`
  const axis = { label: 'ms', text: plain }
  const about = `${called}: how long each kind takes, of ours and of an array that is filtered, sorted and sliced.`
  return [{ name, about, svg: pairChart({ title, axis, other: 'straightforward', pairs }) }]
}

/** All charts that these figures make. */
export const chartsOf = (figures: readonly Figure[]): Drawing[] => [
  ...lines(
    'one-change',
    'One change, from its arrival to the list that shows it, p50',
    'ms; less is better',
    overSizes(figures, LIVE_LIST, liveListWhats.change),
    'How long one change takes at each size, of each contender.',
  ),
  ...lines(
    'batches',
    'Batches of 5,000 changes',
    'changes a second; more is better',
    overSizes(figures, LIVE_LIST, liveListWhats.batches),
    'How many changes a second each contender takes in at each size.',
  ),
  ...lines(
    'start',
    'Start from disk to the first 100 rows',
    'ms; less is better',
    overSizes(figures, START, startWhats.opened),
    'How long those who keep rows on disk take to show them after a start.',
  ),
  ...lines(
    'memory',
    'Memory with the list open, over a bare process',
    'MB; less is better',
    overSizes(figures, LIVE_LIST, liveListWhats.memory),
    'What each contender holds of the memory at each size.',
  ),
  ...windows('any-window', again, figures),
  ...windows('first-window', first, figures),
]

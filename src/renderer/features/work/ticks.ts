import type { WorkItem, WorkState } from '#shared/protocol/work.ts'
import type { ShapeName, Tone } from '../../components/Shape.tsx'
import type { TextKey } from '../../texts/text.ts'

/** Where a command stands, as shape, word and colour. */
export interface Tick {
  readonly shape: ShapeName
  readonly tone: Tone
  readonly word: TextKey & `tick.${string}`
  /** Somebody has to look at it: its word is coloured too. */
  readonly needsLook?: true
}

/** One tick: on this station's disk. Two ticks: in the system. A cross: refused. A ring: it has ended here. */
const ticks: Record<WorkState, Tick> = {
  queued: { shape: 'check', tone: 'warn', word: 'tick.saved' },
  sending: { shape: 'check', tone: 'warn', word: 'tick.sending' },
  applied: { shape: 'two-checks', tone: 'good', word: 'tick.in-system' },
  settled: { shape: 'two-checks', tone: 'good', word: 'tick.in-system' },
  refused: { shape: 'cross', tone: 'bad', word: 'tick.refused', needsLook: true },
  discarded: { shape: 'slashed-ring', tone: 'plain', word: 'tick.discarded' },
  amended: { shape: 'ring', tone: 'plain', word: 'tick.amended' },
  'taken-back': { shape: 'slashed-ring', tone: 'plain', word: 'tick.taken-back' },
}

const unsure: Tick = { ...ticks.sending, word: 'tick.unsure' }
const undone: Tick = { shape: 'slashed-ring', tone: 'plain', word: 'tick.undone' }

/** What is undone says so once it is in the system, where both are; before that it is still on its way. */
export function tickOf({ state, undoneBy, trouble }: Pick<WorkItem, 'state' | 'undoneBy' | 'trouble'>): Tick {
  if (undoneBy !== null && (state === 'applied' || state === 'settled')) return undone
  // The server may have it: its answer was lost.
  return state === 'sending' && trouble !== null ? unsure : ticks[state]
}

import type { Measure, Unit } from '../suite/measure.ts'
import type { Felt } from './felt.ts'

/** Our own figures in one scenario at one size. */
export const figuresOf =
  (scenario: string, rows: number) =>
  (what: string, unit: Unit, samples: readonly number[]): Measure => ({
    ...{ scenario, what, who: 'smart-shelf', rows, unit, samples },
  })

export type Figure = ReturnType<typeof figuresOf>

/** What keys and wheel felt like, where there were any. */
export const feltFigures = (figure: Figure, { keys, wheel }: Felt, meanwhile: string): Measure[] =>
  [
    figure(`key to paint, ${meanwhile}`, 'ms', keys),
    figure(`wheel to paint, ${meanwhile}`, 'ms', wheel),
  ].filter(({ samples }) => samples.length > 0)

import { z } from 'zod'
import { spread, type Measure } from './measure.ts'

/*
 * What a run leaves: figures with the machine they were seen on. No samples, no names of hosts, no paths.
 */

const Contenders = z.enum(['smart-shelf', 'straightforward', 'tanstack-db', 'rxdb', 'powersync', 'limit'])

const Figure = z.object({
  scenario: z.string(),
  what: z.string(),
  who: Contenders,
  rows: z.int(),
  unit: z.string(),
  /** Measured so often. */
  samples: z.int(),
  p50: z.number(),
  p99: z.number(),
  least: z.number(),
  most: z.number(),
})

export const BenchResults = z.object({
  pace: z.enum(['quick', 'full']),
  /** Day of the run, UTC. */
  on: z.string(),
  tookSeconds: z.number(),
  machine: z.object({
    cores: z.int(),
    model: z.string(),
    memoryGb: z.number(),
    platform: z.string(),
    node: z.string(),
    /** One-minute load average before and after. Well above 0 before means that the machine was not quiet. */
    load: z.object({ before: z.number(), after: z.number() }),
  }),
  versions: z.record(z.string(), z.string()),
  scenarios: z.array(
    z.object({
      name: z.string(),
      about: z.string(),
      tookSeconds: z.number(),
      /** Why it failed, when it did. */
      failed: z.string().nullable(),
    }),
  ),
  figures: z.array(Figure),
  leftOut: z.array(z.object({ scenario: z.string(), who: Contenders, rows: z.int(), because: z.string() })),
})

export type BenchResults = z.infer<typeof BenchResults>
export type Figure = z.infer<typeof Figure>

/** Five digits are more than any of this is worth. */
const rounded = (value: number): number => Number(value.toPrecision(5))

export function figureOf({ scenario, what, who, rows, unit, samples }: Measure): Figure {
  const { p50, p99, least, most } = spread(samples)
  const seen = { p50: rounded(p50), p99: rounded(p99), least: rounded(least), most: rounded(most) }
  return { scenario, what, who, rows, unit, samples: samples.length, ...seen }
}

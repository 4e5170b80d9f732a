import { fill, filledMirror } from '../suite/filled-mirror.ts'
import type { FillSeen } from '../suite/filled-mirror.child.ts'
import { inChild } from '../suite/child.ts'
import { inFolder } from '../suite/in-folder.ts'
import type { Contender, Measure, Unit } from '../suite/measure.ts'
import { perSecond } from '../suite/pace.ts'
import type { BenchOrder, Scenario } from '../suite/scenario.ts'
import type { RawJob, RawTables } from './bulk-apply.child.ts'

export const BULK_APPLY = 'bulk-apply'
export const bulkWhats = {
  ownTables: "stock rows to disk; the limit: bare inserts into the mirror's own tables and indexes",
  flatTable: "stock rows to disk; the limit: bare inserts into one flat table with the list's index",
  whole: 'a first download to disk, a product and its stock counted as two rows',
  peak: 'the most memory the process held while it filled the mirror',
  file: 'the file on disk',
} as const

const roundsAt = (rows: number, pace: BenchOrder['pace']): number =>
  pace === 'quick' || rows > 100_000 ? 1 : rows > 10_000 ? 2 : 3

/** What bare inserts of a million cost stands in live-list. */
const tablesAt = (rows: number): readonly RawTables[] => (rows > 100_000 ? [] : ['own', 'flat'])

const raw = (rows: number, tables: RawTables): Promise<number> =>
  inFolder((folder) =>
    inChild<number>(new URL('./bulk-apply.child.ts', import.meta.url), {
      rows,
      folder,
      tables,
    } satisfies RawJob),
  )

/** Rows come to the disk: parsed, validated, sorted, counted and made searchable, against nothing of all this. */
export const bulkApply: Scenario = {
  name: BULK_APPLY,
  about: 'What a first download writes, and how near that is to bare inserts.',
  async run(order: BenchOrder) {
    const measures: Measure[] = []
    for (const rows of order.sizes) {
      const seen: FillSeen[] = []
      const bare: Record<RawTables, number[]> = { own: [], flat: [] }
      for (let round = 0; round < roundsAt(rows, order.pace); round += 1) {
        const first = round === 0
        seen.push(
          first
            ? (await filledMirror(rows, order.say)).seen
            : await inFolder((folder) => fill({ rows, folder })),
        )
        for (const tables of tablesAt(rows)) bare[tables].push(await raw(rows, tables))
        order.say(`${BULK_APPLY}, ${rows.toLocaleString('en')} rows, round ${round + 1}`)
      }
      const measure = (what: string, who: Contender, unit: Unit, samples: readonly number[]): void =>
        void measures.push({ scenario: BULK_APPLY, what, who, rows, unit, samples })
      const ours = seen.map(({ inventoryMs }) => perSecond(rows, inventoryMs))
      if (bare.own.length > 0) measure(bulkWhats.ownTables, 'smart-shelf', 'rows/s', ours)
      measure(
        bulkWhats.ownTables,
        'limit',
        'rows/s',
        bare.own.map((took) => perSecond(rows, took)),
      )
      if (bare.flat.length > 0) measure(bulkWhats.flatTable, 'smart-shelf', 'rows/s', ours)
      measure(
        bulkWhats.flatTable,
        'limit',
        'rows/s',
        bare.flat.map((took) => perSecond(rows, took)),
      )
      measure(
        bulkWhats.whole,
        'smart-shelf',
        'rows/s',
        seen.map(({ loadMs }) => perSecond(2 * rows, loadMs)),
      )
      measure(
        bulkWhats.peak,
        'smart-shelf',
        'MB',
        seen.map(({ peakMb }) => peakMb),
      )
      measure(
        bulkWhats.file,
        'smart-shelf',
        'MB',
        seen.map(({ fileMb }) => fileMb),
      )
    }
    return measures
  },
}

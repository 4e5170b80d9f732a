import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { contenders } from '../contenders/index.ts'
import type { ContenderKind } from '../contenders/port.ts'
import { inChild, TooSlow } from '../suite/child.ts'
import type { Measure, Unit } from '../suite/measure.ts'
import { perSecond } from '../suite/pace.ts'
import { reasonOf } from '../suite/run-scenarios.ts'
import type { BenchOrder, Scenario } from '../suite/scenario.ts'
import type { LiveListJob, LiveListSeen } from './live-list.child.ts'

const NAME = 'live-list'

/** Many rounds where they are short: what the machine does beside us falls on one of them. */
const roundsAt = (rows: number, pace: BenchOrder['pace']): number =>
  pace === 'quick' || rows > 100_000 ? 1 : rows > 10_000 ? 2 : 3

export const whats = {
  loaded: 'first download taken in, a page of 5,000 rows at a time',
  opened: 'list of the first 100 opened',
  change: 'one change, from its arrival to the list that shows it',
  batches: 'batches of 5,000 changes',
  memory: 'memory it takes with the list open, over a bare process',
} as const

const measuresOf = (who: ContenderKind, rows: number, seen: readonly LiveListSeen[]): Measure[] => {
  const measure = (what: string, unit: Unit, samples: readonly number[]): Measure => ({
    ...{ scenario: NAME, what, who: who.name, rows, unit, samples },
  })
  return [
    measure(
      whats.loaded,
      'rows/s',
      seen.map(({ loadMs }) => perSecond(rows, loadMs)),
    ),
    measure(
      whats.opened,
      'ms',
      seen.map(({ openMs }) => openMs),
    ),
    measure(
      whats.change,
      'ms',
      seen.flatMap(({ changeMs }) => changeMs),
    ),
    measure(
      whats.batches,
      'changes/s',
      seen.flatMap(({ batchMs, batchRows }) => batchMs.map((took) => perSecond(batchRows, took))),
    ),
    measure(
      whats.memory,
      'MB',
      seen.map(({ memoryMb }) => memoryMb),
    ),
  ]
}

async function live(kind: ContenderKind, rows: number, pace: BenchOrder['pace']): Promise<LiveListSeen> {
  const folder = await mkdtemp(join(tmpdir(), 'shelf-bench-'))
  try {
    const counts = pace === 'quick' ? { changes: 60, batches: 3 } : { changes: 150, batches: 6 }
    const job: LiveListJob = { who: kind.name, rows, folder, ...counts }
    return await inChild<LiveListSeen>(new URL('./live-list.child.ts', import.meta.url), job)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** All contenders, from nothing to a list that lives. */
export const liveList: Scenario = {
  name: NAME,
  about: 'Stock is downloaded, a list of its first 100 rows opened, and kept true while stock changes.',
  async run(order: BenchOrder) {
    const measures: Measure[] = []
    for (const rows of order.sizes) {
      const seen = new Map<ContenderKind, LiveListSeen[]>()
      const out = new Set<ContenderKind>()
      const leaveOut = (kind: ContenderKind, because: string): void => {
        out.add(kind)
        order.leaveOut({ scenario: NAME, who: kind.name, rows, because })
      }
      for (const kind of contenders)
        if (kind.bears && rows > kind.bears.rows) leaveOut(kind, kind.bears.because)
      for (let round = 0; round < roundsAt(rows, order.pace); round += 1) {
        for (const kind of contenders.filter((one) => !out.has(one))) {
          try {
            const one = await live(kind, rows, order.pace)
            seen.set(kind, [...(seen.get(kind) ?? []), one])
            order.say(`${NAME}, ${rows.toLocaleString('en')} rows, round ${round + 1}: ${kind.name}`)
          } catch (error) {
            const reason = reasonOf(error)
            if (!(error instanceof TooSlow)) order.trouble(`${kind.name} at ${rows} rows: ${reason}`)
            leaveOut(kind, reason)
          }
        }
      }
      for (const [kind, all] of seen) measures.push(...measuresOf(kind, rows, all))
    }
    return measures
  },
}

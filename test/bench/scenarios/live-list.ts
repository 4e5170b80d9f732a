import { contenders } from '../contenders/index.ts'
import type { ContenderKind } from '../contenders/port.ts'
import { inChild, TooSlow } from '../suite/child.ts'
import { filledMirror } from '../suite/filled-mirror.ts'
import { rememberStore } from '../suite/filled-store.ts'
import { inFolder, keptFolder } from '../suite/in-folder.ts'
import type { Measure, Unit } from '../suite/measure.ts'
import { perSecond } from '../suite/pace.ts'
import { reasonOf } from '../suite/run-scenarios.ts'
import type { BenchOrder, Scenario } from '../suite/scenario.ts'
import type { LiveListJob, LiveListSeen } from './live-list.child.ts'

export const LIVE_LIST = 'live-list'

/** Larger mirrors take minutes to fill: it is done once for all scenarios. */
const SHARED_FROM = 100_000

/** Who needs longer than this for a million rows and a few changes is left out of that size: all of it must fit in 15 minutes. */
const LONGEST_MS = { 'in-memory': 12_000, 'on-disk': 75_000 }

/** Many rounds where they are short: what the machine does beside us falls on one of them. */
const roundsAt = (rows: number, pace: BenchOrder['pace']): number =>
  pace === 'quick' || rows >= SHARED_FROM ? 1 : 2

export const liveListWhats = {
  loaded: 'first download taken in, a page of 5,000 rows at a time',
  opened: 'list of the first 100 opened',
  change: 'one change, from its arrival to the list that shows it',
  batches: 'batches of 5,000 changes',
  memory: 'memory it takes with the list open, over a bare process',
} as const

const measuresOf = (who: ContenderKind, rows: number, seen: readonly LiveListSeen[]): Measure[] => {
  const measure = (what: string, unit: Unit, samples: readonly number[]): Measure => ({
    ...{ scenario: LIVE_LIST, what, who: who.name, rows, unit, samples },
  })
  return [
    measure(
      liveListWhats.loaded,
      'rows/s',
      seen.map(({ loadMs }) => perSecond(rows, loadMs)),
    ),
    measure(
      liveListWhats.opened,
      'ms',
      seen.map(({ openMs }) => openMs),
    ),
    measure(
      liveListWhats.change,
      'ms',
      seen.flatMap(({ changeMs }) => changeMs),
    ),
    measure(
      liveListWhats.batches,
      'changes/s',
      seen.flatMap(({ batchMs, batchRows }) => batchMs.map((took) => perSecond(batchRows, took))),
    ),
    measure(
      liveListWhats.memory,
      'MB',
      seen.map(({ memoryMb }) => memoryMb),
    ),
  ]
}

async function live(kind: ContenderKind, rows: number, order: BenchOrder): Promise<LiveListSeen> {
  const counts = order.pace === 'quick' ? { changes: 40, batches: 2 } : { changes: 60, batches: 5 }
  const ask = (folder: string, filled: boolean): Promise<LiveListSeen> => {
    const job: LiveListJob = { who: kind.name, rows, folder, filled, ...counts }
    return inChild<LiveListSeen>(
      new URL('./live-list.child.ts', import.meta.url),
      job,
      LONGEST_MS[kind.keeps],
    )
  }
  if (kind.keeps === 'in-memory' || (kind.name === 'smart-shelf' && rows <= SHARED_FROM))
    return await inFolder((folder) => ask(folder, false))
  if (kind.name !== 'smart-shelf') {
    const folder = await keptFolder()
    const seen = await ask(folder, false)
    rememberStore(kind, rows, folder)
    return seen
  }
  const { folder, seen } = await filledMirror(rows, order.say)
  return { ...(await ask(folder, true)), loadMs: seen.loadMs }
}

/** All contenders, from nothing to a list that lives. */
export const liveList: Scenario = {
  name: LIVE_LIST,
  about: 'Stock is downloaded, a list of its first 100 rows opened, and kept true while stock changes.',
  async run(order: BenchOrder) {
    const measures: Measure[] = []
    for (const rows of order.sizes) {
      const seen = new Map<ContenderKind, LiveListSeen[]>()
      const out = new Set<ContenderKind>()
      const leaveOut = (kind: ContenderKind, because: string): void => {
        out.add(kind)
        order.leaveOut({ scenario: LIVE_LIST, who: kind.name, rows, because })
      }
      for (const kind of contenders)
        if (kind.bears && rows > kind.bears.rows) leaveOut(kind, kind.bears.because)
      for (let round = 0; round < roundsAt(rows, order.pace); round += 1) {
        for (const kind of contenders.filter((one) => !out.has(one))) {
          try {
            const one = await live(kind, rows, order)
            seen.set(kind, [...(seen.get(kind) ?? []), one])
            order.say(`${LIVE_LIST}, ${rows.toLocaleString('en')} rows, round ${round + 1}: ${kind.name}`)
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

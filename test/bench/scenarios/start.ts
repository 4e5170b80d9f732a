import { contenders } from '../contenders/index.ts'
import type { ContenderKind } from '../contenders/port.ts'
import { inChild } from '../suite/child.ts'
import { filledMirror } from '../suite/filled-mirror.ts'
import { filledStore } from '../suite/filled-store.ts'
import { keptFolder } from '../suite/in-folder.ts'
import type { Measure } from '../suite/measure.ts'
import type { BenchOrder, Scenario } from '../suite/scenario.ts'
import type { StartJob, StartSeen } from './start.child.ts'

export const START = 'start'
export const startWhats = {
  opened: 'file opened to the first 100 rows by SKU posted, in a new process',
  memory: 'memory it takes then, over a bare process',
} as const

const NOTHING_KEPT = 'keeps nothing on disk: without a server it starts empty'

const inItsChild = (job: StartJob): Promise<StartSeen> =>
  inChild<StartSeen>(new URL('./start.child.ts', import.meta.url), job)

/** A folder with so many rows, as this contender keeps them. */
async function filledFolder(kind: ContenderKind, rows: number, { say }: BenchOrder): Promise<string> {
  if (kind.name === 'smart-shelf') return (await filledMirror(rows, say)).folder
  const filled = filledStore(kind, rows)
  if (filled !== null) return filled
  const folder = await keptFolder()
  say(`filling ${kind.name} with ${rows.toLocaleString('en')} rows`)
  await inItsChild({ who: kind.name, folder, rows, does: 'fill' })
  return folder
}

/** A station starts: from the file on disk to the first screen of stock, each time in a new process. */
export const start: Scenario = {
  name: START,
  about: 'A station starts on what it has on disk: how soon the first 100 rows can be drawn.',
  async run(order: BenchOrder) {
    const measures: Measure[] = []
    const times = order.pace === 'quick' ? 3 : 5
    for (const rows of order.sizes) {
      const kept: { kind: ContenderKind; folder: string; seen: StartSeen[] }[] = []
      for (const kind of contenders) {
        const { name: who, keeps, bears } = kind
        if (keeps === 'in-memory') order.leaveOut({ scenario: START, who, rows, because: NOTHING_KEPT })
        else if (bears && rows > bears.rows)
          order.leaveOut({ scenario: START, who, rows, because: bears.because })
        else kept.push({ kind, folder: await filledFolder(kind, rows, order), seen: [] })
      }
      for (let time = 0; time < times; time += 1) {
        for (const { kind, folder, seen } of kept)
          seen.push(await inItsChild({ who: kind.name, folder, rows, does: 'open' }))
      }
      for (const { kind, seen } of kept) {
        const about = { scenario: START, who: kind.name, rows }
        measures.push(
          { ...about, what: startWhats.opened, unit: 'ms', samples: seen.map(({ openedMs }) => openedMs) },
          { ...about, what: startWhats.memory, unit: 'MB', samples: seen.map(({ memoryMb }) => memoryMb) },
        )
      }
    }
    return measures
  },
}

import { cpus } from 'node:os'
import type { monitorEventLoopDelay } from 'node:perf_hooks'
import type { ElectronApplication } from '@playwright/test'

/* What a bench asks the console's main process: how late its thread is, and what its processes take. */

type WithDelay = typeof globalThis & { delay: ReturnType<typeof monitorEventLoopDelay> }

/** Finer than the goal of 5 ms, so that a delay in the middle of a beat is seen whole. */
const BEAT_MS = 1
/** So many quantiles stand for the histogram: enough for a p99 and the worst. */
const QUANTILES = 1_000

/** Notes from now on how late the thread is that dispatches input. */
export const watchDelay = (app: ElectronApplication): Promise<void> =>
  app.evaluate((_electron, resolution) => {
    const delay = process.getBuiltinModule('node:perf_hooks').monitorEventLoopDelay({ resolution })
    delay.enable()
    Object.assign(globalThis, { delay })
  }, BEAT_MS)

/** The delays since `watchDelay`, ms, as quantiles from the least to the most. The watching ends. */
export async function takeDelay(app: ElectronApplication): Promise<number[]> {
  const beats = await app.evaluate((_electron, count) => {
    const { delay } = globalThis as WithDelay
    delay.disable()
    const at = (step: number) =>
      step === count ? delay.max : delay.percentile(Math.max(0.01, (step * 100) / count))
    return Array.from({ length: count + 1 }, (_, step) => at(step) / 1e6)
  }, QUANTILES)
  return beats.map((beat) => Math.max(0, beat - BEAT_MS))
}

/** What one of the console's processes takes: the engine's thread is inside `main`. */
export interface ProcessFacts {
  main: number
  /** Of all windows together. */
  windows: number
}

const KIND_OF: Partial<Record<string, keyof ProcessFacts>> = { Browser: 'main', Tab: 'windows' }

/** Resident memory, MB: now, or the most there ever was. */
export async function memoryOf(app: ElectronApplication, when: 'now' | 'most'): Promise<ProcessFacts> {
  const metrics = await app.evaluate(({ app: electron }) =>
    electron.getAppMetrics().map(({ type, memory }) => ({ type, ...memory })),
  )
  const facts: ProcessFacts = { main: 0, windows: 0 }
  for (const { type, workingSetSize, peakWorkingSetSize } of metrics) {
    const kind = KIND_OF[type]
    if (kind) facts[kind] += (when === 'now' ? workingSetSize : peakWorkingSetSize) / 1_024
  }
  return facts
}

/** Processor time of all the console's processes over a spell, in hundredths of a core. */
export async function cpuOver(
  app: ElectronApplication,
  spellMs: number,
): Promise<ProcessFacts & { others: number }> {
  const look = () =>
    app.evaluate(({ app: electron }) =>
      electron.getAppMetrics().map(({ type, cpu }) => ({ type, percent: cpu.percentCPUUsage })),
    )
  await look()
  await new Promise((over) => setTimeout(over, spellMs))
  const facts = { main: 0, windows: 0, others: 0 }
  // Electron divides by the cores there are.
  for (const { type, percent } of await look()) facts[KIND_OF[type] ?? 'others'] += percent * cpus().length
  return facts
}

import { closeSharedPostgres } from '#test/harness/site/postgres-database.ts'
import { fuzzRun } from './run.ts'
import type { RunOptions, RunReport } from './run.ts'

/* A process that runs what `scripts/fuzz.ts` hands it, one after the other, until it is let go. */

export interface Done {
  options: RunOptions
  report: RunReport
  seconds: number
}

process.on('message', (message) => {
  void work(message as RunOptions)
})
process.on('disconnect', () => {
  void closeSharedPostgres().then(() => process.exit(0))
})

async function work(options: RunOptions): Promise<void> {
  const startedAt = performance.now()
  const report = await fuzzRun(options)
  const done: Done = { options, report, seconds: (performance.now() - startedAt) / 1_000 }
  process.send?.(done)
}

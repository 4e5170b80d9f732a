import type { Done } from '../../test/fuzz/worker.ts'
import { problemKinds } from '../../test/fuzz/problems.ts'

/** What all runs together have shown. */
export class Tally {
  runs = 0
  failed: Done[] = []
  private readonly faults = new Map<string, number>()
  private readonly problems = new Map<string, number>()
  private readonly servers = new Map<string, { runs: number; seconds: number }>()

  add(done: Done): void {
    this.runs += 1
    const { report, options, seconds } = done
    for (const [kind, count] of Object.entries(report.faults)) {
      this.faults.set(kind, (this.faults.get(kind) ?? 0) + count)
    }
    for (const { kind } of report.problems) this.problems.set(kind, (this.problems.get(kind) ?? 0) + 1)
    const server = options.work ? 'postgres with work' : options.server
    const of = this.servers.get(server) ?? { runs: 0, seconds: 0 }
    this.servers.set(server, { runs: of.runs + 1, seconds: of.seconds + seconds })
    if (report.problems.length > 0) this.failed.push(done)
  }

  /** Faults by kind, most frequent first, and where the time went. */
  details(): string[] {
    const byKind = [...this.faults].sort(([, left], [, right]) => right - left)
    return [
      ...byKind.map(([kind, count]) => `${String(count).padStart(8)}  ${kind}`),
      ...[...this.servers].map(
        ([kind, { runs, seconds }]) =>
          `${runs} runs on ${kind}, ${((seconds * 1_000) / runs).toFixed(0)} ms each`,
      ),
    ]
  }

  summary(seconds: number): string {
    const faults = [...this.faults.values()].reduce((sum, count) => sum + count, 0)
    const problems = problemKinds.map((kind) => `${plural[kind]} ${this.problems.get(kind) ?? 0}`)
    const rate = (this.runs / seconds).toFixed(1)
    return `${this.runs} runs, ${faults} faults in ${seconds.toFixed(0)} s (${rate} runs/s): ${problems.join(', ')}`
  }
}

const plural = {
  'mirror differs': 'mirrors that differ',
  'wrong status': 'wrong statuses',
  'wrong screen': 'wrong screens',
  'wrong figure': 'wrong figures',
  'wrong work': 'wrong work',
  'stuck link': 'stuck links',
  leak: 'leaks',
  error: 'errors',
} as const satisfies Record<(typeof problemKinds)[number], string>

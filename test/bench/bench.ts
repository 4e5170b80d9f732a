/*
 * npm run bench: us and the others on the same work, in the same order, each in a process of its own; several rounds, medians and
 * spread, as a table and as JSON.
 *
 *   npm run bench -- --quick                        a look, in under two minutes
 *   npm run bench -- --sizes 10000,100000           how many stock rows
 *   npm run bench -- --only live-list,start         some scenarios
 *   npm run bench -- --json FILE                    where the figures go (otherwise test-results/bench.json)
 *   npm run bench -- --record                       for docs/performance.md: its JSON, its tables and its charts
 *   npm run bench -- --redraw                       its tables and charts, from the JSON as it is
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { projectFolder } from '../../scripts/launch/folders.ts'
import { drawRecord, record } from './report/write-report.ts'
import { endAll } from './suite/afterwards.ts'
import { loadNow, machine, versions } from './suite/machine.ts'
import type { BenchResults } from './suite/results.ts'
import { runScenarios } from './suite/run-scenarios.ts'
import { scenarios } from './suite/scenarios.ts'
import { plainTable } from './suite/table.ts'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    sizes: { type: 'string' },
    only: { type: 'string' },
    json: { type: 'string' },
    record: { type: 'boolean', default: false },
    redraw: { type: 'boolean', default: false },
  },
})
if (values.redraw) {
  await drawRecord()
  process.exit(0)
}
const pace = values.quick ? 'quick' : 'full'
const sizes = (values.sizes ?? (values.quick ? '10000' : '10000,100000,1000000')).split(',').map(Number)
const names = values.only?.split(',') ?? scenarios.map(({ name }) => name)
const unknown = names.filter((wanted) => !scenarios.some(({ name }) => name === wanted))
if (unknown.length > 0 || sizes.some((size) => !(size > 0))) {
  console.error(
    `There are these scenarios: ${scenarios.map(({ name }) => name).join(', ')}. Sizes are numbers of rows.`,
  )
  process.exit(2)
}

const startedAt = performance.now()
const seconds = (): number => Math.round((performance.now() - startedAt) / 1_000)
const say = (line: string): void => console.log(`${String(seconds()).padStart(4)} s  ${line}`)

// Whoever has had enough finds nothing left behind either.
process.once('SIGINT', () => void endAll().finally(() => process.exit(130)))

const before = loadNow()
const chosen = scenarios.filter(({ name }) => names.includes(name))
const outcome = await runScenarios(chosen, { sizes, pace, say })
await endAll()
const results: BenchResults = {
  pace,
  on: new Date().toISOString().slice(0, 10),
  tookSeconds: seconds(),
  machine: { ...machine(), load: { before, after: loadNow() } },
  versions: versions(),
  ...outcome,
}

console.log(plainTable(results))
const file = values.json ?? join(projectFolder, 'test-results', 'bench.json')
mkdirSync(dirname(file), { recursive: true })
writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`)
console.log(
  `\nAll in ${seconds()} s, on ${results.machine.cores} x ${results.machine.model}, load ${before} before. Figures: ${file}`,
)
if (values.record) await record(results)
const failed = results.scenarios.filter((scenario) => scenario.failed !== null)
if (failed.length > 0) {
  console.error(`Failed: ${failed.map(({ name }) => name).join(', ')}.`)
  process.exitCode = 1
}

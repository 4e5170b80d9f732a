import { parseArgs } from 'node:util'
import { projectFolder } from './launch/folders.ts'
import { mutations } from './mutations/mutations.ts'
import { openWorkshop } from './mutations/workshop.ts'

/*
 * npm run test:mutations: breaks the rules of syncing one at a time, in a copy of the project, and tells which tests notice.
 * A broken rule that no test notices is a hole in the proof, and the exit code is 1.
 */

/** Tests of the parts, whole sites under random faults, and the guard of speed; stories and traps would only say the same later. */
const SUITES = [
  ...['src/main/engine/sync', 'src/main/engine/mirror', 'src/main/engine/station', 'test/fuzz'],
  'test/bench/guard',
]
const SHOWN_TESTS = 8

const { values } = parseArgs({ options: { only: { type: 'string' } } })
const chosen = mutations.filter(({ name }) => values.only === undefined || name === values.only)
if (chosen.length === 0) {
  console.error(`There is no such mutation. There are: ${mutations.map(({ name }) => name).join(', ')}.`)
  process.exit(2)
}

const workshop = openWorkshop(projectFolder, SUITES)
process.once('exit', () => workshop.close())
process.once('SIGINT', () => process.exit(130))

const whole = await workshop.tryOut(null)
if (whole.failed.length > 0) {
  console.error(`The tests fail before any rule is broken:\n  ${whole.failed.join('\n  ')}`)
  process.exit(2)
}
console.log(`Nothing broken: ${whole.passed} tests pass (${whole.seconds.toFixed(0)} s).`)

let missed = 0
for (const mutation of chosen) {
  const { failed, seconds } = await workshop.tryOut(mutation)
  if (failed.length === 0) missed += 1
  const verdict = failed.length === 0 ? 'NOT NOTICED' : `noticed by ${failed.length} tests`
  console.log(`\n${mutation.name} [${mutation.rule}]: ${verdict} (${seconds.toFixed(0)} s)`)
  for (const title of failed.slice(0, SHOWN_TESTS)) console.log(`  ${title}`)
  if (failed.length > SHOWN_TESTS) console.log(`  and ${failed.length - SHOWN_TESTS} more`)
}
console.log(`\n${chosen.length - missed} of ${chosen.length} broken rules noticed.`)
process.exitCode = missed === 0 ? 0 : 1

import { relative, resolve } from 'node:path'
import { projectFolder } from './launch/folders.ts'
import { firstLine, inShort } from './test/in-short.ts'
import { sum, type Failure } from './test/reports.ts'
import { steps, take, type Outcome } from './test/steps.ts'

/*
 * `npm test`: everything that must hold, one thing after the other, to the end even when one fails. Then what failed, once more
 * and together. The last line is `N passed, N failed`: tests, and a failure for each step without tests (format, lint, types,
 * build) that did not hold.
 */

const outcomes: { name: string; outcome: Outcome }[] = []
for (const step of steps) {
  console.log(`\n== ${step.name}`)
  outcomes.push({ name: step.name, outcome: await take(step) })
}

const failures = outcomes.flatMap(({ outcome }) => outcome.failures)
console.log('')
for (const failure of failures) console.log(`${nameOf(failure)}\n${inShort(failure.message)}\n`)
for (const { name, outcome } of outcomes) {
  console.log(`${outcome.ok ? 'ok    ' : 'FAILED'}  ${name} (${outcome.seconds.toFixed(1)} s)`)
}
const tests = sum(outcomes.map(({ outcome }) => outcome.counts))
const brokenSteps = outcomes.filter(({ outcome }) => !outcome.ok && outcome.counts.failed === 0).length
const passed = tests.passed
const failed = tests.failed + brokenSteps
if (passed === 0) console.log('No test ran.')
process.exitCode = failed > 0 || passed === 0 ? 1 : 0
// Once more, short: of a long log often only its last lines are kept.
for (const failure of failures) console.log(`${nameOf(failure)}: ${firstLine(failure.message)}`)
console.log(`${passed} passed, ${failed} failed`)

function nameOf({ file, title }: Failure): string {
  return `x  ${relative(projectFolder, resolve(projectFolder, file))} ${title}`
}

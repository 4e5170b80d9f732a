import { askPassword } from './doctor/ask-password.ts'
import { readCommandLine, USAGE } from './doctor/command-line.ts'
import type { CommandLine } from './doctor/command-line.ts'
import { CannotLook, examine } from './doctor/examine.ts'
import { inWords } from './doctor/print.ts'

/*
 * npm run doctor: examines a console's data folder and says how it is: link, cursors, proofs, file.
 */

const HEALTHY = 0
const PROBLEMS_FOUND = 1
const COULD_NOT_LOOK = 2

async function main(): Promise<number> {
  let line: CommandLine | 'help'
  try {
    line = readCommandLine(process.argv.slice(2), process.env, process.platform)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`)
    return COULD_NOT_LOOK
  }
  if (line === 'help') {
    process.stdout.write(USAGE)
    return HEALTHY
  }
  const { folder, json, email } = line
  const given = process.env['SMART_SHELF_PASSWORD'] ?? ''
  const signIn = email === null ? null : { email, password: given === '' ? await askPassword(email) : given }
  const report = await examine({ folder, signIn, env: process.env, now: Date.now })
  process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : inWords(report))
  return report.problems.length === 0 ? HEALTHY : PROBLEMS_FOUND
}

try {
  process.exitCode = await main()
} catch (error) {
  const isExpected = error instanceof CannotLook
  process.stderr.write(
    `${isExpected ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
  )
  process.exitCode = COULD_NOT_LOOK
}

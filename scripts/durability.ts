import { parseArgs } from 'node:util'
import { durabilityRun } from '../test/durability/run.ts'
import { isWhole } from '../test/durability/tally.ts'
import { tableOf } from './durability/table.ts'

/*
 * npm run test:durability: the product's engine in a process of its own that is killed again and again while somebody works at
 * it, on a network that goes wrong. At the end every receipt is accounted for, from the server's tables and the person's own
 * paper.
 */

const USAGE = `Usage: npm run test:durability -- [options]

  --kills N   how often the console is killed (500)
  --seed S    which moments, faults and commands (1)
`

function whole(name: string, text: string): number {
  const number = Number(text)
  if (text.trim() === '' || !Number.isInteger(number) || number < 0) {
    throw new Error(`--${name} takes a whole number, not "${text}".`)
  }
  return number
}

function readOptions(): { kills: number; seed: number } {
  const { values } = parseArgs({
    options: { kills: { type: 'string', default: '500' }, seed: { type: 'string', default: '1' } },
  })
  return { kills: whole('kills', values.kills), seed: whole('seed', values.seed) }
}

async function main(): Promise<void> {
  let options: ReturnType<typeof readOptions>
  try {
    options = readOptions()
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`)
    process.exitCode = 2
    return
  }
  const report = await durabilityRun({ ...options, say: (words) => console.log(words) })
  for (const line of tableOf(report, options.seed)) console.log(line)
  process.exitCode = isWhole(report.tally) ? 0 : 1
}

await main()

import { parseArgs } from 'node:util'

/** `work`: on Postgres, with people who work at the consoles. */
export type ServerChoice = 'memory' | 'postgres' | 'work' | 'both' | 'mixed'

export interface FuzzOptions {
  runs: number
  seed: number
  /** Only this run of the seed. */
  run: number | null
  /** `mixed`: every tenth run on Postgres, and every tenth with work. */
  server: ServerChoice
  workers: number
}

export const USAGE = `Usage: npm run test:fuzz -- [options]

  --runs N      how many sites (2000)
  --seed S      which ones (1)
  --run N       only the N-th of this seed, with its step log
  --server K    memory, postgres, work, both, or mixed: every tenth on Postgres, every tenth with work (mixed)
  --workers N   processes beside each other (2)
`

const choices: readonly ServerChoice[] = ['memory', 'postgres', 'work', 'both', 'mixed']
const isServerChoice = (text: string): text is ServerChoice => (choices as readonly string[]).includes(text)

/** @throws when the command line cannot be understood */
export function readOptions(args: string[]): FuzzOptions {
  const { values } = parseArgs({
    args,
    options: {
      runs: { type: 'string', default: '2000' },
      seed: { type: 'string', default: '1' },
      run: { type: 'string' },
      server: { type: 'string', default: 'mixed' },
      workers: { type: 'string', default: '2' },
    },
  })
  const { server } = values
  if (!isServerChoice(server)) {
    throw new Error(`--server takes ${choices.join(', ')}, not "${server}".`)
  }
  return {
    runs: whole('runs', values.runs),
    seed: whole('seed', values.seed),
    run: values.run === undefined ? null : whole('run', values.run),
    server,
    workers: Math.max(1, whole('workers', values.workers)),
  }
}

function whole(name: string, text: string): number {
  const number = Number(text)
  if (text.trim() === '' || !Number.isInteger(number) || number < 0) {
    throw new Error(`--${name} takes a whole number, not "${text}".`)
  }
  return number
}

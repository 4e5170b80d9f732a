import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { ImportProblem } from '../src/main/import/problem.ts'
import { runningBackend } from './import/target.ts'
import { Movements } from './replay/movements.ts'
import { percentile, play, type Played } from './replay/player.ts'
import { readMovingLines } from './replay/read-lines.ts'
import { signIn } from './replay/session.ts'

/*
 * npm run replay: plays the lines of a retail invoice file as live movements, at a steady rate, through the same server
 * function as the console, signed in as a user.
 */

const USAGE = `Usage: npm run replay -- FILE --rate N [options]

  --rate N            movements per second
  --duration S        end after S seconds, starting the file again when it ends (default: once through the file)
  --warehouse CODE    where (default MAIN)
  --email A --password P   sign in as this user (default: the demo user)
  --url URL --anon-key KEY the project (or SUPABASE_URL and SUPABASE_ANON_KEY; default: the embedded backend of "npm start")
  --json FILE         write what was played to FILE as JSON
Ctrl-C ends it after the batch under way.
`

interface CommandLine {
  file: string
  rate: number
  durationMs: number | null
  warehouse: string
  jsonFile: string | undefined
  server: { url: string; anonKey: string; email: string; password: string }
}

const say = (line: string): void => void process.stderr.write(`${line}\n`)

async function main(): Promise<void> {
  const line = readCommandLine(process.argv.slice(2))
  if (line === 'help') {
    process.stdout.write(USAGE)
    return
  }
  const stopping = new AbortController()
  process.once('SIGINT', () => stopping.abort())
  process.once('SIGTERM', () => stopping.abort())

  const { url, anonKey, email, password } = line.server
  const session = await signIn(url, anonKey, email, password)
  const warehouseId = await session.warehouse(line.warehouse)
  const shelves = await session.shelves(warehouseId)
  const most = line.durationMs === null ? Infinity : Math.ceil((line.rate * line.durationMs) / 1_000) + 1_000
  const lines = await readMovingLines(line.file, most)
  say(
    `${lines.length.toLocaleString('en')} lines, ${shelves.size.toLocaleString('en')} articles in ${line.warehouse} at ${url}.`,
  )

  const movements = new Movements(lines, { warehouseId, shelves, newId: randomUUID, now: () => new Date() })
  let saidAtMs = 0
  const played = await play(
    {
      take: (count) => movements.take(count, line.durationMs !== null),
      apply: (commands) => session.apply(commands),
      now: () => performance.now(),
      pause: (ms) => sleep(Math.max(0, ms), undefined, { signal: stopping.signal }).catch(() => undefined),
      isStopped: () => stopping.signal.aborted,
    },
    {
      rate: line.rate,
      durationMs: line.durationMs,
      onBeat: (soFar) => {
        if (soFar.tookMs - saidAtMs < 5_000) return
        saidAtMs = soFar.tookMs
        say(summary(soFar, line.rate))
      },
    },
  )
  finish(line, played, movements)
}

function finish(line: CommandLine, played: Played, movements: Movements): void {
  if (played.applied === 0 && played.refused.size === 0) {
    throw new ImportProblem(
      `None of the file's articles is in stock in ${line.warehouse}: import the file there first.`,
    )
  }
  process.stdout.write(`${summary(played, line.rate)}\n`)
  if (movements.unknown > 0)
    say(`${movements.unknown} lines were left out: articles that ${line.warehouse} does not have.`)
  if (line.jsonFile === undefined) return
  const facts = {
    rate: line.rate,
    achievedRate: achieved(played),
    tookMs: Math.round(played.tookMs),
    applied: played.applied,
    refused: Object.fromEntries(played.refused),
    retries: played.retries,
    restocked: movements.restocked,
    unknown: movements.unknown,
    latencyMs: { p50: percentile(played.latenciesMs, 0.5), p99: percentile(played.latenciesMs, 0.99) },
  }
  writeFileSync(line.jsonFile, `${JSON.stringify(facts, null, 2)}\n`)
}

const achieved = ({ applied, tookMs }: Played): number =>
  tookMs === 0 ? applied : Math.round((applied / tookMs) * 10_000) / 10

function summary(played: Played, rate: number): string {
  const refused = [...played.refused].map(([code, count]) => `${count} refused (${code})`)
  return [
    `${played.applied.toLocaleString('en')} movements in ${(played.tookMs / 1_000).toFixed(1)} s`,
    `${achieved(played)} of ${rate} per second`,
    `answers p50 ${Math.round(percentile(played.latenciesMs, 0.5))} ms, p99 ${Math.round(percentile(played.latenciesMs, 0.99))} ms`,
    ...(refused.length > 0 ? refused : ['none refused']),
    ...(played.retries > 0 ? [`${played.retries} batches sent again`] : []),
  ].join(', ')
}

function readCommandLine(args: string[]): CommandLine | 'help' {
  const { values, positionals } = parse(args)
  if (values.help) return 'help'
  const [file] = positionals
  if (file === undefined || positionals.length > 1) throw new ImportProblem(`Give one file.\n\n${USAGE}`)
  return {
    file,
    rate: positive('--rate', values.rate) ?? missing('--rate'),
    durationMs: values.duration === undefined ? null : (positive('--duration', values.duration) ?? 0) * 1_000,
    warehouse: values.warehouse ?? 'MAIN',
    jsonFile: values.json,
    server: serverOf(values),
  }
}

function serverOf(values: ReturnType<typeof parse>['values']): CommandLine['server'] {
  const url = values.url ?? process.env['SUPABASE_URL']
  const anonKey = values['anon-key'] ?? process.env['SUPABASE_ANON_KEY']
  if (url === undefined || url === '') {
    const backend = runningBackend()
    const email = values.email ?? backend.demoUser?.email
    const password = values.password ?? backend.demoUser?.password
    if (email === undefined || password === undefined) return missing('--email and --password')
    return { url: backend.url, anonKey: backend.anonKey, email, password }
  }
  const { email, password } = values
  if (anonKey === undefined || anonKey === '') return missing('--anon-key')
  if (email === undefined || password === undefined) return missing('--email and --password')
  return { url, anonKey, email, password }
}

function missing(what: string): never {
  throw new ImportProblem(`${what} is missing.\n\n${USAGE}`)
}

function positive(option: string, text: string | undefined): number | null {
  if (text === undefined) return null
  const value = Number(text)
  if (!Number.isFinite(value) || value <= 0)
    throw new ImportProblem(`${option} takes a number above 0, not "${text}".`)
  return value
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        rate: { type: 'string' },
        duration: { type: 'string' },
        warehouse: { type: 'string' },
        email: { type: 'string' },
        password: { type: 'string' },
        url: { type: 'string' },
        'anon-key': { type: 'string' },
        json: { type: 'string' },
        help: { type: 'boolean' },
      },
    })
  } catch (error) {
    throw new ImportProblem(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`, error)
  }
}

main().catch((error: unknown) => {
  const text =
    error instanceof ImportProblem ? error.message : error instanceof Error ? error.stack : String(error)
  say(text ?? 'The replay failed.')
  process.exitCode = 1
})

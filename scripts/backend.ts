import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { BackendStartError, startBackend } from '#backend/compose.ts'
import type { Backend, BackendOptions } from '#backend/backend.ts'
import { backendNote, readBackendNote } from './launch/backend-facts.ts'

/*
 * npm run backend: the embedded backend as a process. Standard output carries one JSON line when it is ready; everything for
 * people goes to standard error.
 */

const USAGE = `Usage: npm run backend -- [options]

  --port N             port to listen on; 0: any free one; without it the one this data folder had, if it is free
  --data-dir DIR       keep the database in this folder; without it everything is in memory and gone at the end
  --database-url URL   use this Postgres server instead of the built-in one
  --seed demo|empty    demo: a demo user and a demo warehouse (the default); empty: neither
  --host ADDRESS       address to listen on; 127.0.0.1 when not given
  --faults             let tests disturb the backend (POST /__faults with the service-role key)
  --exit-with-parent   end when standard input is closed
  --help               show this
`

interface CommandLine {
  backend: BackendOptions
  /** A port was asked for; otherwise the data folder's own is tried first. */
  isPortGiven: boolean
  exitWithParent: boolean
}

class UsageError extends Error {}

const say = (line: string): void => void process.stderr.write(`${line}\n`)

async function main(): Promise<void> {
  const line = readCommandLine(process.argv.slice(2))
  if (line === 'help') {
    process.stdout.write(USAGE)
    return
  }
  let end = (): void => process.exit(1)
  const stopping = new Promise<string>((resolve) => {
    end = () => resolve('asked')
  })
  process.once('SIGINT', () => end())
  process.once('SIGTERM', () => end())
  if (line.exitWithParent)
    process.stdin
      .resume()
      .once('close', () => end())
      .once('end', () => end())

  const starting = start(line)
  const first = await Promise.race([starting, stopping])
  const backend = await starting
  if (typeof first !== 'string') {
    announce(backend, line.backend.dataDir)
    await stopping
  }
  await backend.stop()
  process.exit(0)
}

/**
 * A project is known by its address: a console keeps its mirror under it. So a data folder comes back at the port it had,
 * unless somebody else has that now.
 */
async function start({ backend, isPortGiven }: CommandLine): Promise<Backend> {
  const options = { ...backend, log: say }
  const before = isPortGiven || backend.dataDir === undefined ? null : portBefore(backend.dataDir)
  if (before === null) return await startBackend(options)
  try {
    return await startBackend({ ...options, port: before })
  } catch (error) {
    if (!(error instanceof BackendStartError) || error.problem !== 'port-in-use') throw error
    say(`Port ${before} is taken by another program: the backend gets a new address this time.`)
    return await startBackend(options)
  }
}

/** The port this data folder was served at last, from the note beside its data; null when there is none to be read. */
function portBefore(dataDir: string): number | null {
  try {
    return Number(new URL(readBackendNote(dataDir).url).port) || null
  } catch {
    // A first start has no note, and an unreadable one is written anew: any port will do.
    return null
  }
}

/** Says that the backend is ready, and leaves the same beside its data for those who come later. */
function announce(backend: Backend, dataDir: string | undefined): void {
  const { url, anonKey, serviceRoleKey, demoUser } = backend
  const ready = JSON.stringify({ url, anonKey, serviceRoleKey, demoUser })
  if (dataDir !== undefined) writeFileSync(backendNote(dataDir), `${ready}\n`, { mode: 0o600 })
  process.stdout.write(`${ready}\n`)
  say(`Backend ready at ${url}. Ctrl-C ends it.`)
}

function readCommandLine(args: string[]): CommandLine | 'help' {
  const values = parse(args)
  if (values.help) return 'help'
  const { 'data-dir': dataDir, 'database-url': databaseUrl, seed = 'demo', host } = values
  if (seed !== 'demo' && seed !== 'empty') throw new UsageError(`--seed takes demo or empty, not "${seed}".`)
  if (dataDir !== undefined && databaseUrl !== undefined) {
    throw new UsageError('--data-dir and --database-url exclude each other: choose one.')
  }
  if (databaseUrl !== undefined && !/^postgres(ql)?:\/\//.test(databaseUrl)) {
    throw new UsageError('--database-url takes postgres://user:password@host:port/database.')
  }
  return {
    backend: {
      port: readPort(values.port ?? '0'),
      seed,
      ...(host !== undefined && { host }),
      ...(dataDir !== undefined && { dataDir }),
      ...(databaseUrl !== undefined && { databaseUrl }),
      ...(values.faults && { faults: true }),
    },
    isPortGiven: values.port !== undefined,
    exitWithParent: values['exit-with-parent'] ?? false,
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        port: { type: 'string' },
        'data-dir': { type: 'string' },
        'database-url': { type: 'string' },
        seed: { type: 'string' },
        host: { type: 'string' },
        faults: { type: 'boolean' },
        'exit-with-parent': { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function readPort(text: string): number {
  const port = Number(text)
  if (text.trim() === '' || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new UsageError(`--port takes a number from 0 to 65535, not "${text}".`)
  }
  return port
}

main().catch((error: unknown) => {
  if (error instanceof UsageError) say(`${error.message}\n\n${USAGE}`)
  else if (error instanceof BackendStartError) say(error.message)
  else say(error instanceof Error ? (error.stack ?? error.message) : String(error))
  process.exit(error instanceof UsageError ? 2 : 1)
})

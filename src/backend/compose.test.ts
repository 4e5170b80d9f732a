import { existsSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@supabase/supabase-js'
import { afterEach, describe, expect, it } from 'vitest'
import { SCHEMA_VERSION } from '#shared/protocol/server.ts'
import { startNativePostgres } from '#test/harness/native-postgres.ts'
import { BackendStartError, startBackend } from './compose.ts'
import { migrationScripts } from './platform/platform.ts'
import type { Backend, BackendOptions } from './backend.ts'

const tidy: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const step of tidy.splice(0).reverse()) await step()
})

async function start(options: Partial<BackendOptions>): Promise<Backend> {
  const backend = await startBackend({ port: 0, seed: 'empty', ...options })
  tidy.push(() => backend.stop())
  return backend
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'shelf-backend-'))
  tidy.push(() => rm(path, { recursive: true, force: true }))
  return path
}

const versions = migrationScripts().map(({ name }) => name.split('_')[0])

describe('a data folder', () => {
  it('keeps users, keys and the record of migrations over a restart', async () => {
    const dataDir = await folder()
    const first = await start({ dataDir, seed: 'demo' })
    const rows = await first.sql('select version from supabase_migrations.schema_migrations order by version')
    expect(rows.map((row) => row['version'])).toEqual(versions)
    const products = await first.sql('select count(*) as n from products')
    await first.stop()

    const lines: string[] = []
    const second = await start({ dataDir, seed: 'demo', log: (line) => lines.push(line) })
    expect(lines.filter((line) => line.startsWith('Migrations applied'))).toEqual([])
    expect([second.anonKey, second.serviceRoleKey]).toEqual([first.anonKey, first.serviceRoleKey])
    expect(await second.sql('select count(*) as n from products')).toEqual(products)
    const supabase = createClient(second.url, first.anonKey, { auth: { persistSession: false } })
    const { error } = await supabase.auth.signInWithPassword(second.demoUser ?? { email: '', password: '' })
    expect(error).toBeNull()
    await supabase.auth.signOut({ scope: 'local' })
  })

  it('is refused while another backend has it, and taken over from one that was killed', async () => {
    const dataDir = await folder()
    const first = await start({ dataDir })
    await expect(start({ dataDir })).rejects.toMatchObject({ problem: 'data-dir-locked' })
    await first.stop()
    expect(existsSync(join(dataDir, 'backend.lock'))).toBe(false)
    // A process id that no system gives out.
    writeFileSync(join(dataDir, 'backend.lock'), '4194305')
    await start({ dataDir })
  })

  it('is refused when it is a file', async () => {
    const file = join(await folder(), 'a-file')
    writeFileSync(file, '')
    await expect(start({ dataDir: file })).rejects.toMatchObject({ problem: 'data-dir-unusable' })
  })

  it('is refused when a newer version made it', async () => {
    const dataDir = await folder()
    const first = await start({ dataDir })
    await first.sql(
      `insert into supabase_migrations.schema_migrations values ('29990101000000', '{}', 'future')`,
    )
    await first.stop()
    const error = await start({ dataDir }).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(BackendStartError)
    expect(error).toMatchObject({ problem: 'newer-database' })
    // It let go of the folder when it gave up.
    expect(existsSync(join(dataDir, 'backend.lock'))).toBe(false)
  })
})

describe('starting', () => {
  it('says when the port is taken', async () => {
    const other = createServer()
    await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening))
    tidy.push(() => new Promise((closed) => other.close(closed)))
    const address = other.address()
    const port = typeof address === 'object' && address ? address.port : 0
    await expect(start({ port })).rejects.toMatchObject({ problem: 'port-in-use' })
  })

  it('says when there is no database, without its password', async () => {
    const error = await start({ databaseUrl: 'postgres://me:hidden@127.0.0.1:1/x' }).catch((e: unknown) => e)
    expect(error).toMatchObject({ problem: 'database-unreachable' })
    expect((error as Error).message).not.toContain('hidden')
  })

  it('serves the same on a Postgres server, where a second backend finds the work done', async () => {
    const server = await startNativePostgres()
    tidy.push(() => server.stop())
    const databaseUrl = await server.createDatabase('site')
    const [one, two] = await Promise.all([start({ databaseUrl, seed: 'demo' }), start({ databaseUrl })])
    expect(two.anonKey).toBe(one.anonKey)
    const supabase = createClient(two.url, one.anonKey, { auth: { persistSession: false } })
    await supabase.auth.signInWithPassword(one.demoUser ?? { email: '', password: '' })
    const answer = await supabase.rpc('sync_pull', { cursors: [] })
    expect(answer.data).toMatchObject({
      schema_version: SCHEMA_VERSION,
      granted: expect.arrayContaining(['site']) as string[],
    })
    await supabase.auth.signOut({ scope: 'local' })
  })

  it('stops once, and stops again without complaint', async () => {
    const backend = await start({})
    await Promise.all([backend.stop(), backend.stop()])
    await expect(fetch(`${backend.url}/auth/v1/health`)).rejects.toThrow()
  })
})

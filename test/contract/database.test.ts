import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openPgliteDatabase } from '#backend/pglite-database.ts'
import { openPostgresDatabase } from '#backend/postgres-database.ts'
import { startNativePostgres } from '#test/harness/native-postgres.ts'
import { PATIENCE_MS } from '#test/harness/patience.ts'
import { databaseContract } from './database.contract.ts'

databaseContract('PGlite', async () => ({ database: await openPgliteDatabase() }))

databaseContract('native Postgres', async () => {
  const server = await startNativePostgres()
  return { database: await openPostgresDatabase({ url: server.url }), release: () => server.stop() }
})

describe('PGlite in a folder', () => {
  it('finds its rows again', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'shelf-pglite-'))
    const first = await openPgliteDatabase({ dataDir: join(folder, 'database') })
    await first.script('create table kept as select 42 as answer')
    await first.close()
    const second = await openPgliteDatabase({ dataDir: join(folder, 'database') })
    expect(await second.query('select answer from kept')).toEqual([{ answer: 42 }])
    await second.close()
    await expect(second.query('select 1')).rejects.toMatchObject({ code: '08003' })
    await rm(folder, { recursive: true })
  })
})

describe('native Postgres that is not there', () => {
  it('is said by its code', async () => {
    const opening = openPostgresDatabase({ url: 'postgres://postgres@127.0.0.1:1/postgres' })
    await expect(opening).rejects.toMatchObject({ code: '08001' })
  })
})

describe('native Postgres that ends a session', () => {
  it('is connected to again: queries go on at once, and listeners hear what comes after', async () => {
    const server = await startNativePostgres()
    const database = await openPostgresDatabase({ url: server.url })
    const heard: string[] = []
    await database.listen('bell', (payload) => heard.push(payload))
    await database.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'smart-shelf-backend' and pid <> pg_backend_pid()`,
    )
    await expect
      .poll(
        async () => {
          await database.query(`select pg_notify('bell', 'again')`)
          return heard.length
        },
        { timeout: PATIENCE_MS },
      )
      .toBeGreaterThan(0)
    await database.close()
    await server.stop()
  })
})

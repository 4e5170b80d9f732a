import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RawSocket } from './support/raw-socket.ts'
import {
  openTestDatabase,
  startBackendUnderTest,
  type BackendUnderTest,
} from './support/backend-under-test.ts'
import { changesDelivered } from './support/until.ts'
import type { Database } from '#backend/database.ts'

const STATIONS = 300

/** Counts what goes to the database. */
function counting(database: Database, count: () => void): Database {
  return new Proxy(database, {
    get(target, key: keyof Database) {
      if (key !== 'query' && key !== 'transaction' && key !== 'as') return target[key].bind(target)
      return (...args: never[]) => {
        count()
        return (target[key] as (...given: never[]) => unknown).apply(target, args)
      }
    },
  })
}

describe('what a message costs', () => {
  let database: Database
  let backend: BackendUnderTest
  let queries = 0
  beforeAll(async () => {
    database = await openTestDatabase(`
      create table public.heads (scope text primary key, head int);
      alter publication supabase_realtime add table public.heads`)
    backend = await startBackendUnderTest(
      counting(database, () => (queries += 1)),
      { settings: { maxEventsPerSecond: 50_000, maxJoinsPerSecond: 50_000 } },
    )
  })
  afterAll(async () => {
    await backend.stop()
    await database.close()
  })

  test(`a poke reaches ${STATIONS} stations without a query of the server`, async () => {
    const stations = await Promise.all(Array.from({ length: STATIONS }, () => RawSocket.open(backend)))
    await Promise.all(stations.map((station) => station.join('sync:site', {})))
    queries = 0
    await database.query(`select realtime.send('{"from": 1, "to": 2}', 'poke', 'sync:site', false)`)
    await Promise.all(stations.map((station) => station.nextOf('sync:site')))
    expect(queries).toBe(0)
    for (const { client } of stations) client.terminate()
  })

  test(`a changed row reaches ${STATIONS} followers with a handful of queries`, async () => {
    const stations = await Promise.all(Array.from({ length: STATIONS }, () => RawSocket.open(backend)))
    const binding = { event: '*', schema: 'public', table: 'heads', filter: 'scope=eq.site' }
    await Promise.all(stations.map((station) => station.join('heads', { postgres_changes: [binding] })))
    await Promise.all(stations.map((station) => station.next('heads')))
    queries = 0
    await database.query(`insert into public.heads values ('site', 1), ('warehouse:1', 1)`)
    await Promise.all(stations.map((station) => station.next('heads')))
    await changesDelivered(database)
    expect(queries).toBeLessThanOrEqual(6)
    for (const { client } of stations) client.terminate()
  })
})

import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { createClient } from '@supabase/supabase-js'
import type { FeedKind } from '#shared/protocol/status.ts'
import { startNativePostgres } from '#test/harness/native-postgres.ts'
import { replay } from '../replaying.ts'
import { serverCpu } from './cpu.ts'
import type { FromHall, FromServer, HallBoot, Heard, ServerBoot, ToHall } from './messages.ts'
import { startSpoken, type Spoken } from './processes.ts'

/*
 * A hall of stations on a server that is as close to a real project as one machine allows: native Postgres with the very
 * migrations, our stand-in for Realtime, supabase-js at each station.
 */

export interface HallOrder {
  feed: FeedKind
  stations: number
  /** Movements a second. */
  rate: number
  seconds: number
}

/** What was seen over the spell. */
export interface HallFigures {
  seconds: number
  /** From the statement of each marked change to the delta at each station, ms. */
  lagMs: number[]
  hints: number
  pulls: number
  server: { backendMs: number; postgresMs: number }
  stationsMs: number
  movements: number
}

export interface Hall {
  measure(order: HallOrder): Promise<HallFigures>
  close(): Promise<void>
}

const PRODUCTS = 500
const PER_PROCESS = 13
const MARK_EVERY_MS = 200
const SETTLE_MS = 1_500
/** The replay signs in and starts before the spell, and goes on until after it. */
const SPARE_SECONDS = 20
const USER = { email: 'hall@shelf.test', password: 'password of the hall' }

export async function openHall(): Promise<Hall> {
  const postgres = await startNativePostgres()
  const databaseUrl = await postgres.createDatabase('hall')
  const server = startSpoken<never, FromServer>('server-process.ts', { databaseUrl } satisfies ServerBoot)
  const { url, anonKey, serviceRoleKey } = await server.hears('ready')
  const database = new pg.Client(databaseUrl)
  await database.connect()
  const folder = await mkdtemp(join(tmpdir(), 'shelf-hall-'))
  const marked = await furnish(database, url, serviceRoleKey)
  await writeFile(join(folder, 'lines.csv'), linesCsv())
  let mark = 1_000
  let rounds = 0

  return {
    async measure({ feed, stations, rate, seconds }) {
      const home = join(folder, `round-${++rounds}`)
      const boot = { feed, marked, user: USER, server: { url, anonKey, embedded: true } }
      const halls = await openProcesses(boot, stations, home)
      const site = { url, anonKey, user: USER }
      const duration = String(seconds + SPARE_SECONDS)
      const replaying = replay(site, folder, { rate: String(rate), duration, warehouse: 'HALL' })
      const count = () => movementsIn(database)
      const before = await count()
      while ((await count()) < before + rate) await sleep(100)

      for (const hall of halls) hall.tell('count')
      const movementsBefore = await count()
      const cpuBefore = serverCpu(server.pid, process.pid)
      const startedAt = performance.now()
      const marks = new Map<number, number>()
      while (performance.now() - startedAt < seconds * 1_000) {
        marks.set(++mark, Date.now())
        await database.query('update inventory set quantity_on_hand = $2 where product_id = $1', [
          marked.productId,
          mark,
        ])
        await sleep(MARK_EVERY_MS)
      }
      const took = (performance.now() - startedAt) / 1_000
      const cpuAfter = serverCpu(server.pid, process.pid)
      const movements = (await count()) - movementsBefore
      const early = await heardBy(halls)
      replaying.stop()
      await sleep(stations > 0 ? SETTLE_MS : 0)
      const late = await heardBy(halls)
      await Promise.all([replaying.ended, ...halls.map((hall) => hall.end('stop'))])
      await rm(home, { recursive: true, force: true })
      return {
        ...{ seconds: took, movements, lagMs: lagsOf(late, marks) },
        hints: sum(early, ({ hints }) => hints),
        pulls: sum(early, ({ pulls }) => pulls),
        server: {
          backendMs: cpuAfter.backend - cpuBefore.backend,
          postgresMs: cpuAfter.postgres - cpuBefore.postgres,
        },
        stationsMs: sum(early, ({ cpuMs }) => cpuMs),
      }
    },
    async close() {
      await database.end()
      await server.end()
      await postgres.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

type HallProcess = Spoken<ToHall, FromHall>

async function openProcesses(
  boot: Omit<HallBoot, 'directory' | 'stations'>,
  stations: number,
  home: string,
): Promise<HallProcess[]> {
  const halls: HallProcess[] = []
  for (let left = stations; left > 0; left -= PER_PROCESS) {
    const directory = join(home, String(halls.length))
    halls.push(startSpoken('hall-process.ts', { ...boot, directory, stations: Math.min(left, PER_PROCESS) }))
  }
  await Promise.all(halls.map((hall) => hall.hears('live')))
  return halls
}

const heardBy = (halls: readonly HallProcess[]): Promise<Heard[]> =>
  Promise.all(
    halls.map(async (hall) => {
      const telling = hall.hears('heard')
      hall.tell('tell')
      return (await telling).heard
    }),
  )

const sum = (all: readonly Heard[], of: (heard: Heard) => number): number =>
  all.reduce((total, heard) => total + of(heard), 0)

/** A station that was told of a later change has that one and those before it. */
function lagsOf(all: readonly Heard[], marks: ReadonlyMap<number, number>): number[] {
  const lags: number[] = []
  for (const told of all.flatMap((heard) => heard.marks)) {
    let next = 0
    for (const [change, madeAt] of marks) {
      while (next < told.length && told[next]!.change < change) next++
      const heard = told[next]
      if (!heard) throw new Error(`A station was never told of the marked change ${change}.`)
      lags.push(heard.at - madeAt)
    }
  }
  return lags
}

async function movementsIn(database: pg.Client): Promise<number> {
  const { rows } = await database.query<{ n: number }>('select count(*)::int as n from stock_movements')
  return rows[0]?.n ?? 0
}

/** A warehouse, products, somebody who manages it. @returns the line that is marked; nobody else moves it */
async function furnish(
  database: pg.Client,
  url: string,
  serviceRoleKey: string,
): Promise<HallBoot['marked']> {
  const admin = createClient(url, serviceRoleKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  })
  const { error } = await admin.auth.admin.createUser({ ...USER, email_confirm: true })
  if (error) throw error
  const [warehouseId, productId] = [randomUUID(), randomUUID()]
  await database.query(`insert into warehouses (id, code, name) values ($1, 'HALL', 'Hall')`, [warehouseId])
  await database.query(
    `insert into warehouse_members (user_id, warehouse_id, role) select id, $1, 'manager' from auth.users where email = $2`,
    [warehouseId, USER.email],
  )
  await database.query(
    `insert into products (id, sku, name, reorder_point) select $1::uuid, 'MARK', 'Marked', 0
     union all select gen_random_uuid(), 'HALL-' || n, 'Hall product ' || n, 5 from generate_series(1, $2::int) n`,
    [productId, PRODUCTS],
  )
  await database.query(
    `insert into inventory (warehouse_id, product_id, bin, quantity_on_hand) select $1, id, 'A-1', 1000 from products`,
    [warehouseId],
  )
  return { warehouseId, productId }
}

/** Invoice lines over the hall's products, as `npm run replay` reads them. */
function linesCsv(): string {
  const lines = Array.from(
    { length: PRODUCTS },
    (_, at) => `${50_000 + at},HALL-${at + 1},,${1 + (at % 3)},2026-01-05 08:00:00,1.00,,`,
  )
  return `InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n${lines.join('\n')}\n`
}

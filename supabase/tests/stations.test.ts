import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { StationRow } from '#shared/domain/rows.ts'
import { must } from '#shared/lib/must.ts'
import { startPgliteProject, type PgliteProject } from './support/pglite-project.ts'
import { addMember, addUser, addWarehouse, head, pullOne, warehouseScope } from './support/site.ts'
import { anon, asCaller, service, sqlstateOf, user, type Sql } from './support/sql.ts'

/* What stations say of themselves, and who may say it. */

let project: PgliteProject
let sql: Sql
let hall: string
let yard: string
let mia: string
let boss: string
let stranger: string

beforeAll(async () => {
  project = await startPgliteProject()
  sql = project.sql
})
afterAll(() => project.stop())

/** A warehouse of its own for each test, so that only its stations count. */
async function aSite(): Promise<void> {
  await sql.script('delete from public.stations; update public.sync_settings set presence_budget = 10')
  hall = await addWarehouse(sql)
  yard = await addWarehouse(sql)
  mia = await addUser(sql)
  boss = await addUser(sql)
  stranger = await addUser(sql)
  await addMember(sql, mia, hall, 'viewer')
  await addMember(sql, boss, hall, 'manager')
  await addMember(sql, stranger, yard, 'manager')
}

const Answer = z.object({ server_time: z.string(), next_ms: z.int() })

const reportOf = (station: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  station_id: station,
  warehouse_id: hall,
  name: 'Gate 3',
  kind: 'terminal',
  app_version: '1.2.3',
  link: 'live',
  behind: 0,
  complete_as_of: '2026-11-23T10:00:00.000Z',
  unsent: 0,
  oldest_unsent_at: null,
  refused: 0,
  last_scan_at: null,
  clock_offset_ms: 12,
  closing: false,
  ...more,
})

async function report(who: string, of: Record<string, unknown>): Promise<z.infer<typeof Answer>> {
  const [row] = await asCaller(sql, user(who), (as) =>
    as.query<{ answer: unknown }>('select public.report_station($1) as answer', [JSON.stringify(of)]),
  )
  return Answer.parse(row?.answer)
}

const refusalOf = (who: string, of: unknown): Promise<string | null> =>
  sqlstateOf(() => report(who, of as Record<string, unknown>))

/** The row as every station of the warehouse gets it. */
async function rowOf(station: string, reader = mia): Promise<StationRow> {
  const page = await pullOne(sql, reader, { scope: warehouseScope(hall) })
  const change = page.changes.find(({ id }) => id === station)
  return StationRow.parse(must(change, 'the station among the changes').row)
}

/** As if the last report had been made so long ago. */
const ago = (station: string, seconds: number) =>
  sql.query(
    `update public.stations set seen_at = seen_at - make_interval(secs => $2),
       expected_by = expected_by - make_interval(secs => $2) where id = $1`,
    [station, seconds],
  )

describe('a report', () => {
  beforeAll(aSite)

  test('[L3] is stamped by the server: who, when, and by when to be heard of again', async () => {
    const station = randomUUID()
    const oldest = '2026-11-23T09:59:00.000Z'
    const { server_time: at, next_ms: nextMs } = await report(
      mia,
      reportOf(station, { unsent: 3, oldest_unsent_at: oldest, behind: 7, user_id: undefined }),
    )
    const row = await rowOf(station)
    expect(row).toMatchObject({
      ...{ name: 'Gate 3', kind: 'terminal', app_version: '1.2.3', link: 'live', clock_offset_ms: 12 },
      ...{ user_id: mia, unsent: 3, behind: 7, refused: 0, last_scan_at: null },
    })
    expect(Date.parse(must(row.oldest_unsent_at, 'its oldest'))).toBe(Date.parse(oldest))
    expect(Date.parse(must(row.seen_at, 'when'))).toBe(Date.parse(at))
    expect(Date.parse(must(row.expected_by, 'by when')) - Date.parse(at)).toBe(3 * nextMs)
    expect(nextMs).toBe(30_000)
  })

  test('cannot say who is there, or when it was', async () => {
    for (const forged of [{ user_id: boss }, { seen_at: '2030-01-01T00:00:00Z' }, { expected_by: null }]) {
      expect(await refusalOf(mia, reportOf(randomUUID(), forged))).toBe('PT400')
    }
  })

  test.each<[string, unknown]>([
    ['station_id', 'gate-3'],
    ['warehouse_id', null],
    ['name', ''],
    ['name', 'x'.repeat(61)],
    ['kind', 'toaster'],
    ['app_version', 3],
    ['link', 'splendid'],
    ['behind', -1],
    ['unsent', 1.5],
    ['unsent', null],
    ['refused', '4'],
    ['complete_as_of', 'yesterday'],
    ['oldest_unsent_at', '2026-02-31T10:00:00Z'],
    ['last_scan_at', 12],
    ['clock_offset_ms', 3_000_000_000],
    ['closing', 'yes'],
  ])('is refused whole when %s is %j', async (field, value) => {
    const station = randomUUID()
    expect(await refusalOf(mia, reportOf(station, { [field]: value }))).toBe('PT400')
    expect(await sql.query('select from public.stations where id = $1', [station])).toEqual([])
  })

  test.each([[null], [[]], ['a word'], [{}]])('%j is none', async (of) => {
    expect(await refusalOf(mia, of)).toBe('PT400')
  })

  test('is taken from signed-in members alone', async () => {
    const of = reportOf(randomUUID())
    expect(await refusalOf(stranger, of)).toBe('PT403')
    const asks = 'select public.report_station($1)'
    for (const [caller, state] of [
      [anon, '42501'],
      [service, 'PT401'],
    ] as const) {
      expect(
        await sqlstateOf(() => asCaller(sql, caller, (as) => as.query(asks, [JSON.stringify(of)]))),
      ).toBe(state)
    }
  })
})

describe('where a station stands', () => {
  beforeAll(aSite)

  test('nobody takes the station of another warehouse; its own user may move it', async () => {
    const station = randomUUID()
    await report(mia, reportOf(station))
    expect(await refusalOf(stranger, reportOf(station, { warehouse_id: yard }))).toBe('PT403')
    expect(await rowOf(station)).toMatchObject({ warehouse_id: hall, user_id: mia })

    await addMember(sql, mia, yard, 'viewer')
    await ago(station, 60)
    await report(mia, reportOf(station, { warehouse_id: yard }))
    const old = await pullOne(sql, boss, { scope: warehouseScope(hall) })
    expect(old.changes.filter(({ row }) => row !== null).map(({ id }) => id)).not.toContain(station)
    const now = await pullOne(sql, stranger, { scope: warehouseScope(yard) })
    expect(now.changes.map(({ id }) => id)).toContain(station)
  })

  test('a manager’s name for it stays, until the station calls itself another', async () => {
    const station = randomUUID()
    await report(mia, reportOf(station))
    await asCaller(sql, user(boss), (as) =>
      as.query(`update public.stations set name = 'Gate three' where id = $1`, [station]),
    )
    await ago(station, 60)
    await report(mia, reportOf(station))
    expect(await rowOf(station)).toMatchObject({ name: 'Gate three', kind: 'terminal' })
    await ago(station, 60)
    await report(mia, reportOf(station, { name: 'Office', kind: 'desk' }))
    expect(await rowOf(station)).toMatchObject({ name: 'Office', kind: 'desk' })
  })

  test.each(['user_id = null', 'seen_at = now()', 'expected_by = now()', 'unsent = 0', `link = 'live'`])(
    '[L3] not even a manager writes %s',
    async (change) => {
      const write = () => asCaller(sql, user(boss), (as) => as.query(`update public.stations set ${change}`))
      expect(await sqlstateOf(write)).toBe('42501')
    },
  )
})

describe('how often', () => {
  beforeAll(aSite)

  test('a report that says nothing new within 15 s moves no head, and is told when to come again', async () => {
    const station = randomUUID()
    await report(mia, reportOf(station))
    const before = await head(sql, warehouseScope(hall))
    const again = reportOf(station, {
      complete_as_of: '2026-11-23T10:00:01.000Z',
      last_scan_at: '2026-11-23T10:00:01.000Z',
      clock_offset_ms: 13,
    })
    const { next_ms: nextMs } = await report(mia, again)
    expect(await head(sql, warehouseScope(hall))).toBe(before)
    expect(nextMs).toBeGreaterThan(10_000)
    expect(nextMs).toBeLessThanOrEqual(15_000)

    await ago(station, 15)
    const moved = await head(sql, warehouseScope(hall))
    expect((await report(mia, again)).next_ms).toBe(30_000)
    expect(await head(sql, warehouseScope(hall))).toBe(moved + 1)
  })

  test('one with news is kept after a sixth of the interval, a flood of them is not', async () => {
    const station = randomUUID()
    await report(mia, reportOf(station))
    const before = await head(sql, warehouseScope(hall))
    for (let unsent = 1; unsent <= 20; unsent++) await report(mia, reportOf(station, { unsent }))
    expect(await head(sql, warehouseScope(hall))).toBe(before)
    await ago(station, 5)
    await report(mia, reportOf(station, { unsent: 21 }))
    expect(await rowOf(station)).toMatchObject({ unsent: 21 })
  })

  test('a goodbye is kept at once, and who comes again after it is not expected before it is kept', async () => {
    const station = randomUUID()
    await report(mia, reportOf(station))
    await report(mia, reportOf(station, { closing: true, link: 'stopped' }))
    expect(await rowOf(station)).toMatchObject({ expected_by: null, link: 'stopped' })
    const { next_ms: nextMs } = await report(mia, reportOf(station))
    expect(nextMs).toBeLessThanOrEqual(5_000)
    expect(await rowOf(station)).toMatchObject({ expected_by: null })
    await ago(station, 5)
    await report(mia, reportOf(station))
    expect((await rowOf(station)).expected_by).not.toBeNull()
  })

  test.each([
    // n (n + 1) messages for a round of n stations, at 10 a second.
    { stations: 1, budget: 10, seconds: 30 },
    { stations: 16, budget: 10, seconds: 30 },
    { stations: 20, budget: 10, seconds: 42 },
    { stations: 50, budget: 10, seconds: 255 },
    { stations: 50, budget: 100, seconds: 30 },
  ])('$stations stations at $budget messages a second: every $seconds s', async (given) => {
    await aSite()
    await sql.query('update public.sync_settings set presence_budget = $1', [given.budget])
    await sql.query(
      `insert into public.stations (warehouse_id, name, seen_at, expected_by)
       select $1, 'Gate ' || n, now(), now() from generate_series(1, $2::integer) n`,
      [hall, given.stations - 1],
    )
    // Neither who has gone nor who was never heard of costs anything.
    await sql.query(
      `insert into public.stations (warehouse_id, name, seen_at, expected_by)
       values ($1, 'Closed', now(), null), ($1, 'Never', null, null), ($1, 'Lost', now() - interval '2 days', now() - interval '2 days')`,
      [hall],
    )
    const station = randomUUID()
    await report(mia, reportOf(station))
    await ago(station, 200)
    expect((await report(mia, reportOf(station))).next_ms).toBe(given.seconds * 1_000)
  })

  test('stations of other warehouses share the budget: it is the project’s', async () => {
    await aSite()
    await sql.query(
      `insert into public.stations (warehouse_id, name, seen_at, expected_by)
       select $1, 'Yard ' || n, now(), now() from generate_series(1, 30) n`,
      [yard],
    )
    const station = randomUUID()
    await report(mia, reportOf(station))
    await ago(station, 60)
    // 30 * 31 + 1 * 2 messages, at 10 a second.
    expect((await report(mia, reportOf(station))).next_ms).toBe(94_000)
  })
})

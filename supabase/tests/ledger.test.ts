import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { must } from '#shared/lib/must.ts'
import { openHall, type Hall } from './support/hall.ts'
import { startPgliteProject, type PgliteProject } from './support/pglite-project.ts'
import { addMember, addUser, addWarehouse } from './support/site.ts'
import { asCaller, sqlstateOf, user, type Sql } from './support/sql.ts'

/* What the ledger tells when it is asked, held against its raw rows. */

let project: PgliteProject
let sql: Sql

beforeAll(async () => {
  project = await startPgliteProject()
  sql = project.sql
})
afterAll(() => project.stop())

interface Told {
  id: string
  bin: string
  quantity: number
  kind: string
  user_id: string | null
  station_id: string | null
  order_item_id: string | null
  reference: string | null
  happened_at: string
  received_at: string
  balance: number
}
interface TellingPage {
  rows: Told[]
  next: Record<string, unknown> | null
  on_hand: number
  movements: number
}

/** Asks one of the ledger's functions as this person. */
async function asked<T>(who: string, call: string, params: readonly unknown[]): Promise<T> {
  const places = params.map((_, n) => `$${n + 1}`).join(', ')
  const [row] = await asCaller(sql, user(who), (as) =>
    as.query<{ answer: T }>(`select public.${call}(${places}) as answer`, params),
  )
  return must(row, 'an answer').answer
}

/** Every page of a question, one after the other. */
async function pages(ask: (before: string | null) => Promise<TellingPage>): Promise<Told[]> {
  const all: Told[] = []
  let before: string | null = null
  do {
    const page: TellingPage = await ask(before)
    all.push(...page.rows)
    before = page.next && JSON.stringify(page.next)
  } while (before !== null)
  return all
}

interface Raw {
  id: string
  bin: string
  quantity: number
  happened: string
  received: string
}

/** The ledger's rows of the hall's product as they are, oldest first, moments as text that sorts. */
const rawRows = (hall: Hall): Promise<Raw[]> =>
  sql.query<Raw & Record<string, unknown>>(
    `select id, bin, quantity, to_char(happened_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as happened,
       to_char(received_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as received
     from public.stock_movements where warehouse_id = $1 and product_id = $2
     order by received_at, happened_at, id`,
    [hall.warehouse, hall.product],
  )

const sum = (rows: readonly { quantity: number }[]): number =>
  rows.reduce((all, { quantity }) => all + quantity, 0)

const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString()

const deed = fc.record({
  kind: fc.constantFrom('receive', 'pick', 'transfer', 'adjust', 'scrap'),
  bin: fc.constantFrom('A1', 'A2', 'B1'),
  quantity: fc.integer({ min: 1, max: 9 }),
  /** How long it lay in a station that was offline. */
  late: fc.constantFrom(0, 0, 0.5, 5, 90, 3_000),
})

type Deed = typeof deed extends fc.Arbitrary<infer D> ? D : never

async function doAll(hall: Hall, deeds: readonly Deed[]): Promise<void> {
  for (const { kind, bin, quantity, late } of deeds) {
    await hall.does(kind, {
      bin,
      quantity,
      happened_at: minutesAgo(late),
      ...(kind === 'transfer' && { to_warehouse_id: hall.warehouse, to_bin: bin === 'A1' ? 'A2' : 'A1' }),
      ...((kind === 'adjust' || kind === 'scrap') && { reason: 'chance' }),
    })
  }
}

/** What an import leaves: many rows of one moment, told long after they happened. */
async function importSome(hall: Hall): Promise<void> {
  const id = randomUUID()
  const [{ sku } = { sku: '' }] = await sql.query<{ sku: string }>(
    'select sku from public.products where id = $1',
    [hall.product],
  )
  const [{ code } = { code: '' }] = await sql.query<{ code: string }>(
    'select code from public.warehouses where id = $1',
    [hall.warehouse],
  )
  const rows = [1, 2, 3, 4].map((n) => ({
    id: randomUUID(),
    sku,
    bin: 'B1',
    quantity: n,
    kind: 'receive',
    at: `2011-0${n}-01 10:00:00`,
  }))
  await sql.query(`select public.import_stage($1, 'movements', $2)`, [id, JSON.stringify(rows)])
  await sql.query('select public.import_commit($1, $2)', [id, JSON.stringify({ code })])
}

test('whatever was done, pages, stories and stock as of any moment say what the raw rows say', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(deed, { minLength: 8, maxLength: 25 }),
      fc.integer({ min: 1, max: 7 }),
      fc.array(fc.record({ which: fc.nat(), by: fc.constantFrom('happened', 'received') }), { minLength: 6 }),
      async (deeds, size, moments) => {
        const hall = await openHall(sql)
        await doAll(hall, deeds.slice(0, 5))
        await importSome(hall)
        await doAll(hall, deeds.slice(5))
        const raw = await rawRows(hall)
        const newest = [...raw].reverse()

        const page = (filter: object) =>
          pages((before) =>
            asked(hall.manager, 'ledger_page', [hall.warehouse, JSON.stringify(filter), before, size]),
          )
        expect((await page({})).map(({ id }) => id)).toEqual(newest.map(({ id }) => id))
        expect((await page({ bin: 'A2', product_id: hall.product })).map(({ id }) => id)).toEqual(
          newest.filter(({ bin }) => bin === 'A2').map(({ id }) => id),
        )

        const bins = await hall.bins()
        for (const bin of [null, 'A1', 'B1']) {
          const story = await pages((before) =>
            asked(hall.manager, 'ledger_story', [hall.warehouse, hall.product, bin, before, size]),
          )
          const mine = raw.filter((row) => bin === null || row.bin === bin)
          const balances = mine.map((_, n) => sum(mine.slice(0, n + 1)))
          expect(story.map(({ id, balance }) => [id, balance])).toEqual(
            mine.map(({ id }, n) => [id, balances[n]]).reverse(),
          )
          const onHand = Object.entries(bins).filter(([name]) => bin === null || name === bin)
          expect(story[0]?.balance ?? 0).toBe(onHand.reduce((all, [, [n]]) => all + n, 0))
        }

        for (const { which, by } of moments) {
          const moment = must(raw[which % raw.length], 'a row')[by]
          const then = raw.filter((row) => row[by] <= moment)
          const told = await asked<{ total: number; bins: { bin: string; quantity: number }[] }>(
            hall.manager,
            'stock_at',
            [hall.warehouse, hall.product, moment, by],
          )
          expect(told.total).toBe(sum(then))
          expect(told.bins.map(({ bin, quantity }) => [bin, quantity])).toEqual(
            [...new Set(then.map(({ bin }) => bin))]
              .sort()
              .map((bin) => [bin, sum(then.filter((row) => row.bin === bin))]),
          )
        }
      },
    ),
    { numRuns: 12 },
  )
}, 240_000)

describe('the pages of a warehouse', () => {
  test('by person, station, order, document, kind and time, each with no row of another', async () => {
    const hall = await openHall(sql)
    const picker = await addUser(sql)
    await addMember(sql, picker, hall.warehouse, 'picker')
    const station = randomUUID()
    await hall.does('receive', { quantity: 20, reference: 'DN-7' })
    const { items } = await hall.order([3])
    const [middle] = await sql.query<{ at: string }>('select clock_timestamp()::text as at')
    await hall.does('pick', { quantity: 3, order_item_id: items[0], station_id: station }, picker)
    const page = async (filter: object): Promise<string[]> => {
      const { rows } = await asked<TellingPage>(hall.manager, 'ledger_page', [
        hall.warehouse,
        JSON.stringify(filter),
      ])
      return rows.map(({ kind }) => kind)
    }
    expect(await page({})).toEqual(['pick', 'receive'])
    expect(await page({ user_id: picker })).toEqual(['pick'])
    expect(await page({ station_id: station })).toEqual(['pick'])
    const [line] = await sql.query<{ order: string }>(
      'select order_id as "order" from public.sales_order_items where id = $1',
      [items[0]],
    )
    expect(await page({ order_id: line?.order })).toEqual(['pick'])
    expect(await page({ document: 'DN-7' })).toEqual(['receive'])
    const [order] = await sql.query<{ number: string }>(
      'select number from public.sales_orders where warehouse_id = $1',
      [hall.warehouse],
    )
    expect(await page({ document: order?.number })).toEqual(['pick'])
    expect(await page({ kind: 'receive' })).toEqual(['receive'])
    expect(await page({ from: middle?.at })).toEqual(['pick'])
    expect(await page({ to: middle?.at })).toEqual(['receive'])
    expect(await page({ kind: 'scrap' })).toEqual([])
  })

  test('are for its members: neither strangers nor members of another read a row of it', async () => {
    const hall = await openHall(sql)
    await hall.does('receive', { quantity: 1 })
    const neighbour = await addUser(sql)
    await addMember(sql, neighbour, await addWarehouse(sql), 'manager')
    const moment = new Date().toISOString()
    for (const [call, params] of [
      ['ledger_page', [hall.warehouse]],
      ['ledger_story', [hall.warehouse, hall.product]],
      ['stock_at', [hall.warehouse, hall.product, moment]],
      ['stock_history', [hall.warehouse, hall.product, minutesAgo(5), moment]],
      ['throughput', [hall.warehouse, '2026-03-02']],
    ] as const) {
      expect(await sqlstateOf(() => asked(neighbour, call, params)), call).toBe('PT403')
      expect(await sqlstateOf(() => asked(hall.manager, call, params)), call).toBe(null)
      const nobody = `select public.${call}(${params.map((_, n) => `$${n + 1}`).join(', ')})`
      const asAnon = asCaller(sql, { role: 'anon' }, (as) => as.query(nobody, params))
      expect(await sqlstateOf(() => asAnon), call).toBe('42501')
    }
  })
})

describe('stock over time', () => {
  interface History {
    opening: number
    points: [at: string, quantity: number][]
    part_ms: number | null
    offline: [string, string][]
  }

  test('steps from what was there at the beginning, and tells who was away meanwhile', async () => {
    const hall = await openHall(sql)
    await hall.does('receive', { quantity: 10, happened_at: minutesAgo(120) })
    await hall.does('pick', { quantity: 4, happened_at: minutesAgo(30) })
    await hall.does('pick', { quantity: 1, happened_at: minutesAgo(20) })
    const span = [minutesAgo(60), minutesAgo(-1)]
    const told = await asked<History>(hall.manager, 'stock_history', [hall.warehouse, hall.product, ...span])
    expect(told.opening).toBe(10)
    expect(told.points.map(([, quantity]) => quantity)).toEqual([6, 5])
    expect(told.part_ms).toBe(null)
    expect(told.offline).toHaveLength(1)
    const away = must(told.offline[0], 'an interval')
    expect(Date.parse(away[0])).toBe(Date.parse(must(span[0], 'the beginning')))

    const received = await asked<History>(hall.manager, 'stock_history', [
      hall.warehouse,
      hall.product,
      ...span,
      'received',
    ])
    expect([received.opening, received.points.map(([, quantity]) => quantity)]).toEqual([0, [10, 6, 5]])
  })

  test('of very many movements tells the last of each part', async () => {
    const hall = await openHall(sql)
    for (let n = 0; n < 25; n++) await hall.does('receive', { quantity: 1, happened_at: minutesAgo(25 - n) })
    const told = await asked<History>(hall.manager, 'stock_history', [
      hall.warehouse,
      hall.product,
      minutesAgo(30),
      minutesAgo(0),
      'happened',
      10,
    ])
    expect(told.part_ms).toBe(180_000)
    expect(told.points.length).toBeLessThanOrEqual(10)
    expect(told.points.at(-1)?.[1]).toBe(25)
  })
})

describe('throughput by hour', () => {
  test('is counted in the warehouse’s own hours, against the median of the same weekday', async () => {
    const hall = await openHall(sql)
    await sql.query(`update public.warehouses set time_zone = 'Europe/Berlin' where id = $1`, [
      hall.warehouse,
    ])
    // 09:15 in Berlin, in summer time and, for the last three, in winter time.
    const at = ['2026-04-20T07:15Z', '2026-04-13T07:15Z', '2026-04-06T07:15Z', '2026-03-23T08:15Z']
    for (const [n, moment] of at.entries()) {
      for (let i = 0; i <= n; i++) await hall.does('receive', { quantity: 10, happened_at: moment })
    }
    await hall.does('transfer', {
      quantity: 5,
      to_warehouse_id: hall.warehouse,
      to_bin: 'B',
      happened_at: '2026-04-20T07:50Z',
    })
    const told = await asked<{
      time_zone: string
      weeks: number
      hours: Record<string, number | null>[]
    }>(hall.manager, 'throughput', [hall.warehouse, '2026-04-20'])
    expect(told).toMatchObject({ time_zone: 'Europe/Berlin', weeks: 3 })
    expect(told.hours).toHaveLength(24)
    expect(told.hours[9]).toEqual({ hour: 9, movements: 2, units: 15, usual_movements: 3, usual_units: 30 })
    expect(told.hours[8]).toMatchObject({ movements: 0, usual_movements: 0 })
  })

  test('has nothing usual where nothing was done before', async () => {
    const hall = await openHall(sql)
    await hall.does('receive', { quantity: 1, happened_at: '2026-04-20T07:15Z' })
    const told = await asked<{ weeks: number; hours: Record<string, unknown>[] }>(
      hall.manager,
      'throughput',
      [hall.warehouse, '2026-04-20'],
    )
    expect(told.weeks).toBe(0)
    expect(told.hours[7]).toEqual({
      hour: 7,
      movements: 1,
      units: 1,
      usual_movements: null,
      usual_units: null,
    })
  })
})

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { must } from '#shared/lib/must.ts'
import { startPgliteProject, type PgliteProject } from './support/pglite-project.ts'
import { openHall, type Hall } from './support/hall.ts'
import { addMember, addProduct, addUser, addWarehouse, head } from './support/site.ts'
import type { Row } from './support/sql.ts'

/* What is said at the supervisor's desk, and answered to it. */

let project: PgliteProject
let hall: Hall
let picker: string

beforeAll(async () => {
  project = await startPgliteProject()
})
afterAll(() => project.stop())
beforeEach(async () => {
  hall = await openHall(project.sql)
  picker = await addUser(project.sql)
  await addMember(project.sql, picker, hall.warehouse, 'picker')
})

const query = <R extends Row>(text: string, params: readonly unknown[] = []): Promise<R[]> =>
  project.sql.query<R>(text, params)

const alertRow = async (id: string): Promise<Row> =>
  must((await query('select * from public.alerts where id = $1', [id]))[0], 'an alert')

async function raised(kind = 'negative_stock'): Promise<string> {
  const id = randomUUID()
  await query(`insert into public.alerts (id, warehouse_id, kind, message) values ($1, $2, $3, 'Look')`, [
    id,
    hall.warehouse,
    kind,
  ])
  return id
}

const acknowledge = (fields: Row, by = picker) =>
  hall.does('alert.acknowledge', { alert_id: null, key: null, product_id: null, note: null, ...fields }, by)

describe('an alert is acknowledged', () => {
  test('by name, with a note, once: the first stays', async () => {
    const id = await raised()
    expect(await acknowledge({ alert_id: id, note: 'Found it' })).toMatchObject({ outcome: 'applied' })
    const first = await alertRow(id)
    expect(first).toMatchObject({ acknowledged_by: picker, facts: { note: 'Found it' } })
    expect(await acknowledge({ alert_id: id }, hall.manager)).toMatchObject({ facts: { by: picker } })
    expect(await alertRow(id)).toEqual(first)
  })

  test('that stations compute: a row of its key says who did', async () => {
    const key = `out/${hall.product}`
    expect(await acknowledge({ key, product_id: hall.product })).toMatchObject({ outcome: 'applied' })
    const rows = await query('select * from public.alerts where key = $1', [key])
    expect(rows).toMatchObject([{ kind: 'out', raised_by: picker, acknowledged_by: picker }])
    expect(rows[0]?.['acknowledged_at']).not.toBeNull()
  })

  test('and one of another warehouse, or without either name, is not there', async () => {
    const elsewhere = await openHall(project.sql)
    const id = randomUUID()
    await query(
      `insert into public.alerts (id, warehouse_id, kind, message) values ($1, $2, 'count_task', 'Count')`,
      [id, elsewhere.warehouse],
    )
    expect(await acknowledge({ alert_id: id })).toMatchObject({ code: 'unknown_alert' })
    expect(await acknowledge({})).toMatchObject({ outcome: 'refused', code: 'invalid' })
  })
})

describe('a message', () => {
  const message = (fields: Row, by = hall.manager) =>
    hall.does(
      'message.send',
      { alert_id: randomUUID(), severity: 'info', text: 'Fire drill at 10', to_user: null, ...fields },
      by,
    )

  test('to all stations is an alert with its sender; stations answer for it, the last answer counts', async () => {
    const alert_id = randomUUID()
    await message({ alert_id })
    expect(await alertRow(alert_id)).toMatchObject({
      kind: 'message',
      message: 'Fire drill at 10',
      raised_by: hall.manager,
    })
    const station_id = randomUUID()
    const answer = (word: string, facts: Row | null) =>
      hall.does('alert.confirm', { alert_id, answer: word, facts, station_id }, picker)
    expect(await answer('seen', { a: 1 })).toMatchObject({ outcome: 'applied' })
    await answer('accepted', { b: 2 })
    await hall.does('alert.confirm', { alert_id, answer: 'seen', facts: null }, picker)
    const receipts = await query(
      'select station_id, answer, facts from public.alert_receipts where alert_id = $1 order by answer',
      [alert_id],
    )
    expect(receipts).toEqual([
      { station_id, answer: 'accepted', facts: { a: 1, b: 2 } },
      { station_id: null, answer: 'seen', facts: {} },
    ])
  })

  test('to one person is a notification of theirs alone, in the name the warehouse knows', async () => {
    await query(`update public.profiles set display_name = 'Mo' where id = $1`, [hall.manager])
    const alert_id = randomUUID()
    const before = await head(project.sql, `user:${picker}`)
    await message({ alert_id, to_user: picker, severity: 'warning' })
    expect(await query('select * from public.notifications where id = $1', [alert_id])).toMatchObject([
      {
        user_id: picker,
        title: 'Mo',
        body: 'Fire drill at 10',
        severity: 'warning',
        from_user: hall.manager,
      },
    ])
    expect(await head(project.sql, `user:${picker}`)).toBe(before + 1)
    expect(await query('select from public.alerts where id = $1', [alert_id])).toEqual([])
  })

  test('is for supervisors to send, to people who are here', async () => {
    expect(await message({}, picker)).toMatchObject({ code: 'not_allowed' })
    expect(await message({ to_user: await addUser(project.sql) })).toMatchObject({ code: 'unknown_user' })
  })

  test('[O2] that is sent again in other words takes the first one’s place nowhere', async () => {
    const alert_id = randomUUID()
    await message({ alert_id })
    expect(await message({ alert_id, text: 'Another' })).toMatchObject({ code: 'invalid' })
    expect(await alertRow(alert_id)).toMatchObject({ message: 'Fire drill at 10' })
  })
})

test('a drill names its stations and minutes, and is for supervisors to call', async () => {
  const call = (by: string, alert_id = randomUUID()) =>
    hall.does('drill.call', { alert_id, minutes: 10, stations: [alert_id] }, by)
  expect(await call(picker)).toMatchObject({ code: 'not_allowed' })
  const id = randomUUID()
  await call(hall.manager, id)
  expect(await alertRow(id)).toMatchObject({ kind: 'drill', facts: { minutes: 10, stations: [id] } })
})

describe('an unknown code', () => {
  const report = (code: string) => hall.does('code.report', { code, bin: 'A1', note: null }, picker)
  const reported = () =>
    query(`select facts, acknowledged_at is null as open from public.alerts where kind = 'unknown_code'
             and warehouse_id = '${hall.warehouse}' order by created_at`)

  test('is told once for as long as nobody looked after it, with how often it was read', async () => {
    for (const code of ['123', '123', '456', '123']) await report(code)
    expect(await reported()).toMatchObject([
      { facts: { code: '123', times: 3, bin: 'A1' }, open: true },
      { facts: { code: '456', times: 1 }, open: true },
    ])
  })

  test('is closed by giving it to a product; one that is taken is not given twice', async () => {
    await report('789')
    const assign = (product_id: string, by = hall.manager) =>
      hall.does('barcode.assign', { product_id, code: '789', pack_quantity: 6 }, by)
    expect(await assign(hall.product, picker)).toMatchObject({ code: 'not_allowed' })
    expect(await assign(hall.product)).toMatchObject({ outcome: 'applied', also: [{ scope: 'site' }] })
    expect(await reported()).toMatchObject([{ facts: { code: '789' }, open: false }])
    expect(await assign(await addProduct(project.sql))).toMatchObject({ code: 'barcode_taken' })
  })
})

describe('all notifications read', () => {
  const note = async (at: string): Promise<string> => {
    const id = randomUUID()
    await query(
      `insert into public.notifications (id, user_id, kind, title, body, created_at) values ($1, $2, 'hint', '', '', $3)`,
      [id, picker, at],
    )
    return id
  }
  const unread = async () =>
    (
      await query<{ id: string }>(
        'select id from public.notifications where user_id = $1 and read_at is null',
        [picker],
      )
    ).map(({ id }) => id)

  test('up to the millisecond in which the newest came that was shown, and not beyond', async () => {
    const shown = await note('2026-11-22T08:00:00.123456Z')
    const later = await note('2026-11-22T08:00:00.124001Z')
    const outcome = await hall.does('notification.read_all', { up_to: '2026-11-22T08:00:00.123Z' }, picker)
    expect(outcome).toMatchObject({ scope: `user:${picker}`, facts: { read: [shown] } })
    expect(await unread()).toEqual([later])
  })

  test('[O2] twice, from two stations, is once; and others’ stay unread', async () => {
    await note('2026-11-22T08:00:00Z')
    const theirs = randomUUID()
    await query(
      `insert into public.notifications (id, user_id, kind, title, body, created_at)
       values ($1, $2, 'hint', '', '', '2026-11-22T08:00:00Z')`,
      [theirs, hall.manager],
    )
    for (const up_to of ['2026-11-22T09:00:00Z', '2026-11-22T08:30:00Z'])
      expect(await hall.does('notification.read_all', { up_to }, picker)).toMatchObject({
        outcome: 'applied',
      })
    expect(await unread()).toEqual([])
    expect(await query('select read_at from public.notifications where id = $1', [theirs])).toEqual([
      { read_at: null },
    ])
  })
})

test.each([
  ['alert.acknowledge', { alert_id: null, key: 'low/x', product_id: null, note: null }],
  ['code.report', { code: '1', bin: null, note: null }],
] as const)('%s is nothing that could be undone', async (kind, fields) => {
  expect(await hall.undo(await hall.does(kind, fields))).toMatchObject({ code: 'not_undoable' })
})

test('what the others know of people follows their names and roles, and stays when they leave', async () => {
  const elsewhere = await addWarehouse(project.sql)
  const people = () =>
    query('select display_name, role from public.people where user_id = $1 and warehouse_id = $2', [
      picker,
      hall.warehouse,
    ])
  await query(`update public.profiles set display_name = 'Pia' where id = $1`, [picker])
  expect(await people()).toEqual([{ display_name: 'Pia', role: 'picker' }])
  await query(`update public.warehouse_members set role = 'supervisor' where user_id = $1`, [picker])
  expect(await people()).toEqual([{ display_name: 'Pia', role: 'supervisor' }])
  await query('delete from public.warehouse_members where user_id = $1', [picker])
  expect(await people()).toEqual([{ display_name: 'Pia', role: null }])
  expect(await query('select from public.people where warehouse_id = $1', [elsewhere])).toEqual([])
})

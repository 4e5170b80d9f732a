import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startPgliteProject, type PgliteProject } from './support/pglite-project.ts'
import { openHall, type Hall } from './support/hall.ts'
import { addMember, addUser, addWarehouse } from './support/site.ts'
import { anon, asCaller, sqlstateOf, user, type Row } from './support/sql.ts'

/* Who is told of what, and who is told when nobody has read it. */

let project: PgliteProject
let hall: Hall
let picker: string
let first: string
let second: string

beforeAll(async () => {
  project = await startPgliteProject()
})
afterAll(() => project.stop())
beforeEach(async () => {
  hall = await openHall(project.sql)
  ;[picker, first, second] = await Promise.all([
    newMember('picker'),
    newMember('supervisor'),
    newMember('supervisor'),
  ])
})

async function newMember(role: 'picker' | 'supervisor', warehouse = hall.warehouse): Promise<string> {
  const id = await addUser(project.sql)
  await addMember(project.sql, id, warehouse, role)
  return id
}

const of = (userId: string): Promise<Row[]> =>
  project.sql.query('select * from public.notifications where user_id = $1 order by created_at, id', [userId])

const escalate = (by: string) =>
  asCaller(project.sql, user(by), (as) =>
    as.query<{ waiting: number }>('select public.escalate_notifications() as waiting'),
  ).then(([row]) => row?.waiting)

const minutesPass = (minutes: number) =>
  project.sql.query(
    `update public.notifications set created_at = created_at - make_interval(mins => $1) where warehouse_id = $2`,
    [minutes, hall.warehouse],
  )

const message = (fields: Row, by = hall.manager) =>
  hall.does(
    'message.send',
    { alert_id: randomUUID(), severity: 'warning', text: 'Come to gate 4', to_user: null, ...fields },
    by,
  )

describe('supervisors and managers are told', () => {
  test('of refused work that was handed over, by whom; pickers are not', async () => {
    const outcome = await hall.does(
      'refusal.assign',
      {
        refused: randomUUID(),
        refused_kind: 'pick',
        code: 'over_pick',
        facts: {},
        product_id: null,
        note: 'Help',
      },
      picker,
    )
    expect(outcome).toMatchObject({ outcome: 'applied' })
    for (const told of [hall.manager, first, second]) {
      expect(await of(told)).toMatchObject([
        { kind: 'refused_work', link: 'exceptions', severity: 'warning', from_user: picker, read_at: null },
      ])
    }
    expect(await of(picker)).toEqual([])
    expect(
      await project.sql.query('select raised_by from public.alerts where warehouse_id = $1', [
        hall.warehouse,
      ]),
    ).toEqual([{ raised_by: picker }])
  })

  test('of a drill and of a critical message, but not whoever said it; an ordinary message is its own banner', async () => {
    await hall.does('drill.call', { alert_id: randomUUID(), minutes: 5, stations: [] }, first)
    await message({ severity: 'critical' }, first)
    await message({ severity: 'warning' }, first)
    expect((await of(second)).map(({ kind }) => kind).sort()).toEqual(['drill', 'message'])
    expect(await of(first)).toEqual([])
  })

  test('of nothing in other warehouses, nor of acknowledgements', async () => {
    const elsewhere = await addWarehouse(project.sql)
    const stranger = await newMember('supervisor', elsewhere)
    await message({ severity: 'critical' })
    await hall.does('alert.acknowledge', { alert_id: null, key: 'critical/x', product_id: null, note: null })
    expect(await of(stranger)).toEqual([])
    expect(await of(first)).toHaveLength(1)
  })
})

describe('what stays unread', () => {
  test('is told on once, to the others who have not been told, with who has not read it', async () => {
    await project.sql.query(`update public.profiles set display_name = 'Pia' where id = $1`, [picker])
    await message({ to_user: picker }, first)
    await minutesPass(14)
    expect(await escalate(picker)).toBe(0)
    await minutesPass(1)
    expect(await escalate(picker)).toBe(1)
    for (const told of [hall.manager, second]) {
      expect(await of(told)).toMatchObject([
        { kind: 'escalation', body: 'Come to gate 4', severity: 'warning', from_user: first },
      ])
      expect((await of(told))[0]?.['title']).toMatch(/^Not read by Pia: /)
    }
    expect(await of(first)).toEqual([])
    expect((await of(picker))[0]?.['escalated_at']).not.toBeNull()
    await minutesPass(60)
    expect(await escalate(second)).toBe(0)
    expect(await of(second)).toHaveLength(1)
  })

  test('by all who were told of the same alert is told to nobody again', async () => {
    await message({ severity: 'critical' }, first)
    await minutesPass(20)
    expect(await escalate(first)).toBe(2)
    for (const told of [hall.manager, second]) expect(await of(told)).toHaveLength(1)
    expect(await of(first)).toEqual([])
  })

  test('is not told on when it was read in time, says no warning, or is of another warehouse', async () => {
    await message({ to_user: picker })
    await hall.does('notification.read_all', { up_to: new Date(Date.now() + 60_000).toISOString() }, picker)
    await message({ to_user: picker, severity: 'info' })
    await minutesPass(60)
    expect(await escalate(first)).toBe(0)
    await message({ to_user: picker })
    await minutesPass(60)
    const stranger = await newMember('supervisor', await addWarehouse(project.sql))
    expect(await escalate(stranger)).toBe(0)
    expect(await escalate(first)).toBe(1)
  })

  test('waits as many minutes as the project has set', async () => {
    await project.sql.query('update public.sync_settings set escalate_after_minutes = 2')
    await message({ to_user: picker })
    await minutesPass(2)
    expect(await escalate(first)).toBe(1)
    await project.sql.query('update public.sync_settings set escalate_after_minutes = 15')
  })

  test('is looked at for signed-in people alone', async () => {
    const ask = () => asCaller(project.sql, anon, (as) => as.query('select public.escalate_notifications()'))
    expect(await sqlstateOf(ask)).toBe('42501')
  })
})

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startPgliteProject, type PgliteProject } from './support/pglite-project.ts'
import { openHall, type Hall } from './support/hall.ts'
import { addMember, addUser, addWarehouse, head } from './support/site.ts'

let project: PgliteProject
let hall: Hall

beforeAll(async () => {
  project = await startPgliteProject()
})
afterAll(() => project.stop())
beforeEach(async () => {
  hall = await openHall(project.sql)
  await hall.does('receive', { quantity: 10 })
})

/** What a count that begins now goes by. */
async function basis(includes: unknown[] = []) {
  const [stands] = await project.sql.query<{ epoch: string; seq: number }>(
    'select epoch, head::integer as seq from public.sync_scopes where scope = $1',
    [`warehouse:${hall.warehouse}`],
  )
  return { ...stands, on_hand: 10, includes }
}

test('put away and transfer take out of one bin and bring into another', async () => {
  await hall.does('putaway', { to_bin: 'B2', quantity: 4 })
  await hall.does('transfer', { bin: 'B2', to_bin: 'C3', to_warehouse_id: hall.warehouse, quantity: 1 })
  expect(await hall.bins()).toEqual({ A1: [6, 0], B2: [3, 0], C3: [1, 0] })
  expect(await hall.does('putaway', { to_bin: 'A1', quantity: 1 })).toMatchObject({ code: 'invalid' })
})

test('a transfer to another warehouse is settled in both, and asks for rights in both', async () => {
  const other = await addWarehouse(project.sql)
  const fields = { to_warehouse_id: other, to_bin: 'Z9', quantity: 3 }
  expect(await hall.does('transfer', fields)).toMatchObject({
    code: 'not_allowed',
    facts: { needed: 'picker' },
  })
  expect(await hall.bins()).toEqual({ A1: [10, 0] })

  await addMember(project.sql, hall.manager, other, 'picker')
  const outcome = await hall.does('transfer', fields)
  expect(outcome).toMatchObject({
    outcome: 'applied',
    scope: `warehouse:${hall.warehouse}`,
    also: [{ scope: `warehouse:${other}`, seq: 3, since: 2 }],
  })
  expect([await hall.bins(), await hall.bins(other)]).toEqual([{ A1: [7, 0] }, { Z9: [3, 0] }])
})

test('[O2] an applied command tells between which heads its own rows lie, and nobody else’s', async () => {
  const seqsBetween = async (since: number, seq: number): Promise<string[]> => {
    const rows = await project.sql.query<{ table_name: string }>(
      `select c.table_name from sync_changes c join sync_scopes s on s.id = c.scope_id
       where s.scope = $1 and c.seq > $2 and c.seq <= $3 order by c.seq`,
      [`warehouse:${hall.warehouse}`, since, seq],
    )
    return rows.map(({ table_name }) => table_name)
  }
  const before = await head(project.sql, `warehouse:${hall.warehouse}`)
  const first = await hall.does('transfer', { to_warehouse_id: hall.warehouse, to_bin: 'B2', quantity: 3 })
  expect(first).toMatchObject({ outcome: 'applied', since: before })
  const second = await hall.does('transfer', { to_warehouse_id: hall.warehouse, to_bin: 'C3', quantity: 2 })
  if (first.outcome !== 'applied' || second.outcome !== 'applied') throw new Error('Refused.')
  expect(second.since).toBe(first.seq)
  expect(await seqsBetween(second.since!, second.seq)).toEqual(['inventory', 'inventory'])
})

test('a transfer is taken back only by who may work in both warehouses', async () => {
  const other = await addWarehouse(project.sql)
  await addMember(project.sql, hall.manager, other, 'picker')
  const transfer = await hall.does('transfer', { to_warehouse_id: other, to_bin: 'Z9', quantity: 3 })
  const leave = () =>
    project.sql.query('delete from public.warehouse_members where user_id = $1 and warehouse_id = $2', [
      hall.manager,
      other,
    ])
  await leave()
  expect(await hall.undo(transfer)).toMatchObject({
    code: 'not_allowed',
    facts: { warehouse_id: other, role: null },
  })
  expect([await hall.bins(), await hall.bins(other)]).toEqual([{ A1: [7, 0] }, { Z9: [3, 0] }])
  await addMember(project.sql, hall.manager, other, 'picker')
  const undone = await hall.undo(transfer)
  expect(undone).toMatchObject({ outcome: 'applied', also: [{ scope: `warehouse:${other}` }] })
  expect([await hall.bins(), await hall.bins(other)]).toEqual([{ A1: [10, 0] }, { Z9: [0, 0] }])
})

test('scrap takes away, a return brings back, each with its reason in the ledger', async () => {
  await hall.does('scrap', { quantity: 2, reason: 'water damage' })
  await hall.does('return', { quantity: 1 })
  expect(await hall.bins()).toEqual({ A1: [9, 0] })
})

test('more than was announced is refused with what was announced and what came before', async () => {
  const receive = (quantity: number) => hall.does('receive', { quantity, reference: 'DN-7', expected: 12 })
  expect(await receive(8)).toMatchObject({ outcome: 'applied' })
  expect(await receive(5)).toMatchObject({
    code: 'over_receipt',
    facts: { reference: 'DN-7', expected: 12, received: 8, asked: 5 },
  })
  const last = await receive(4)
  expect(last).toMatchObject({ outcome: 'applied' })
  await hall.undo(last)
  expect(await receive(3)).toMatchObject({ outcome: 'applied' })
})

test('rights lost meanwhile refuse what was done before they were', async () => {
  const picker = await addUser(project.sql)
  await addMember(project.sql, picker, hall.warehouse, 'picker')
  const pick = hall.made('pick', { quantity: 1 })
  await project.sql.query('delete from public.warehouse_members where user_id = $1', [picker])
  expect(await hall.send([pick], picker)).toMatchObject([{ code: 'not_allowed', facts: { role: null } }])
  expect(await hall.bins()).toEqual({ A1: [10, 0] })
})

test('a refused command is handed to supervisors as an alert with all that is known of it', async () => {
  const fields = {
    refused: randomUUID(),
    refused_kind: 'pick',
    code: 'insufficient_stock',
    facts: { bin: 'A1', on_hand: 2, asked: 5 },
    note: 'Please look in A1',
  }
  const outcome = await hall.does('refusal.assign', { ...fields, product_id: hall.product })
  expect(outcome).toMatchObject({ outcome: 'applied', scope: `warehouse:${hall.warehouse}` })
  expect(await hall.alerts()).toEqual([{ kind: 'refused_work', facts: fields, open: true }])
  expect(await hall.undo(outcome)).toMatchObject({ code: 'not_undoable' })
  const aboutNothing = { ...fields, product_id: null }
  expect(await hall.does('refusal.assign', aboutNothing)).toMatchObject({ outcome: 'applied' })
  const stranger = await addUser(project.sql)
  expect(await hall.does('refusal.assign', aboutNothing, stranger)).toMatchObject({ code: 'not_allowed' })
})

test('a count makes the bin what was counted, and closes what asked for it', async () => {
  await hall.does('pick', { quantity: 12 })
  expect((await hall.alerts()).map(({ kind, open }) => [kind, open])).toEqual([
    ['count_task', true],
    ['negative_stock', true],
  ])
  const outcome = await hall.does('count', { counted: 1, basis: await basis() })
  expect(outcome).toMatchObject({ facts: { on_hand: 1, expected: -2, difference: 3, moved: 0 } })
  expect(await hall.bins()).toEqual({ A1: [1, 0] })
  expect((await hall.alerts()).every(({ open }) => !open)).toBe(true)
})

test('what others moved during a count is kept on top of it, by sequence', async () => {
  const began = await basis()
  await hall.does('pick', { quantity: 3 })
  await hall.does('receive', { quantity: 1 })
  // Eight were on the shelf when the counting began, though the books said ten.
  const outcome = await hall.does('count', { counted: 8, basis: began })
  expect(outcome).toMatchObject({ facts: { expected: 10, difference: -2, moved: -2, on_hand: 6 } })
  expect(await hall.bins()).toEqual({ A1: [6, 0] })
})

test('the station’s own unsent work was done before it counted, and is not kept on top', async () => {
  const pick = hall.made('pick', { quantity: 3 })
  const count = hall.made('count', { counted: 7, basis: await basis([pick['mutation_id']]) })
  const outcomes = await hall.send([pick, count])
  expect(outcomes[1]).toMatchObject({ facts: { expected: 7, difference: 0, moved: 0 } })
  expect(await hall.bins()).toEqual({ A1: [7, 0] })
})

test('a count that began in a history which is gone is refused', async () => {
  const fields = { counted: 1, basis: { ...(await basis()), epoch: randomUUID() } }
  expect(await hall.does('count', fields)).toMatchObject({ code: 'stale_version' })
  expect(await hall.bins()).toEqual({ A1: [10, 0] })
})

test('a pick told after a count, but done before it, asks somebody to count again', async () => {
  const pick = hall.made('pick', {
    quantity: 2,
    station_id: randomUUID(),
    happened_at: new Date(Date.now() - 3_600_000).toISOString(),
  })
  await hall.does('count', { counted: 8, basis: await basis() })
  await hall.send([pick])
  expect(await hall.alerts()).toMatchObject([{ kind: 'count_task', facts: { why: 'told_after_count' } }])
})

test('[O4] of a refused command nothing stays, also when its first half was booked', async () => {
  await project.sql.query(`update public.warehouses set negative_stock = 'refuse' where id = $1`, [
    hall.warehouse,
  ])
  const outcomes = await hall.send([
    hall.made('putaway', { bin: 'A1', to_bin: 'B2', quantity: 11 }),
    hall.made('putaway', { bin: 'A1', to_bin: 'B2', quantity: 1 }),
  ])
  expect(outcomes).toMatchObject([{ code: 'insufficient_stock' }, { outcome: 'applied' }])
  expect(await hall.bins()).toEqual({ A1: [9, 0], B2: [1, 0] })
})

test('notifications are read by their owner alone', async () => {
  const [mine, theirs] = [randomUUID(), randomUUID()]
  const stranger = await addUser(project.sql)
  await project.sql.query(
    `insert into public.notifications (id, user_id, kind, title, body)
     values ($1, $2, 'order', 'A', 'a'), ($3, $4, 'order', 'B', 'b')`,
    [mine, hall.manager, theirs, stranger],
  )
  const outcome = await hall.does('notification.read', { notification_ids: [mine, theirs] })
  expect(outcome).toMatchObject({ scope: `user:${hall.manager}`, facts: { read: [mine] } })
  const unread = async () =>
    (await project.sql.query('select id from public.notifications where read_at is null')).map(({ id }) => id)
  expect(await unread()).not.toContain(mine)
  expect(await unread()).toContain(theirs)
  expect(await hall.undo(outcome)).toMatchObject({ facts: { unread: [mine] } })
  expect(await unread()).toContain(mine)
})

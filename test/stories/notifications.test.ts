import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { RowId } from '#shared/domain/ids.ts'
import { watchNotifications } from './support/alerts.ts'
import { askView } from './support/ask-view.ts'
import { stationNamed } from './support/fleet.ts'
import { openPremises } from './support/premises.ts'
import type { Person, Premises, Warehouse } from './support/premises.ts'
import { soon } from './support/soon.ts'
import { newId, workerAt } from './support/worker.ts'

/* What one person is told: read at several stations, offline too, and told on when nobody reads it. */

let premises: Premises
let days = 0
beforeAll(async () => {
  premises = await openPremises()
})
afterEach(() => premises.goHome())
afterAll(() => premises.close())

async function aHall() {
  const day = `notes-${++days}`
  const hall = await premises.warehouse(`${day}-hall`, 1)
  const nora = await premises.person(`nora.${day}`, hall)
  return { day, hall, nora }
}

const tell = ({ backend }: Premises, { id }: Person, title: string, hall: Warehouse, severity = 'info') =>
  backend.sql(
    `insert into notifications (user_id, kind, title, body, severity, warehouse_id) values ($1, 'hint', $2, '', $3, $4)`,
    [id, title, severity, hall.id],
  )

test('[O2] all read, at two stations without a network: each reads what it had, and what came later stays unread', async () => {
  const { hall, nora } = await aHall()
  const first = await premises.terminal(nora, { station: stationNamed('Gate 3') })
  const second = await premises.terminal(nora, { station: stationNamed('Yard') })
  const [atFirst, atSecond] = [await watchNotifications(first), await watchNotifications(second)]
  await tell(premises, nora, 'one', hall)
  await tell(premises, nora, 'two', hall)
  for (const list of [atFirst, atSecond]) await soon(() => expect(list()).toHaveLength(2))

  await first.loseLine()
  await tell(premises, nora, 'three', hall)
  await soon(() => expect(atSecond()).toHaveLength(3))
  await second.loseLine()
  await tell(premises, nora, 'four', hall)

  const unread = (list: typeof atFirst): string[] =>
    list()
      .filter(({ readAt }) => readAt === null)
      .map(({ title }) => title)
  const bell = async (at: typeof first): Promise<number> =>
    (await askView(at, { name: 'alerts.summary', params: { warehouseId: hall.id } })).unreadNotifications
  for (const [at, list] of [
    [first, atFirst],
    [second, atSecond],
  ] as const) {
    const newest = Math.max(...list().map(({ createdAt }) => createdAt))
    await workerAt(at).does('notification.read_all', { up_to: new Date(newest).toISOString() })
    await soon(() => expect(unread(list)).toEqual([]))
    expect(await bell(at)).toBe(0)
  }

  await first.comeBack()
  await soon(() => expect(unread(atFirst)).toEqual(['four', 'three']))
  await second.comeBack()
  for (const list of [atFirst, atSecond]) await soon(() => expect(unread(list)).toEqual(['four']))
  for (const at of [first, second]) await soon(async () => expect(await bell(at)).toBe(1))
  for (const at of [first, second]) await at.agreesWith(nora)
})

test('what nobody reads is told on to the supervisors, once, with who it was for', async () => {
  const { day, hall, nora } = await aHall()
  const mia = await premises.person(`mia.${day}`)
  const max = await premises.person(`max.${day}`)
  for (const boss of [mia, max]) await premises.grant(boss, hall, 'supervisor')
  await premises.backend.sql(`update profiles set display_name = 'Nora' where id = $1`, [nora.id])
  await premises.backend.sql(`update profiles set display_name = 'Mia' where id = $1`, [mia.id])
  const desk = await premises.terminal(mia, { station: stationNamed('Office', 'desk') })
  const other = await premises.terminal(max, { station: stationNamed('Desk 2', 'desk') })
  const [atDesk, atOther] = [await watchNotifications(desk), await watchNotifications(other)]
  await workerAt(desk).does('message.send', {
    warehouse_id: hall.id,
    ...{ alert_id: RowId.parse(newId()), severity: 'warning', text: 'Gate 4, please', to_user: nora.id },
  })
  await workerAt(desk).settles()
  await premises.backend.sql(
    `update notifications set created_at = created_at - interval '16 minutes' where user_id = $1`,
    [nora.id],
  )
  const look = () => max.server.rpc('escalate_notifications')
  expect((await look()).data).toBe(1)
  await soon(() =>
    expect(atOther()).toMatchObject([
      {
        kind: 'escalation',
        title: 'Not read by Nora: Mia',
        body: 'Gate 4, please',
        severity: 'warning',
        from: 'Mia',
      },
    ]),
  )
  expect((await look()).data).toBe(0)
  expect(atDesk()).toEqual([])
  const terminal = await premises.terminal(nora, { station: stationNamed('Gate 3') })
  const atGate = await watchNotifications(terminal)
  await soon(() => expect(atGate()).toMatchObject([{ title: 'Mia', from: 'Mia', readAt: null }]))
  expect(atGate()[0]?.escalatedAt).not.toBeNull()
})

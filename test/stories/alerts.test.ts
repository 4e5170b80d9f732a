import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { RowId } from '#shared/domain/ids.ts'
import { must } from '#shared/lib/must.ts'
import { watchAlerts, watchExceptions } from './support/alerts.ts'
import { askView } from './support/ask-view.ts'
import { lastHeardOf, stationNamed } from './support/fleet.ts'
import { openPremises } from './support/premises.ts'
import type { Premises } from './support/premises.ts'
import { soon } from './support/soon.ts'
import { binsOf, newId, workerAt } from './support/worker.ts'

/* What is wrong or asks for somebody, at several stations of one hall, with and without a network. */

let premises: Premises
let days = 0
beforeAll(async () => {
  premises = await openPremises()
})
afterEach(() => premises.goHome())
afterAll(() => premises.close())

/** Mia supervises from the office, Nora picks at the gate. */
async function aHall(stockRows = 3) {
  const day = `alerts-${++days}`
  const hall = await premises.warehouse(`${day}-hall`, stockRows)
  const nora = await premises.person(`nora.${day}`, hall)
  const mia = await premises.person(`mia.${day}`)
  await premises.grant(mia, hall, 'supervisor')
  await premises.backend.sql(`update profiles set display_name = 'Nora' where id = $1`, [nora.id])
  await premises.backend.sql(`update profiles set display_name = 'Mia' where id = $1`, [mia.id])
  const office = stationNamed('Office', 'desk')
  const gate = stationNamed('Gate 3')
  const desk = await premises.terminal(mia, { station: office })
  const terminal = await premises.terminal(nora, { station: gate })
  const warehouse_id = hall.id
  return {
    ...{ hall, nora, mia, office, gate, desk, terminal, warehouse_id },
    atDesk: workerAt(desk),
    atGate: workerAt(terminal),
    bins: await binsOf(premises, hall, stockRows),
  }
}

const newAlert = (): RowId => RowId.parse(newId())

describe('a message to all stations', () => {
  test('asks at each of them, and its sender sees who has answered and who has not', async () => {
    const { hall, nora, mia, gate, office, desk, terminal, atDesk, atGate, warehouse_id } = await aHall()
    const yard = stationNamed('Yard')
    const inYard = await premises.terminal(nora, { station: yard })
    await soon(async () => {
      const { stations } = await askView(desk, { name: 'fleet', params: { warehouseId: hall.id } })
      expect(stations.map(({ name }) => name).sort()).toEqual(['Gate 3', 'Office', 'Yard'])
    }, 30_000)

    const alert_id = newAlert()
    await atDesk.does('message.send', {
      ...{ warehouse_id, alert_id, severity: 'warning', text: 'The scale at gate 3 is off', to_user: null },
    })
    const asking = (at: typeof desk) => askView(at, { name: 'alerts.asking', params: {} })
    for (const at of [terminal, inYard])
      await soon(async () =>
        expect(await asking(at)).toMatchObject([
          {
            id: alert_id,
            kind: 'message',
            text: 'The scale at gate 3 is off',
            from: 'Mia',
            severity: 'warning',
          },
        ]),
      )
    expect(await asking(desk)).toEqual([])

    await atGate.does('alert.confirm', { warehouse_id, alert_id, answer: 'seen', facts: null })
    expect(await asking(terminal)).toEqual([])
    expect(await asking(inYard)).toHaveLength(1)

    await soon(async () => {
      const params = { warehouseId: hall.id, id: alert_id }
      const detail = await askView(desk, { name: 'alerts.detail', params })
      expect(detail).toMatchObject({
        alert: {
          kind: 'message',
          raisedBy: { userId: mia.id, name: 'Mia' },
          receipts: { answered: 1, stations: 2 },
        },
        receipts: [{ user: { id: nora.id, name: 'Nora' }, station: { id: gate.id }, answer: 'seen' }],
        silent: [{ id: yard.id, name: 'Yard' }],
      })
      expect(detail?.silent).toHaveLength(1)
    })
    expect(office.id).not.toBe(gate.id)
  })
})

describe('an acknowledgement', () => {
  test('[O1] made offline shows at once with its name, and on the others once the line is back', async () => {
    const { hall, desk, terminal, atDesk, atGate, bins, warehouse_id } = await aHall(2)
    const bin = must(bins[0], 'a bin')
    await atGate.does('pick', { ...bin, quantity: 5, order_item_id: null })
    const key = `out/${bin.product_id}`
    const atOffice = await watchAlerts(desk, hall.id)
    const acknowledged = await watchAlerts(terminal, hall.id, 'acknowledged')
    await soon(() => expect(atOffice().map(({ id }) => id)).toContain(key))

    await terminal.loseLine()
    const open = await watchAlerts(terminal, hall.id)
    expect(open().map(({ id }) => id)).toContain(key)
    await atGate.does('alert.acknowledge', {
      ...{ warehouse_id, alert_id: null, key, product_id: bin.product_id, note: 'More comes at noon' },
    })
    await soon(() => {
      expect(open().map(({ id }) => id)).not.toContain(key)
      expect(acknowledged()).toMatchObject([
        { id: key, acknowledged: { name: 'Nora', sent: false, note: 'More comes at noon' } },
      ])
    })
    expect(atOffice().map(({ id }) => id)).toContain(key)

    await terminal.comeBack()
    await soon(() => expect(atOffice().map(({ id }) => id)).not.toContain(key))
    const params = { warehouseId: hall.id, id: key }
    await soon(async () =>
      expect((await askView(desk, { name: 'alerts.detail', params }))?.alert.acknowledged).toMatchObject({
        ...{ name: 'Nora', sent: true, note: 'More comes at noon' },
      }),
    )

    // Worse than what was acknowledged: it asks again.
    await atDesk.does('pick', { ...bin, quantity: 2, order_item_id: null })
    await soon(() => expect(atOffice().map(({ id }) => id)).toContain(`oversold/${bin.product_id}`))
  })
})

describe('in an outage', () => {
  test('[L3] what runs out by this station’s own unsent picks is told here, with how much of it was not sent', async () => {
    const { hall, desk, terminal, atGate, bins } = await aHall(2)
    const bin = must(bins[0], 'a bin')
    const here = await watchAlerts(terminal, hall.id, 'stock')
    const elsewhere = await watchAlerts(desk, hall.id, 'stock')
    await terminal.loseLine()
    await atGate.does('pick', { ...bin, quantity: 5, order_item_id: null })
    await soon(() =>
      expect(here()).toMatchObject([
        { id: `out/${bin.product_id}`, kind: 'out', facts: { on_hand: 0, unsent_on_hand: -5 } },
      ]),
    )
    await atGate.does('pick', { ...bin, quantity: 1, order_item_id: null })
    await soon(() => expect(here()).toMatchObject([{ kind: 'oversold', facts: { available: -1 } }]))
    const summary = await askView(terminal, { name: 'alerts.summary', params: { warehouseId: hall.id } })
    expect(summary).toMatchObject({ oversold: 1, out: 0, low: 0 })
    expect(elsewhere()).toEqual([])
  })

  test('[L3] of a station that is cut off itself, the silence of the others is no alert; of one that is live, it is', async () => {
    const { hall, gate, desk, terminal } = await aHall()
    const silent = await watchAlerts(desk, hall.id, 'stations')
    await soon(async () => {
      const [row] = await premises.backend.sql<{ seen: boolean }>(
        'select seen_at is not null as seen from stations where id = $1',
        [gate.id],
      )
      expect(row?.seen).toBe(true)
    }, 30_000)
    await terminal.loseLine()
    await soon(async () => {
      await lastHeardOf(premises, gate, 1_500)
      expect(silent()).toMatchObject([{ kind: 'station_silent', station: { id: gate.id, name: 'Gate 3' } }])
    })
    const atGate = await watchAlerts(terminal, hall.id, 'stations')
    expect(atGate()).toEqual([])
  })
})

test('exceptions: what was refused here, short picks and unknown codes, each until it is answered', async () => {
  const { hall, desk, atDesk, atGate, terminal, bins, warehouse_id } = await aHall(2)
  const bin = must(bins[0], 'a bin')
  const inbox = await watchExceptions(desk, hall.id)
  await atGate.does('code.report', { warehouse_id, code: '4006381333931', bin: 'A-1', note: null })
  await atGate.does('pick', { ...bin, quantity: 8, order_item_id: null })
  await soon(() =>
    expect(
      inbox()
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(['count_task', 'negative_stock', 'unknown_code']),
  )
  const unknown = must(
    inbox().find(({ kind }) => kind === 'unknown_code'),
    'the code',
  )
  expect(unknown).toMatchObject({
    ...{ bin: 'A-1', facts: { code: '4006381333931' }, raisedBy: { name: 'Nora' }, answered: false },
  })

  await desk.loseLine()
  await atDesk.does('barcode.assign', {
    ...{ warehouse_id, product_id: bin.product_id, code: '4006381333931', pack_quantity: 1 },
  })
  await soon(() => expect(inbox().find(({ id }) => id === unknown.id)).toMatchObject({ answered: true }))
  await desk.comeBack()
  await soon(() =>
    expect(
      inbox()
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(['count_task', 'negative_stock']),
  )

  const refused = await watchExceptions(terminal, hall.id)
  await atGate.does('alert.acknowledge', {
    ...{ warehouse_id, alert_id: newAlert(), key: null, product_id: null, note: null },
  })
  await soon(() =>
    expect(refused().find(({ kind }) => kind === 'refused')).toMatchObject({
      facts: { code: 'unknown_alert', refused_kind: 'alert.acknowledge' },
      raisedBy: { name: 'Nora' },
    }),
  )
  const here = await watchAlerts(terminal, hall.id)
  expect(here().find(({ kind }) => kind === 'refused_here')).toMatchObject({ facts: { count: 1 } })
})

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { must } from '#shared/lib/must.ts'
import type { FleetStation } from '#shared/protocol/fleet.ts'
import { realClock } from '#engine/platform/real-clock.ts'
import { connectSupabase } from '#engine/upstream/supabase.ts'
import type { Upstream } from '#engine/upstream/upstream.ts'
import { memorySecrets } from '#test/harness/memory-secrets.ts'
import { recordedLog } from '#test/harness/recorded-log.ts'
import { lastHeardOf, stationNamed, watchFleet } from './support/fleet.ts'
import { openPremises } from './support/premises.ts'
import type { Premises } from './support/premises.ts'
import { soon } from './support/soon.ts'
import { binsOf, workerAt } from './support/worker.ts'

/*
 * Who is here: each station tells how it stands, the others see it, and whoever falls silent is missed.
 */

let premises: Premises
let days = 0
beforeAll(async () => {
  premises = await openPremises()
})
afterEach(() => premises.goHome())
afterAll(() => premises.close())

async function aHall(stockRows = 5) {
  const day = `fleet-${++days}`
  const hall = await premises.warehouse(`${day}-hall`, stockRows)
  const nora = await premises.person(`nora.${day}`, hall)
  const mia = await premises.person(`mia.${day}`)
  await premises.grant(mia, hall, 'supervisor')
  const gate = stationNamed('Gate 3')
  const office = stationNamed('Office', 'desk')
  const desk = await premises.terminal(mia, { station: office })
  return { hall, nora, mia, gate, office, desk, watch: await watchFleet(desk, hall.id) }
}

/** A way to the server on which commands get no answer for as long as it is told so. */
function connectionWithoutPushes() {
  const secrets = memorySecrets()
  const state = { takesWork: false }
  const connect = (address: Parameters<typeof connectSupabase>[0]['address']): Upstream => {
    const upstream = connectSupabase({ address, clock: realClock, log: recordedLog(), secrets })
    return {
      ...upstream,
      push: async (commands) =>
        state.takesWork
          ? upstream.push(commands)
          : { kind: 'retry', because: 'server-error', afterMs: null, detail: 'busy' },
    }
  }
  return { state, options: { secrets, connect } }
}

/** Told by the server just now: its next report is due within seconds. */
const isOverdueSoon = ({ expectedBy }: FleetStation): boolean =>
  (expectedBy ?? Infinity) < Date.now() + 10_000

test('three stations see one another: who is there, since when, and who is on which', async () => {
  const { hall, nora, mia, gate, office, watch } = await aHall()
  const atGate = await premises.terminal(nora, { station: gate })
  const yard = stationNamed('Yard')
  const inYard = await premises.terminal(nora, { station: yard })

  const shown = await watch.shows(gate, ({ presence }) => presence === 'here')
  expect(shown).toMatchObject({
    ...{ name: 'Gate 3', kind: 'terminal', isThis: false, link: 'live', version: '0.0.0' },
    ...{ user: { id: nora.id }, unsent: 0, refused: 0, behind: 0 },
  })
  expect(watch.station(office)).toMatchObject({ isThis: true, presence: 'here', user: { id: mia.id } })
  await watch.shows(yard, ({ presence }) => presence === 'here')
  for (const terminal of [atGate, inYard]) {
    const theirs = await watchFleet(terminal, hall.id)
    for (const station of [office, gate, yard])
      await theirs.shows(station, ({ presence }) => presence === 'here')
  }
  const { people } = watch.fleet()
  expect(people.find(({ userId }) => userId === nora.id)).toMatchObject({
    role: 'picker',
    stations: ['Gate 3', 'Yard'],
  })
  expect(people.find(({ userId }) => userId === mia.id)).toMatchObject({
    role: 'supervisor',
    stations: ['Office'],
  })
})

test('[L3] the cable of a station is pulled: by time alone it turns silent, and what it held is at risk until it is back', async () => {
  const { hall, nora, gate, watch, desk } = await aHall()
  const slow = connectionWithoutPushes()
  const terminal = await premises.terminal(nora, { station: gate, ...slow.options })
  const worker = workerAt(terminal)
  await watch.shows(gate, ({ presence }) => presence === 'here')
  for (const bin of (await binsOf(premises, hall, 5)).slice(0, 3))
    await worker.does('pick', { ...bin, quantity: 1 })
  // Told while the line is there; what is done after it is known to nobody else.
  const { oldestUnsentAt, lastScanAt } = await watch.shows(gate, ({ unsent }) => unsent === 3)
  expect(oldestUnsentAt).not.toBeNull()
  expect(lastScanAt).toBeGreaterThanOrEqual(oldestUnsentAt ?? 0)
  expect(watch.fleet().atRisk).toEqual({ commands: 0, stations: 0, oldestAt: null })

  terminal.line.cut()
  await terminal.reaches('waiting')
  await lastHeardOf(premises, gate, 2_000)
  const heard = await watch.shows(gate, isOverdueSoon)
  expect(heard.presence).toBe('here')
  await watch.shows(gate, ({ presence }) => presence === 'silent')
  expect(watch.fleet().atRisk).toEqual({ commands: 3, stations: 1, oldestAt: oldestUnsentAt })
  expect(watch.station(gate)).toMatchObject({ user: { id: nora.id }, link: 'live', unsent: 3 })
  const person = watch.fleet().people.find(({ userId }) => userId === nora.id)
  expect(person).toMatchObject({ stations: [], lastSeenAt: watch.station(gate)?.seenAt })

  slow.state.takesWork = true
  await terminal.comeBack()
  await worker.settles()
  await watch.shows(gate, ({ presence, unsent }) => presence === 'here' && unsent === 0)
  expect(watch.fleet().atRisk).toEqual({ commands: 0, stations: 0, oldestAt: null })
  expect(desk.path()).not.toContain('waiting')
})

test('[L3] a station that is cut off itself takes nobody for silent: the others are as they were', async () => {
  const { nora, gate, desk, watch } = await aHall()
  const terminal = await premises.terminal(nora, { station: gate })
  await watch.shows(gate, ({ presence }) => presence === 'here')
  terminal.line.cut()
  // Overdue in a moment, and the desk knows so; but it is the desk that hears nothing.
  await lastHeardOf(premises, gate, 3_000)
  await watch.shows(gate, isOverdueSoon)
  await desk.loseLine()
  const { expectedBy } = must(watch.station(gate), 'the gate')
  await soon(() => expect(Date.now()).toBeGreaterThan((expectedBy ?? 0) + 1_000))
  await desk.hasAskedInVain()
  expect(watch.station(gate)).toMatchObject({ presence: 'here' })
  await desk.comeBack()
  await watch.shows(gate, ({ presence }) => presence === 'silent')
})

test('whoever switches off says so, and stays listed with when they were last seen', async () => {
  const { nora, gate, watch } = await aHall()
  const terminal = await premises.terminal(nora, { station: gate })
  await watch.shows(gate, ({ presence }) => presence === 'here')
  await terminal.stop()
  const gone = await watch.shows(gate, ({ presence }) => presence === 'closed')
  expect(gone).toMatchObject({ name: 'Gate 3', user: { id: nora.id }, link: 'stopped' })
  expect(gone.seenAt).toBeGreaterThan(0)
})

test('a name that a person gives the station reaches the others', async () => {
  const { nora, gate, watch } = await aHall()
  const terminal = await premises.terminal(nora, { station: gate })
  await watch.shows(gate, ({ presence }) => presence === 'here')
  await terminal.engine.askOwn('station.named', { ...gate, name: 'Goods in', kind: 'kiosk' })
  await watch.shows(gate, ({ name, kind }) => name === 'Goods in' && kind === 'kiosk')
})

test('a station of another warehouse is in no list of this one', async () => {
  const { hall, nora, gate, watch } = await aHall()
  const stranger = await premises.person(`stranger.${days}`, await premises.warehouse(`elsewhere-${days}`, 1))
  const theirs = stationNamed('Theirs')
  await premises.terminal(stranger, { station: theirs })
  await premises.terminal(nora, { station: gate })
  await watch.shows(gate, ({ presence }) => presence === 'here')
  await soon(async () =>
    expect(
      await premises.backend.sql('select from stations where id = $1 and warehouse_id <> $2', [
        theirs.id,
        hall.id,
      ]),
    ).toHaveLength(1),
  )
  expect(watch.station(theirs)).toBeNull()
})

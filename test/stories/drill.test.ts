import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { RowId } from '#shared/domain/ids.ts'
import { must } from '#shared/lib/must.ts'
import type { DrillCaller, DrillReport } from '#shared/protocol/fleet.ts'
import { stationNamed, watchDrill } from './support/fleet.ts'
import { openPremises } from './support/premises.ts'
import type { Premises } from './support/premises.ts'
import { soon } from './support/soon.ts'
import type { Terminal } from './support/terminal.ts'
import { binsOf, bookedFor, ledgerOf, stockOf, workerAt } from './support/worker.ts'

/*
 * An outage that everybody knows of: the station goes on alone, says so, comes back by itself, and tells how it went.
 */

let premises: Premises
let days = 0
beforeAll(async () => {
  premises = await openPremises()
})
afterEach(() => premises.goHome())
afterAll(() => premises.close())

async function aGate(stockRows = 6) {
  const day = `drill-${++days}`
  const hall = await premises.warehouse(`${day}-hall`, stockRows)
  const nora = await premises.person(`nora.${day}`, hall)
  const gate = stationNamed('Gate 3')
  const terminal = await premises.terminal(nora, { station: gate })
  const bins = await binsOf(premises, hall, stockRows)
  return { hall, nora, gate, terminal, worker: workerAt(terminal), bins, drill: await watchDrill(terminal) }
}

const start = ({ engine, window }: Terminal, minutes: number, calledBy: DrillCaller | null = null) =>
  engine.ask(window, 'drill.start', { minutes, calledBy })
const end = ({ engine, window }: Terminal) => engine.ask(window, 'drill.end', {})

test('[L3] it says that it is a drill, work goes on, and the report tells what the way back took', async () => {
  const { nora, terminal, worker, bins, drill } = await aGate()
  expect(await start(terminal, 30)).toEqual({ ok: true, value: {} })
  await terminal.reaches('waiting')
  const { drill: sign, link } = terminal.status()
  expect(sign).toMatchObject({ calledBy: null, until: must(sign, 'the sign').since + 30 * 60_000 })
  expect(link).toMatchObject({ because: 'no-answer' })
  // Never offline without the word: whoever looked at the status in between saw both.
  const isOffline = ({ link: { at } }: ReturnType<Terminal['status']>) => at === 'waiting' || at === 'offline'
  const since = terminal.told().findIndex((status) => status.drill !== null)
  expect(
    terminal
      .told()
      .slice(since)
      .filter(isOffline)
      .every((status) => status.drill !== null),
  ).toBe(true)

  // The line itself is whole: a click does not help, and others see nothing of what is done here.
  await terminal.hasAskedInVain()
  const ids = []
  for (const bin of bins.slice(0, 4)) ids.push((await worker.does('pick', { ...bin, quantity: 2 })).id)
  expect(await worker.summary()).toMatchObject({ unsent: 4 })
  expect(await ledgerOf(premises, ids)).toEqual([])
  expect(await worker.onHand(must(bins[0], 'a bin'))).toEqual([3, -2])

  await end(terminal)
  await terminal.reaches('live')
  expect(terminal.status().drill).toBeNull()
  await worker.settles()
  expect(await bookedFor(premises, ids)).toBe(4)
  expect(await stockOf(premises, must(bins[0], 'a bin'))).toBe(3)
  const report = await soon(() => must(drill().report, 'the report'), 90_000)
  expect(report).toMatchObject({ done: 4, refused: 0, figures: 'equal', endedBy: 'person', calledBy: null })
  expect(report.offlineMs).toBeGreaterThan(0)
  expect(report.oldestMs).toBeLessThanOrEqual(report.offlineMs)
  expect(report.liveAfterMs).toBeGreaterThan(0)
  expect(report.sentAfterMs).toBeGreaterThanOrEqual(must(report.liveAfterMs, 'live'))
  expect(drill().state).toEqual({ kind: 'idle' })
  await terminal.equals(nora)
}, 150_000)

test('one that a supervisor called: accepted, played, and its report is with them', async () => {
  const { hall, gate, terminal, worker, bins, drill } = await aGate()
  const mia = await premises.person(`mia.${days}`)
  await premises.grant(mia, hall, 'supervisor')
  const desk = await premises.terminal(mia, { station: stationNamed('Office', 'desk') })
  const alertId = RowId.parse(randomUUID())
  await workerAt(desk).does('drill.call', {
    warehouse_id: hall.id,
    alert_id: alertId,
    minutes: 20,
    stations: [gate.id],
  })
  await soon(async () =>
    expect(await premises.backend.sql('select from alerts where id = $1', [alertId])).toHaveLength(1),
  )

  const answer = { warehouse_id: hall.id, alert_id: alertId, facts: null }
  await worker.does('alert.confirm', { ...answer, answer: 'accepted' })
  await start(terminal, 20, { alertId, warehouseId: hall.id, from: 'Mia' })
  await terminal.reaches('waiting')
  expect(terminal.status().drill).toMatchObject({ calledBy: 'Mia' })
  // Whoever called it knows that it was accepted before the line was gone.
  const receipts = () =>
    premises.backend.sql<{ answer: string; station: string; facts: Record<string, unknown> }>(
      'select answer, station_id as station, facts from alert_receipts where alert_id = $1',
      [alertId],
    )
  expect(await receipts()).toEqual([{ answer: 'accepted', station: gate.id, facts: {} }])

  const bin = must(bins[0], 'a bin')
  await worker.does('pick', { ...bin, quantity: 1 })
  // Others take all there is meanwhile: nothing of it is wrong, and the drill finds out.
  await premises.receive(hall, 6)
  await end(terminal)
  const report = await soon(() => must(drill().report, 'the report'), 90_000)
  expect(report).toMatchObject({ done: 1, figures: 'equal' })
  await soon(async () =>
    expect(await receipts()).toEqual([
      {
        answer: 'reported',
        station: gate.id,
        facts: {
          ...{ offline_ms: report.offlineMs, done: 1, oldest_ms: report.oldestMs, refused: 0 },
          ...{ live_after_ms: report.liveAfterMs, sent_after_ms: report.sentAfterMs },
          ...({ figures: 'equal', ended_by: 'person' } satisfies Partial<DrillReport> & { ended_by: string }),
        },
      },
    ]),
  )
}, 150_000)

test('it does not survive a restart, and what was done in it does', async () => {
  const { nora, terminal, worker, bins } = await aGate()
  await start(terminal, 30)
  await terminal.reaches('waiting')
  const { id } = await worker.does('pick', { ...must(bins[0], 'a bin'), quantity: 1 })
  const next = await terminal.restart()
  await next.reaches('live')
  expect(next.status().drill).toBeNull()
  await workerAt(next).settles()
  expect(await bookedFor(premises, [id])).toBe(1)
  await next.equals(nora)
})

test('signing out ends it: the next person is online', async () => {
  const { hall, terminal } = await aGate()
  const anna = await premises.person(`anna.${days}`, hall)
  await start(terminal, 30)
  await terminal.reaches('waiting')
  await terminal.signOut()
  expect(terminal.status().drill).toBeNull()
  expect(await terminal.signIn(anna)).toBeNull()
  await terminal.reaches('live')
})

test('nobody is signed in: there is nothing to play', async () => {
  const { terminal } = await aGate()
  await terminal.signOut()
  expect(await start(terminal, 5)).toMatchObject({ ok: false, error: { code: 'not-ready' } })
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPremises } from './support/premises.ts'
import type { Person, Premises, Warehouse } from './support/premises.ts'
import type { Terminal } from './support/terminal.ts'

/*
 * How long a terminal takes to be live again after much has changed. The figures are printed and not judged: how fast a
 * machine is, and what else it does, is not known here.
 */

let premises: Premises
let north: Warehouse
let nora: Person
let terminal: Terminal
beforeAll(async () => {
  premises = await openPremises()
  north = await premises.warehouse('north', 5_000)
  nora = await premises.person('nora', north)
  terminal = await premises.terminal(nora)
})
afterAll(() => premises.close())

const networkIsBack = async (): Promise<void> => terminal.engine.signal({ kind: 'network-up' })

test.each([
  ['the system says that the network is back', networkIsBack],
  ['somebody clicks', () => terminal.click()],
])(
  '[M3] [L3] 5,000 rows change during an outage, then %s: live and equal within seconds',
  async (how, nudge) => {
    await terminal.loseLine()
    await premises.receive(north, 5_000)
    terminal.line.mend()
    const startedAt = performance.now()
    await nudge()
    await terminal.reaches('live')
    const backMs = performance.now() - startedAt
    await terminal.equals(nora)
    console.info(`5,000 changed rows, ${how}: live after ${Math.round(backMs)} ms.`)
  },
)

test('[M3] [L3] 100,000 rows are new after an outage: live and equal, and the status tells how far it is', async () => {
  await terminal.loseLine()
  await premises.stock(north, 50_000)
  const seen = terminal.told().length
  terminal.line.mend()
  await networkIsBack()
  const backMs = await terminal.reaches('live', 200_000)
  expect(await terminal.summary(north)).toMatchObject({ products: 55_000 })
  await terminal.provesItself()

  const progress = terminal
    .told()
    .slice(seen)
    .flatMap(({ link }) => (link.at === 'catching-up' && link.total > 0 ? [link] : []))
  const done = progress.map((link) => link.done)
  expect(done).toEqual([...done].sort((a, b) => a - b))
  expect(Math.max(...progress.map(({ total }) => total))).toBeGreaterThanOrEqual(100_000)
  const rowsPerSecond = Math.round(100_000 / (backMs / 1_000))
  console.info(`100,000 new rows: live after ${Math.round(backMs)} ms, ${rowsPerSecond} rows/s.`)
})

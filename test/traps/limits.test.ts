import { setTimeout as pause } from 'node:timers/promises'
import { beforeEach, expect, test } from 'vitest'
import { trapSite } from './support/trap-site.ts'
import type { TrapConsole } from './support/trap-site.ts'

/* The project's own limits, really exceeded. What is an average over a minute on the real server is one over a quarter of a second here. */

const dropped: string[] = []
const site = trapSite({
  realtime: { maxEventsPerSecond: 100, maxJoinsPerSecond: 40, rateStepMs: 20 },
  log(line) {
    if (line.includes('is dropped')) dropped.push(line)
  },
})
/** A feed that was found deaf is left alone for five minutes and a little. */
const ROOMY_MS = 400_000

/**
 * The server counts joins in real time: steps of a second would put half a minute of tries, thirty joins of six consoles,
 * into a fifth of a second, and nobody would ever get in.
 */
const GENTLE_STEP_MS = 250

/** All of a hall are live, each hurried by its own clock. */
const allLive = (hall: TrapConsole[]): Promise<unknown> =>
  Promise.all(
    hall.map(({ clock, status }) =>
      clock.passUntil('the console is live', () => status().link.at === 'live', ROOMY_MS, GENTLE_STEP_MS),
    ),
  )

/** Lets the quarter of a second pass in which the server still drops: each hurried step takes some of it. */
const calmedDown = (terminal: TrapConsole): Promise<void> => terminal.clock.pass(30_000)

/** Forty statements of one transaction, each with a poke of its own. */
const burst = (): Promise<unknown> =>
  site.backend.sql(
    `do $$ begin
       for n in 1 .. 40 loop update products set reorder_point = n where sku = (select min(sku) from products); end loop;
     end $$`,
  )

beforeEach(() => {
  dropped.length = 0
})

test('[N11] [B19] [M3] pokes over the limit are dropped in silence: the burst costs a moment, not a figure', async () => {
  await site.backend.sql('update sync_settings set poke_rate = 1000')
  const terminal = await site.live()
  for (let n = 0; n < 20 && dropped.length === 0; n += 1) {
    await burst()
    await site.change()
  }
  expect(dropped.length, 'the limit was met').toBeGreaterThan(0)
  await terminal.current()
  await calmedDown(terminal)
  await site.recovers(terminal, ROOMY_MS)
})

test('[N11] [B19] while limited, a fresh join works and is closed by the first poke, or hears nothing: no loop of joins', async () => {
  await site.backend.sql('update sync_settings set poke_rate = 1000')
  const terminal = await site.live()
  const tries = terminal.wire.opened()
  let flooding = true
  const flood = (async () => {
    while (flooding) {
      await burst()
      await pause(20)
    }
  })()
  await terminal.clock.pass(90_000, 500)
  flooding = false
  await flood
  expect(terminal.wire.opened() - tries, 'tries in a minute and a half').toBeLessThanOrEqual(12)
  await site.change()
  await calmedDown(terminal)
  await site.recovers(terminal, ROOMY_MS)
})

test('[B19] six consoles join in the same breath, and some are told "Too many joins per second": all are live in the end', async () => {
  const hall = await Promise.all(Array.from({ length: 6 }, (_, seed) => site.console({ seed: seed + 1 })))
  const refused = (): boolean =>
    hall.some(({ log }) => log.some(({ facts }) => JSON.stringify(facts).includes('ClientJoinRateLimit')))
  for (let storm = 0; storm < 20 && !refused(); storm += 1) {
    await allLive(hall)
    site.backend.faults.hangUp(1012)
    for (const terminal of hall) terminal.engine.signal({ kind: 'resumed' })
  }
  await allLive(hall)
  expect(refused(), 'the limit was met').toBe(true)
  await site.recovers(hall[0]!, ROOMY_MS)
})

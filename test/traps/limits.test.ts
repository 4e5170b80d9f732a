import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { trapSite } from './support/trap-site.ts'

/* The project's own limits, really exceeded: averages over 0.6 s here, over a minute on the real server. */

const PER_SECOND = 12
const site = trapSite({
  realtime: { maxEventsPerSecond: PER_SECOND, maxJoinsPerSecond: 8, rateStepMs: 50 },
})
const ROOMY_MS = 120_000

test('[N11] [B19] [M3] pokes over the limit are dropped in silence: the burst costs a moment, not a figure', async () => {
  await site.backend.sql('update sync_settings set poke_rate = 1000')
  const terminal = await site.live()
  for (let n = 0; n < 60; n += 1) await site.change()
  await terminal.current()
  await site.recovers(terminal, ROOMY_MS)
  await site.backend.sql('update sync_settings set poke_rate = 20')
})

test('[N11] [B19] while limited the server drops pokes in silence; a fresh join works and is closed by the first of them: no loop of joins', async () => {
  const terminal = await site.live()
  const tries = terminal.wire.opened()
  let flooding = true
  const flood = (async () => {
    while (flooding) {
      await site.backend.receive(1)
      await pause(20)
    }
  })()
  await terminal.clock.pass(90_000, 500)
  expect(terminal.wire.opened() - tries, 'tries in a minute and a half').toBeLessThanOrEqual(12)
  flooding = false
  await flood
  await site.change()
  await site.recovers(terminal, ROOMY_MS)
})

test('[B19] six consoles join in the same breath, and some are told "Too many joins per second": all are live in the end', async () => {
  const hall = await Promise.all(Array.from({ length: 6 }, (_, seed) => site.console({ seed: seed + 1 })))
  for (let storm = 0; storm < 3; storm += 1) {
    await Promise.all(hall.map((terminal) => terminal.live(ROOMY_MS)))
    site.backend.faults.hangUp(1012)
    for (const terminal of hall) terminal.engine.signal({ kind: 'resumed' })
  }
  await Promise.all(hall.map((terminal) => terminal.live(ROOMY_MS)))
  const refusals = hall.flatMap(({ log }) =>
    log.filter(({ facts }) => JSON.stringify(facts).includes('ClientJoinRateLimit')),
  )
  expect(refusals.length, 'the limit was met').toBeGreaterThan(0)
  await site.recovers(hall[0]!, ROOMY_MS)
})

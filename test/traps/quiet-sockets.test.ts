import { expect, test } from 'vitest'
import { trapSite } from './support/trap-site.ts'

/* The server closes sockets that say nothing for 60 s, and cuts those without a channel. Both are told to be shorter here. */

/** Real time, in which a busy machine hurries through a beat and an idle one through dozens. */
const IDLE_CLOSE_MS = 2_000
const site = trapSite({ realtime: { idleCloseMs: IDLE_CLOSE_MS, noChannelSweepMs: 100 } })

test('[N3] an idle close never comes: our beats are frames, also when nothing happens for minutes', async () => {
  const terminal = await site.live()
  const sockets = terminal.wire.opened()
  const until = performance.now() + 1.7 * IDLE_CLOSE_MS
  await terminal.clock.passUntil('a close is overdue', () => performance.now() > until, Infinity, 2_500)
  expect(terminal.wire.opened()).toBe(sockets)
  expect(terminal.path().filter((at) => at === 'live')).toHaveLength(1)
  await site.change()
  await terminal.isTold()
})

test('[N3] the sweep of sockets without a channel finds none of ours, and if it hits between open and join, the console comes back', async () => {
  const terminal = await site.live()
  for (let outage = 0; outage < 3; outage += 1) {
    site.backend.faults.hangUp(1012)
    await terminal.noticesAtOnce()
    await terminal.live()
  }
  await site.recovers(terminal)
  expect(terminal.wire.alive()).toBe(1)
})

import { expect, test } from 'vitest'
import { trapSite } from './support/trap-site.ts'

/* The server closes sockets that say nothing for 60 s, and cuts those without a channel. Both are told to be shorter here. */

/** In hurried time some 40 s. */
const IDLE_CLOSE_MS = 1_500
const site = trapSite({ realtime: { idleCloseMs: IDLE_CLOSE_MS, noChannelSweepMs: 100 } })

test('[N3] an idle close never comes: our beats are frames, also when nothing happens for minutes', async () => {
  const terminal = await site.live()
  await terminal.clock.pass(100_000)
  expect(terminal.wire.opened()).toBe(1)
  expect(terminal.path().filter((at) => at === 'live')).toHaveLength(1)
  await site.change()
  expect(await terminal.current()).toBeLessThan(5_000)
})

test('[N3] the sweep of sockets without a channel finds none of ours, and if it hits between open and join, the console comes back', async () => {
  const terminal = await site.live()
  for (let outage = 0; outage < 3; outage += 1) {
    site.backend.faults.hangUp(1012)
    await terminal.notLive(1_000)
    await terminal.live()
  }
  await site.recovers(terminal)
  expect(terminal.wire.alive()).toBe(1)
})

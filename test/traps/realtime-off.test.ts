import { describe, expect, test } from 'vitest'
import type { DegradedReason } from '#shared/protocol/status.ts'
import type { FaultKnobs } from '#backend/backend.ts'
import { NEXT_POLL_MS, trapSite } from './support/trap-site.ts'
import type { TrapConsole } from './support/trap-site.ts'

/* Realtime is not to be had, but questions are answered. */

const site = trapSite()

async function polls(terminal: TrapConsole): Promise<void> {
  await terminal.clock.passUntil('it polls', () => terminal.status().link.at === 'degraded', 60_000)
  for (let poll = 0; poll < 2; poll += 1) {
    await site.change(2)
    await terminal.current(NEXT_POLL_MS)
  }
  expect(terminal.path()).not.toContain('live')
}

describe('[B21] the upgrade is refused', () => {
  test.each<[Parameters<FaultKnobs['refuseUpgrade']>[0], DegradedReason]>([
    [{ status: 401, error: 'Token has expired' }, 'realtime-refused'],
    [{ status: 403, error: 'Tenant is suspended' }, 'realtime-refused'],
    [{ status: 404, error: 'Tenant not found' }, 'realtime-refused'],
    [{ status: 429, error: 'Too many connected users' }, 'rate-limited'],
    [{ status: 500, error: 'Error' }, 'realtime-refused'],
    [403, 'websocket-blocked'],
    [407, 'websocket-blocked'],
    [429, 'rate-limited'],
    [503, 'websocket-blocked'],
    [511, 'websocket-blocked'],
    ['hang', 'websocket-blocked'],
  ])(
    '[L2] [L3] [N2] with %o: the console polls and says so, and is live soon after it may',
    async (status, because) => {
      site.backend.faults.refuseUpgrade(status)
      const terminal = await site.console()
      await polls(terminal)
      expect(terminal.status().link).toMatchObject({ at: 'degraded', because })
      site.backend.faults.refuseUpgrade(null)
      await site.recovers(terminal)
    },
  )
})

test.each([407, 429, 'hang'] as const)(
  '[B8] [N2] refused with %s for minutes, it does not hammer',
  async (status) => {
    site.backend.faults.refuseUpgrade(status)
    const terminal = await site.console()
    await terminal.clock.passUntil('it polls', () => terminal.status().link.at === 'degraded', 60_000)
    const tries = terminal.wire.opened()
    await terminal.clock.pass(120_000, 1_000)
    const more = terminal.wire.opened() - tries
    expect(more, 'tries in two minutes').toBeGreaterThanOrEqual(2)
    expect(more, 'tries in two minutes').toBeLessThanOrEqual(14)
  },
)

test('[N2] realtime alone does not know the key (401 after its 2 s): rows come by asking', async () => {
  const terminal = await site.console({ realtimeKey: 'sb_publishable_of_another_project' })
  await polls(terminal)
  expect(terminal.status().link).toMatchObject({ at: 'degraded', because: 'realtime-refused' })
})

test('[N2] a key of another project is said to be wrong: nothing is deleted, and it goes on when it is right again', async () => {
  const before = await site.settled()
  const { asOf } = before.status()
  await before.stop()
  await site.change(2)
  const wrong = await site.console({ after: before, anonKey: 'not-the-key' })
  await wrong.clock.passUntil('it says so', () => wrong.status().link.at === 'waiting', 10_000)
  expect(wrong.status().link).toMatchObject({ because: 'wrong-key' })
  expect(wrong.status().asOf).toBe(asOf)
  await wrong.stop()
  const right = await site.console({ after: wrong })
  await site.recovers(right)
})

describe('in mid-session', () => {
  test('[L3] [L2] the proxy begins to block websockets: the socket is lost, and the console polls until it may open another', async () => {
    const terminal = await site.live()
    site.backend.faults.refuseUpgrade(407)
    site.backend.faults.hangUp(1006)
    await terminal.clock.passUntil('it polls', () => terminal.status().link.at === 'degraded', 60_000)
    await site.change(4)
    await terminal.current(NEXT_POLL_MS)
    site.backend.faults.refuseUpgrade(null)
    await site.recovers(terminal)
  })
})

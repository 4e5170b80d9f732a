import { afterEach, describe, expect, test } from 'vitest'
import { siteScope, userScope } from '#shared/domain/scope.ts'
import type { UserId } from '#shared/domain/ids.ts'
import { PATIENCE_MS } from '#test/harness/patience.ts'
import { scriptedRealtime } from '#test/harness/scripted-realtime.ts'
import type { ScriptedRealtime } from '#test/harness/scripted-realtime.ts'
import { NEXT_LOOK_MS, NEXT_POLL_MS, trapSite } from './support/trap-site.ts'
import type { TrapConsole } from './support/trap-site.ts'
import { claimsOf } from './support/wire.ts'

/* The second feed: row changes of `sync_scopes` on one public channel, and what is peculiar to them. */

/** On a cold server 1.3 to 2.5 s. */
const COLD_MS = 150
const site = trapSite({
  realtime: {
    subscribedAfterMs: COLD_MS,
    publicationCheckMs: 100,
    tokenAppliedAfterMs: { least: 100, most: 200 },
  },
})
const feed = 'postgres-changes' as const
const headsTopic = 'realtime:heads'

let realtime: ScriptedRealtime | null = null
afterEach(async () => {
  await realtime?.stop()
  realtime = null
  await site.backend.sql('alter publication supabase_realtime set table public.sync_scopes')
})

const missed = ({ log }: TrapConsole): number => log.filter(({ event }) => event === 'link.missed').length

const live = (): Promise<TrapConsole> => site.settled({ feed })

test('[B12] [N4] [L3] SUBSCRIBED comes with the reply, changes only later: not live before "Subscribed to PostgreSQL", and what was lost between is pulled', async () => {
  realtime = await scriptedRealtime()
  realtime.tellsReplication = false
  const terminal = await site.console({ feed, realtimeAt: realtime.url })
  await expect.poll(() => realtime!.joins.length, { timeout: PATIENCE_MS, interval: 2 }).toBe(1)
  // Nobody hears of this: the subscription does not stand yet.
  await site.change(2)
  expect(terminal.path()).not.toContain('live')
  realtime.say(headsTopic, 'system', {
    ...{ status: 'ok', extension: 'postgres_changes', message: 'Subscribed to PostgreSQL' },
  })
  await terminal.reaches('live')
  await site.equal(terminal)
})

test('[B7] [N7] the one channel is joined with the user’s token: an anonymous one would be SUBSCRIBED and hear nothing', async () => {
  const terminal = await live()
  expect(terminal.wire.joins().map(({ topic }) => topic)).toEqual([headsTopic])
  expect(claimsOf(terminal.wire.joins()[0]!)?.sub).toBe(terminal.status().user?.id)
  await site.recovers(terminal)
})

test('[N12] [B11] the table is dropped from the publication while subscribed: silence at once and no message; looks bring the rows and the console says that it polls', async () => {
  const terminal = await live()
  await site.backend.sql('alter publication supabase_realtime drop table public.sync_scopes')
  await terminal.clock.pass(10_000)
  await site.change(2)
  await terminal.current(NEXT_LOOK_MS + 30_000)
  await terminal.clock.passUntil('it polls', () => terminal.status().link.at === 'degraded', 60_000)
  await site.change()
  await terminal.current(NEXT_POLL_MS)
  await site.backend.sql('alter publication supabase_realtime add table public.sync_scopes')
  await site.recovers(terminal)
})

test('[N5] the table was never published: joined, SUBSCRIBED, then a system error that the server never takes back; the console polls', async () => {
  await site.backend.sql('alter publication supabase_realtime drop table public.sync_scopes')
  const terminal = await site.console({ feed })
  await terminal.clock.passUntil('it polls', () => terminal.status().link.at === 'degraded', 60_000)
  expect(terminal.status().link).toMatchObject({ because: 'realtime-refused' })
  await site.change(2)
  await terminal.current(NEXT_POLL_MS)
  expect(terminal.path()).not.toContain('live')
  await site.backend.sql('alter publication supabase_realtime add table public.sync_scopes')
  await site.recovers(terminal)
})

test('[N0] [N11] [L3] the server’s reader has stopped for good: join ok, system ok, and nothing is ever delivered', async () => {
  site.backend.faults.drop(1)
  const terminal = await live()
  for (let look = 1; look <= 2; look += 1) {
    await site.change(2)
    await terminal.current(NEXT_LOOK_MS + 30_000)
    await terminal.clock.passUntil('the miss is noticed', () => missed(terminal) === look, 10_000)
    if (look === 1) {
      await terminal.live()
      await terminal.clock.pass(6_000)
    }
  }
  await terminal.clock.passUntil('it says so', () => terminal.status().link.at === 'degraded', 20_000)
  expect(terminal.status().link).toMatchObject({ because: 'deaf' })
})

test('[N7] [B11] the claims of the old token hold for seconds after a new one: what changed meanwhile is asked for', async () => {
  site.backend.faults.tokenLifetime(4)
  const terminal = await site.live({ feed })
  const pushed = () => terminal.wire.sent.some(({ event }) => event === 'access_token')
  await expect.poll(pushed, { timeout: PATIENCE_MS, interval: 2 }).toBe(true)
  site.backend.faults.drop(1)
  await site.change(2)
  site.backend.faults.drop(0)
  site.backend.faults.tokenLifetime(3_600)
  // The next look is later than that.
  expect(await terminal.current()).toBeLessThan(20_000)
  await site.equal(terminal)
  expect(terminal.wire.opened()).toBe(1)
})

test('[N6] a row that leaves the user’s scope produces no event: a membership withdrawn in silence is seen by the next look, and its rows go', async () => {
  const terminal = await live()
  await site.withdraw()
  await terminal.clock.passUntil(
    'its rows are gone',
    () => terminal.status().memberships.length === 0,
    NEXT_LOOK_MS,
  )
  await site.grant()
  await terminal.clock.passUntil(
    'its rows are back',
    () => terminal.status().memberships.length === 1,
    NEXT_LOOK_MS,
  )
  await terminal.current(NEXT_LOOK_MS)
  await site.recovers(terminal)
})

describe('events that are not what they should be', () => {
  const column = { name: 'scope', type: 'text' }
  const change = (data: object): unknown => ({
    ids: [1, 2, 3],
    data: {
      schema: 'public',
      table: 'sync_scopes',
      commit_timestamp: '2026-11-22T08:00:00.000Z',
      type: 'UPDATE',
      columns: [column],
      record: { scope: siteScope },
      old_record: {},
      errors: null,
      ...data,
    },
  })

  test.each<[string, object]>([
    [
      '[B24] [N6] Error 413: Payload Too Large, and a record without its long values',
      { errors: ['Error 413: Payload Too Large'], record: {} },
    ],
    [
      '[B24] [N5] Error 401: Unauthorized, and no record',
      { errors: ['Error 401: Unauthorized'], record: {}, columns: [], commit_timestamp: null },
    ],
    [
      '[N5] Error 400: no primary key',
      { errors: ['Error 400: Bad Request, no primary key'], record: {}, columns: [] },
    ],
    ['[N6] a record without the head, which did not change', { record: { scope: siteScope } }],
    [
      '[N6] a head above 2^53',
      {
        record: { scope: siteScope, head: 9_007_199_254_740_993n.toString() },
        columns: [column, { name: 'head', type: 'int8' }],
      },
    ],
    ['[B15] a change of another table', { table: 'inventory', record: { id: 7 } }],
    ['[N6] a TRUNCATE, which nobody sends', { type: 'TRUNCATE', record: {} }],
  ])('%s: it is a reason to pull, never a figure', async (_title, data) => {
    realtime = await scriptedRealtime()
    const terminal = await site.console({ feed, realtimeAt: realtime.url })
    await terminal.reaches('live')
    await terminal.clock.pass(6_000)
    await site.change()
    realtime.say(headsTopic, 'postgres_changes', change(data))
    await terminal.isTold()
    await site.equal(terminal)
    expect(terminal.wire.opened()).toBe(1)
  })

  test('[N6] a DELETE of somebody else’s row reaches everyone, past row security: nothing is asked, nothing is lost', async () => {
    realtime = await scriptedRealtime()
    const terminal = await site.console({ feed, realtimeAt: realtime.url })
    await terminal.reaches('live')
    await terminal.clock.pass(6_000)
    const asked = terminal.calls.length
    realtime.say(
      headsTopic,
      'postgres_changes',
      change({ type: 'DELETE', record: undefined, old_record: { scope: userScope('x' as UserId) } }),
    )
    await terminal.clock.pass(2_000)
    expect(terminal.calls.length).toBe(asked)
    await site.equal(terminal)
  })
})

test('[B13] [B14] [M3] changes doubled, swapped and lost: heads tell the way', async () => {
  const terminal = await live()
  site.backend.faults.duplicate(0.5)
  site.backend.faults.reorder(0.3)
  site.backend.faults.drop(0.3)
  for (let n = 0; n < 20; n += 1) await site.change(1 + (n % 3))
  site.backend.faults.calm()
  await terminal.current(NEXT_LOOK_MS)
  await site.recovers(terminal)
})

test('[B18] [L2] a drain, a kill and a phx_close later it listens again', async () => {
  const terminal = await live()
  for (const end of [
    () => site.backend.faults.drain(),
    () => site.backend.faults.hangUp(1006),
    () => site.backend.faults.expel('Token has expired 5 seconds ago'),
  ]) {
    end()
    await terminal.noticesAtOnce()
    await site.change()
    await site.recovers(terminal)
  }
  expect(terminal.wire.joins().map(({ topic }) => topic)).toEqual(Array(4).fill(headsTopic))
})

import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { EventMessage, EventsTaken, SiteEvent } from '#shared/domain/events.ts'
import { startPgliteProject, type PgliteProject } from './support/pglite-project.ts'
import { addMember, addUser, addWarehouse, apply } from './support/site.ts'
import { anon, asCaller, sqlstateOf, user, type Sql } from './support/sql.ts'

/* What `send_events` takes from whom, and what it makes of it. */

let project: PgliteProject
let sql: Sql
let hall: string
let elsewhere: string
let supervisor: string
let picker: string
let viewer: string
let neighbour: string

beforeAll(async () => {
  project = await startPgliteProject()
  sql = project.sql
  hall = await addWarehouse(sql)
  elsewhere = await addWarehouse(sql)
  supervisor = await addUser(sql)
  picker = await addUser(sql)
  viewer = await addUser(sql)
  neighbour = await addUser(sql)
  await addMember(sql, supervisor, hall, 'supervisor')
  await addMember(sql, picker, hall, 'picker')
  await addMember(sql, viewer, hall, 'viewer')
  await addMember(sql, neighbour, elsewhere, 'manager')
})
afterAll(() => project.stop())

beforeEach(async () => {
  await sql.query('delete from realtime.messages')
  await sql.query('delete from private.event_budgets')
})
afterEach(() => sql.query('update public.sync_settings set event_rate = 50, event_budget = 100'))

const bodies = {
  inventory_updated: { product_id: randomUUID(), bin: 'A-1', work: 'pick' },
  order_status_changed: { order_id: randomUUID(), status: 'packed' },
  user_activity: { what: 'arrived' },
  system_alert: { severity: 'warning', text: 'Fire drill at noon', alert_id: null },
  notification: { severity: 'info', title: 'Your order is packed', notification_id: null },
}
type Kind = keyof typeof bodies

const event = (kind: Kind, to: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  id: randomUUID(),
  kind,
  to,
  key: `${kind}/key`,
  merged: 0,
  station_id: null,
  body: bodies[kind],
  ...more,
})

const send = async (who: string, ...events: unknown[]): Promise<EventsTaken> => {
  const [row] = await asCaller(sql, user(who), (as) =>
    as.query<{ answer: unknown }>('select public.send_events($1) as answer', [JSON.stringify(events)]),
  )
  return EventsTaken.parse(row?.answer)
}

/** What was sent, by channel, each held to the protocol's schema. */
async function told(): Promise<{ topic: string; event: SiteEvent }[]> {
  const rows = await sql.query<{ topic: string; event: string; private: boolean; payload: unknown }>(
    `select topic, event, private, payload from realtime.messages where topic not like 'sync:%' order by inserted_at, topic`,
  )
  return rows.flatMap(({ topic, payload, ...rest }) => {
    expect(rest).toEqual({ event: 'events', private: true })
    return EventMessage.parse(payload).events.map((given) => ({ topic, event: SiteEvent.parse(given) }))
  })
}

const because = (answer: EventsTaken): string[] => answer.turned_away.map((turned) => turned.because)

describe('an event that is taken', () => {
  test('is stamped with who sent it and when, whatever its sender says of that', async () => {
    const forged = {
      from: { user_id: supervisor, station_id: randomUUID() },
      at: '1999-01-01T00:00:00Z',
      user_id: supervisor,
    }
    const sent = event('user_activity', `warehouse:${hall}`, forged)
    expect(await send(viewer, sent)).toEqual({ taken: 1, turned_away: [] })
    const [message] = await told()
    expect(message).toMatchObject({
      topic: `warehouse:${hall}`,
      event: { id: sent['id'], from: { user_id: viewer, station_id: null }, body: { what: 'arrived' } },
    })
    expect(Math.abs(Date.parse(message?.event.at ?? '') - Date.now())).toBeLessThan(60_000)
  })

  test('names the station only where the server knows its sender to be', async () => {
    const [station, theirs] = [randomUUID(), randomUUID()]
    const place = 'insert into public.stations (id, warehouse_id, name, user_id) values ($1, $2, $3, $4)'
    await sql.query(place, [station, hall, 'Desk', viewer])
    await sql.query(place, [theirs, hall, 'Gate', supervisor])
    const at = (station_id: string) => event('user_activity', 'site', { station_id })
    await send(viewer, at(station), at(theirs), at(randomUUID()))
    expect((await told()).map(({ event: { from } }) => from.station_id)).toEqual([station, null, null])
  })

  test('brings nothing along that an event does not have', async () => {
    const body = { ...bodies.system_alert, html: '<script>', __proto__: null }
    await send(supervisor, event('system_alert', 'site', { body, extra: 'x'.repeat(1_000) }))
    const [row] = await sql.query<{ text: string }>(
      `select payload::text as text from realtime.messages where topic = 'site'`,
    )
    expect(row?.text).not.toMatch(/script|xxx/)
  })

  test('goes with the others of its call and channel in one message, in their order', async () => {
    const kinds = ['arrived', 'back', 'left'] as const
    await send(viewer, ...kinds.map((what) => event('user_activity', 'site', { body: { what } })))
    const rows = await sql.query(`select from realtime.messages where topic = 'site'`)
    expect(rows).toHaveLength(1)
    expect((await told()).map((message) => message.event.body)).toEqual(kinds.map((what) => ({ what })))
  })
})

describe('who may say what to whom', () => {
  const to = (target: string): string =>
    target
      .replace('{hall}', hall)
      .replace('{elsewhere}', elsewhere)
      .replace('{viewer}', viewer)
      .replace('{picker}', picker)
      .replace('{neighbour}', neighbour)

  test.each<[Kind, string, who: string]>([
    ['inventory_updated', 'warehouse:{hall}', 'picker and above'],
    ['order_status_changed', 'warehouse:{hall}', 'picker and above'],
    ['user_activity', 'warehouse:{hall}', 'everybody'],
    ['user_activity', 'site', 'everybody'],
    ['system_alert', 'warehouse:{hall}', 'supervisor'],
    ['system_alert', 'site', 'supervisor'],
    ['system_alert', 'user:{picker}', 'supervisor'],
    ['notification', 'user:{picker}', 'supervisor, and picker'],
    ['inventory_updated', 'site', 'nobody'],
    ['inventory_updated', 'user:{picker}', 'nobody'],
    ['inventory_updated', 'warehouse:{elsewhere}', 'nobody'],
    ['order_status_changed', 'warehouse:{elsewhere}', 'nobody'],
    ['user_activity', 'warehouse:{elsewhere}', 'nobody'],
    ['user_activity', 'user:{viewer}', 'nobody'],
    ['system_alert', 'warehouse:{elsewhere}', 'nobody'],
    ['system_alert', 'user:{neighbour}', 'nobody'],
    ['notification', 'user:{neighbour}', 'nobody'],
    ['notification', 'warehouse:{hall}', 'nobody'],
    ['notification', 'site', 'nobody'],
  ])('%s to %s: %s', async (kind, target, who) => {
    const may = {
      supervisor: who !== 'nobody',
      picker: who === 'everybody' || who.includes('picker'),
      viewer: who === 'everybody',
    }
    for (const [name, id] of Object.entries({ supervisor, picker, viewer })) {
      const answer = await send(id, event(kind, to(target)))
      expect([name, because(answer)]).toEqual([name, may[name as keyof typeof may] ? [] : ['not_allowed']])
    }
    expect((await told()).length).toBe(Object.values(may).filter(Boolean).length)
  })

  test('who belongs to no warehouse says nothing to anybody', async () => {
    const stranger = await addUser(sql)
    const answer = await send(
      stranger,
      event('user_activity', 'site'),
      event('system_alert', `user:${stranger}`),
    )
    expect(because(answer)).toEqual(['not_allowed', 'not_allowed'])
  })

  test('without a signed-in user nobody is heard', async () => {
    const asked = () => asCaller(sql, anon, (as) => as.query(`select public.send_events('[]')`))
    expect(await sqlstateOf(asked)).toBe('42501')
  })
})

describe('what is no event', () => {
  test.each<[string, Record<string, unknown>]>([
    ['an unknown kind', { kind: 'rumour' }],
    ['no id', { id: 'seven' }],
    ['no target', { to: null }],
    ['a ledger for a target', { to: `ledger:${randomUUID()}` }],
    ['the channel of the pokes', { to: 'sync:site' }],
    ['a target in capitals', { to: `warehouse:${randomUUID().toUpperCase()}` }],
    ['no key', { key: '' }],
    ['a long key', { key: 'k'.repeat(121) }],
    ['a negative count', { merged: -1 }],
    ['half a count', { merged: 1.5 }],
    ['a station that is no id', { station_id: 'desk' }],
    ['no body', { body: null }],
    ['a body of another kind', { body: { product_id: randomUUID(), bin: null, work: 'pick' } }],
    ['a field of another sort', { body: { what: 'exploded' } }],
  ])('%s is turned away, and its neighbours are not', async (_what, wrong) => {
    const right = event('user_activity', `warehouse:${hall}`)
    const answer = await send(viewer, right, event('user_activity', `warehouse:${hall}`, wrong), right)
    expect(answer).toEqual({
      taken: 2,
      turned_away: [{ index: 1, because: 'invalid', retry_after_ms: null }],
    })
  })

  test.each([null, 'text', 7, [], {}])('nor is %j', async (given) => {
    expect(because(await send(viewer, given))).toEqual(['invalid'])
  })

  test('more than 4 KB are too large, where they are hidden as well', async () => {
    const large = event('user_activity', 'site', { hidden: 'x'.repeat(5_000) })
    expect(because(await send(viewer, large))).toEqual(['too_large'])
    expect(await told()).toEqual([])
  })

  test('a call that is no list, is too long or too large, is refused as a whole', async () => {
    const ask = (events: unknown) =>
      sqlstateOf(() =>
        asCaller(sql, user(viewer), (as) =>
          as.query('select public.send_events($1)', [JSON.stringify(events)]),
        ),
      )
    expect(await ask({ events: [] })).toBe('PT400')
    expect(await ask(Array.from({ length: 51 }, () => event('user_activity', 'site')))).toBe('PT413')
    expect(await ask(Array.from({ length: 40 }, () => ({ x: 'x'.repeat(10_000) })))).toBe('PT413')
    expect(await told()).toEqual([])
  })
})

describe('how many', () => {
  test('a person has a budget: beyond it they are told when to come again', async () => {
    await sql.query('update public.sync_settings set event_rate = 2, event_budget = 10000')
    const answer = await send(viewer, ...Array.from({ length: 6 }, () => event('user_activity', 'site')))
    expect(answer.taken).toBe(4)
    expect(answer.turned_away.map(({ index, because: why }) => [index, why])).toEqual([
      [4, 'rate'],
      [5, 'rate'],
    ])
    expect(answer.turned_away[0]?.retry_after_ms).toBeGreaterThan(500)
    expect(answer.turned_away[0]?.retry_after_ms).toBeLessThanOrEqual(1_000)
    // Another person has their own.
    expect((await send(picker, event('user_activity', 'site'))).taken).toBe(1)
    await sql.query(`update private.event_budgets set filled_at = filled_at - interval '500 ms'`)
    expect((await send(viewer, event('user_activity', 'site'), event('user_activity', 'site'))).taken).toBe(1)
  })

  test('a channel has one too, and the more stations hear it the dearer it is', async () => {
    const fill = async (stations: number) => {
      await sql.query('delete from public.stations')
      await sql.query('delete from private.event_budgets')
      await sql.query(
        `insert into public.stations (warehouse_id, name, expected_by)
         select $1, n::text, now() + interval '1 minute' from generate_series(1, $2::integer) n`,
        [hall, stations],
      )
      let messages = 0
      while ((await send(viewer, event('user_activity', `warehouse:${hall}`))).taken === 1) messages += 1
      return messages
    }
    await sql.query('update public.sync_settings set event_rate = 1000, event_budget = 20')
    const [few, many] = [await fill(3), await fill(9)]
    expect(few).toBeGreaterThanOrEqual(10)
    expect(few).toBeLessThan(15)
    expect(many).toBeGreaterThanOrEqual(4)
    expect(many).toBeLessThan(7)
    // Other channels are as open as before.
    expect((await send(viewer, event('user_activity', 'site'))).taken).toBe(1)
  })

  test('a budget of nothing turns everything away, without an error', async () => {
    for (const off of ['event_rate', 'event_budget']) {
      await sql.query('delete from private.event_budgets')
      await sql.query(`update public.sync_settings set event_rate = 50, event_budget = 100`)
      await sql.query(`update public.sync_settings set ${off} = 0`)
      expect(because(await send(viewer, event('user_activity', 'site')))).toEqual(['rate'])
    }
  })
})

describe('rows are announced', () => {
  const notify = (to: string, from: string | null = null) =>
    sql.query(
      `insert into public.notifications (user_id, kind, title, body, severity, from_user)
       values ($1, 'message', 'Come to the gate', 'At once', 'critical', $2) returning id`,
      [to, from],
    )

  test('a notification to its person alone, in the name of who sent it', async () => {
    const [row] = await notify(picker, supervisor)
    expect(await told()).toMatchObject([
      {
        topic: `user:${picker}`,
        event: {
          kind: 'notification',
          id: row?.['id'],
          from: { user_id: supervisor },
          body: { severity: 'critical', title: 'Come to the gate', notification_id: row?.['id'] },
        },
      },
    ])
  })

  test('a critical alert to its warehouse, others not', async () => {
    const alert = (severity: string) =>
      sql.query(
        `insert into public.alerts (warehouse_id, kind, severity, message) values ($1, 'x', $2, 'Leak')`,
        [hall, severity],
      )
    for (const severity of ['info', 'warning', 'critical']) await alert(severity)
    // Its supervisors are notified as well, as rows: that is their own affair.
    const inTheHall = (await told()).filter(({ topic }) => topic.startsWith('warehouse:'))
    expect(inTheHall).toMatchObject([
      {
        topic: `warehouse:${hall}`,
        event: { kind: 'system_alert', body: { text: 'Leak', severity: 'critical' } },
      },
    ])
  })

  test('a message by command becomes an event of its sender', async () => {
    const id = randomUUID()
    const message = {
      kind: 'message.send',
      mutation_id: randomUUID(),
      station_id: null,
      operator_id: null,
      happened_at: '2026-03-01T08:30:00+01:00',
      warehouse_id: hall,
      alert_id: id,
      severity: 'critical',
      text: 'Leave the hall',
      to_user: null,
    }
    await apply(sql, supervisor, [message])
    expect((await told()).filter(({ topic }) => topic.startsWith('warehouse:'))).toMatchObject([
      {
        topic: `warehouse:${hall}`,
        event: { id, from: { user_id: supervisor }, body: { text: 'Leave the hall' } },
      },
    ])
  })

  test('many at once are one message for each person', async () => {
    await sql.query(
      `insert into public.notifications (user_id, kind, title, body)
       select u, 'x', 'T', 'B' from unnest($1::uuid[]) u, generate_series(1, 80)`,
      [[picker, viewer]],
    )
    expect(await sql.query(`select from realtime.messages where topic like 'user:%'`)).toHaveLength(2)
    expect(await told()).toHaveLength(100)
  })

  test('a row is kept when it cannot be announced, and when nothing more may be', async () => {
    await sql.query('update public.sync_settings set event_budget = 0')
    expect(await notify(picker)).toHaveLength(1)
    expect(await told()).toEqual([])
    await sql.query('update public.sync_settings set event_budget = 100')
    await sql.query('alter table private.event_budgets rename to budgets_away')
    try {
      expect(await notify(picker)).toHaveLength(1)
    } finally {
      await sql.query('alter table private.budgets_away rename to event_budgets')
    }
  })
})

import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { MutationId, ProductId } from '#shared/domain/ids.ts'
import type { CommandIntent } from '#shared/domain/commands.ts'
import type { Activity, ActivityItem } from '#shared/protocol/activity.ts'
import { must } from '#shared/lib/must.ts'
import { openPremises } from './support/premises.ts'
import type { Person, Premises, Warehouse } from './support/premises.ts'
import { soon } from './support/soon.ts'
import type { Terminal } from './support/terminal.ts'

/*
 * What happens at one console is heard at the others: at once, once, and only where it concerns somebody.
 */

let premises: Premises
let days = 0
beforeAll(async () => {
  premises = await openPremises()
})
afterEach(() => premises.goHome())
afterAll(() => premises.close())

let asked = 0
async function activity({ engine, window }: Terminal, { id }: Warehouse): Promise<Activity> {
  const viewId = `activity-${++asked}` as never
  const view = { name: 'activity', params: { warehouseId: id } } as const
  const reply = await engine.ask(window, 'view.open', { viewId, view })
  await engine.ask(window, 'view.close', { viewId })
  if (!reply.ok || reply.value.result.kind !== 'value') throw new Error('The activity view did not open.')
  return reply.value.result.value as Activity
}

const heard = async (terminal: Terminal, at: Warehouse, kind: ActivityItem['about']['kind']) =>
  (await activity(terminal, at)).events.filter(({ about }) => about.kind === kind)

const submit = async ({ engine, window }: Terminal, command: CommandIntent): Promise<void> => {
  expect(await engine.ask(window, 'work.submit', { command })).toMatchObject({ ok: true })
}

const productOf = async ({ id }: Warehouse): Promise<ProductId> => {
  const [row] = await premises.backend.sql<{ id: string }>(
    'select product_id as id from inventory where warehouse_id = $1 order by id limit 1',
    [id],
  )
  return ProductId.parse(must(row, 'a product').id)
}

const receive = async (at: Warehouse, quantity = 1): Promise<CommandIntent> => ({
  kind: 'receive',
  mutation_id: MutationId.parse(randomUUID()),
  warehouse_id: at.id,
  product_id: await productOf(at),
  bin: 'A-1',
  quantity,
  reference: null,
})

/** Something that only this person hears, so that what was said to them before has come. */
async function fence(terminal: Terminal, person: Person, at: Warehouse): Promise<void> {
  const title = `fence ${randomUUID()}`
  await premises.backend.sql(
    `insert into notifications (user_id, kind, title, body) values ($1, 'fence', $2, 'x')`,
    [person.id, title],
  )
  await soon(async () => {
    const told = await heard(terminal, at, 'notification')
    expect(told.some(({ about }) => about.kind === 'notification' && about.title === title)).toBe(true)
  })
}

/** The server itself says something on a channel. @returns its id */
async function probe(channel: string): Promise<string> {
  const id = randomUUID()
  await premises.backend.sql(
    `select private.announce($1, jsonb_build_array(
       private.stamped_event($2, 'user_activity', $1, 'probe', 0, null, null, '{"what":"back"}')))`,
    [channel, id],
  )
  return id
}

/** Hints are not kept for who comes later: waits until all channels of this person are joined. */
async function isListening(terminal: Terminal, person: Person, at: Warehouse): Promise<void> {
  const channels = ['site', `user:${person.id}`, `warehouse:${at.id}`]
  const probes = new Map<string, string>()
  await soon(async () => {
    for (const channel of channels) probes.set(await probe(channel), channel)
    const { events } = await activity(terminal, at)
    expect(new Set(events.flatMap(({ id }) => probes.get(id) ?? []))).toEqual(new Set(channels))
  })
}

/** Ada leads the north, Ben works there, Cleo in the south; each at a console of their own. */
async function threeConsoles() {
  const day = `events-${++days}`
  const north = await premises.warehouse(`${day}-north`, 5)
  const south = await premises.warehouse(`${day}-south`, 5)
  const ada = await premises.person(`ada.${day}`, north)
  const ben = await premises.person(`ben.${day}`, north)
  const cleo = await premises.person(`cleo.${day}`, south)
  await premises.grant(ada, north, 'supervisor')
  const at = {
    ada: await premises.terminal(ada),
    ben: await premises.terminal(ben),
    cleo: await premises.terminal(cleo),
  }
  await isListening(at.ada, ada, north)
  await isListening(at.ben, ben, north)
  await isListening(at.cleo, cleo, south)
  return { north, south, ada, ben, cleo, at }
}

test('what Ben receives is heard at Ada’s desk, once, with his name, and not in the south', async () => {
  const { north, south, ben, cleo, at } = await threeConsoles()
  await submit(at.ben, await receive(north))
  for (const terminal of [at.ada, at.ben]) {
    await soon(async () => {
      expect(await heard(terminal, north, 'inventory_updated')).toMatchObject([
        {
          from: { userId: ben.id, name: ben.email.split('@')[0] },
          to: 'warehouse',
          sentBy: terminal === at.ben ? 'this-station' : 'another',
          about: {
            work: 'receive',
            bin: 'A-1',
            product: { name: expect.stringMatching(/^Thing/) as string },
          },
        },
      ])
    })
  }
  await fence(at.cleo, cleo, south)
  const there = await activity(at.cleo, south)
  expect(there.events.every(({ about }) => ['notification', 'user_activity'].includes(about.kind))).toBe(true)
  expect((await activity(at.cleo, north)).events.every(({ to }) => to !== 'warehouse')).toBe(true)
  for (const terminal of Object.values(at)) {
    expect((await activity(terminal, north)).incoming).toMatchObject({
      duplicates: 0,
      invalid: 0,
      unknown: 0,
    })
  }
})

test('an order goes on: the others hear of its last step, and its number is known', async () => {
  const { north, at } = await threeConsoles()
  await premises.order(north, 'SO-77')
  const [row] = await premises.backend.sql<{ id: string }>('select id from sales_orders where number = $1', [
    'SO-77',
  ])
  await soon(async () => expect(await at.ben.orders(north)).toContain('SO-77'))
  const order_id = must(row, 'an order').id as never
  const mutation_id = MutationId.parse(randomUUID())
  const step = { kind: 'order.advance', mutation_id, warehouse_id: north.id, order_id } as const
  await submit(at.ben, { ...step, from: 'pending', to: 'picking' })
  await soon(async () => {
    expect(await heard(at.ada, north, 'order_status_changed')).toMatchObject([
      { about: { status: 'picking', number: 'SO-77' } },
    ])
  })
})

test('what Ada says to Ben alone is heard by nobody else; the row is there as well', async () => {
  const { north, south, ben, ada, cleo, at } = await threeConsoles()
  await submit(at.ada, {
    kind: 'message.send',
    mutation_id: MutationId.parse(randomUUID()),
    warehouse_id: north.id,
    alert_id: randomUUID() as never,
    severity: 'warning',
    text: 'Come to the gate',
    to_user: ben.id,
  })
  await soon(async () => {
    const told = await heard(at.ben, north, 'notification')
    expect(told[0]).toMatchObject({ from: { userId: ada.id }, to: 'user', about: { severity: 'warning' } })
  })
  await fence(at.ada, ada, north)
  await fence(at.cleo, cleo, south)
  for (const [terminal, warehouse] of [
    [at.ada, north],
    [at.cleo, south],
  ] as const) {
    const told = await heard(terminal, warehouse, 'notification')
    expect(told.every(({ about }) => about.kind === 'notification' && about.title.startsWith('fence'))).toBe(
      true,
    )
  }
  await at.ben.agreesWith(ben)
})

test('who comes and who goes is heard', async () => {
  const { north, ben, at } = await threeConsoles()
  const ofBen = async () =>
    (await heard(at.ada, north, 'user_activity')).flatMap(({ from, about }) =>
      from.userId === ben.id && about.kind === 'user_activity' ? [about.what] : [],
    )
  await soon(async () => expect(await ofBen()).toEqual(['arrived']))
  await at.ben.signOut()
  await soon(async () => expect(await ofBen()).toEqual(['left', 'arrived']))
})

test('after an outage everything is heard again, and nothing of it twice', async () => {
  const { north, ada, at } = await threeConsoles()
  await submit(at.ben, await receive(north))
  await soon(async () => expect(await heard(at.ada, north, 'inventory_updated')).toHaveLength(1))
  await at.ada.loseLine()
  await at.ada.comeBack()
  await isListening(at.ada, ada, north)
  await submit(at.ben, await receive(north, 2))
  await soon(async () => expect(await heard(at.ada, north, 'inventory_updated')).toHaveLength(2))
  expect((await activity(at.ada, north)).incoming).toMatchObject({ duplicates: 0, invalid: 0 })
  expect(at.ada.path().at(-1)).toBe('live')
})

test('the north is taken from Ben: he hears nothing of it any more, and his console goes on', async () => {
  const { north, south, ben, at } = await threeConsoles()
  await premises.grant(ben, south)
  await premises.revoke(ben, north)
  await soon(() => expect(at.ben.status().memberships).toMatchObject([{ warehouseId: south.id }]))
  await isListening(at.ben, ben, south)
  await submit(at.ada, await receive(north))
  await soon(async () => expect(await heard(at.ada, north, 'inventory_updated')).toHaveLength(1))
  await submit(at.cleo, await receive(south))
  await soon(async () => expect(await heard(at.ben, south, 'inventory_updated')).toHaveLength(1))
  await fence(at.ben, ben, south)
  expect(await heard(at.ben, north, 'inventory_updated')).toEqual([])
  expect(at.ben.path().at(-1)).toBe('live')
})

test('a console that polls tells the others, hears nothing, and is none the worse', async () => {
  const { north, ada, at } = await threeConsoles()
  const eve = await premises.person(`eve.${days}`, north)
  const polling = await premises.terminal(eve, { feed: 'polling' })
  await submit(polling, await receive(north))
  await soon(async () => {
    expect(await heard(at.ada, north, 'inventory_updated')).toMatchObject([{ from: { userId: eve.id } }])
  })
  expect((await activity(polling, north)).events).toEqual([])
  await at.ada.agreesWith(ada)
})

import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Command } from '#shared/domain/commands.ts'
import type { CommandOutcome } from '#shared/domain/commands.ts'
import { UserId } from '#shared/domain/ids.ts'
import { must } from '#shared/lib/must.ts'
import { effectsOf, objectionTo } from '#engine/commands/index.ts'
import type { Effect } from '#engine/commands/effects.ts'
import { apply } from '../../supabase/tests/support/site.ts'
import { startPgliteProject } from '../../supabase/tests/support/pglite-project.ts'
import type { PgliteProject } from '../../supabase/tests/support/pglite-project.ts'
import { openHall } from '../../supabase/tests/support/hall.ts'
import type { Hall } from '../../supabase/tests/support/hall.ts'
import { serverLook } from './support/server-look.ts'

/* What the station expects of a command is what the server makes of it, figure by figure. */

let project: PgliteProject

beforeAll(async () => {
  project = await startPgliteProject()
})
afterAll(() => project.stop())

/** What a person might do next, by chance; places and orders are few, so that they meet. */
const deed = fc.record({
  what: fc.constantFrom(
    'receive',
    'putaway',
    'pick',
    'pick for an order',
    'transfer',
    'adjust',
    'count',
    'return',
    'scrap',
    'create',
    'advance',
    'cancel',
    'undo',
  ),
  bin: fc.constantFrom('A', 'B', 'C'),
  toBin: fc.constantFrom('A', 'B', 'C'),
  quantity: fc.integer({ min: 1, max: 9 }),
  which: fc.nat(),
  to: fc.constantFrom('pending', 'picking', 'packed', 'shipped', 'failed'),
})
type Deed = typeof deed extends fc.Arbitrary<infer D> ? D : never

interface Known {
  orders: { id: string; items: string[] }[]
  kept: Map<string, { command: Command; effects: Effect[]; state: 'settled' | 'undone' }>
}

const any = <T>(items: readonly T[], which: number): T | undefined => items[which % items.length]

async function commandOf(done: Deed, hall: Hall, known: Known): Promise<Record<string, unknown> | null> {
  const { bin, toBin, quantity, which, to } = done
  const order = any(known.orders, which)
  switch (done.what) {
    case 'receive':
    case 'return':
      return hall.made(done.what, { bin, quantity })
    case 'putaway':
      return hall.made('putaway', { bin, to_bin: toBin, quantity })
    case 'transfer':
      return hall.made('transfer', { bin, to_bin: toBin, to_warehouse_id: hall.warehouse, quantity })
    case 'pick':
      return hall.made('pick', { bin, quantity })
    case 'pick for an order':
      return order ? hall.made('pick', { bin, quantity, order_item_id: any(order.items, which) }) : null
    case 'adjust':
      return hall.made('adjust', { bin, quantity: quantity - 10, reason: 'chance' })
    case 'scrap':
      return hall.made('scrap', { bin, quantity, reason: 'chance' })
    case 'count':
      return hall.made('count', { bin, counted: quantity, basis: await countBasis(hall, bin) })
    case 'create': {
      const items = [quantity, 2].map((each) => ({
        id: randomUUID(),
        product_id: hall.product,
        quantity: each,
      }))
      const id = randomUUID()
      known.orders.push({ id, items: items.map((item) => item.id) })
      const order = { id, number: id, customer: null, priority: 3, due_at: null, items }
      return hall.made('order.create', { order })
    }
    case 'advance':
      return order
        ? hall.made('order.advance', { order_id: order.id, from: await hall.status(order.id), to })
        : null
    case 'cancel': {
      const from = order && (await hall.status(order.id))
      return order ? hall.made('order.cancel', { order_id: order.id, from, reason: 'chance' }) : null
    }
    case 'undo': {
      const undoes = any([...known.kept.keys()], which)
      return undoes ? hall.made('undo', { undoes }) : null
    }
  }
}

async function countBasis(hall: Hall, bin: string) {
  const [stands] = await project.sql.query<{ epoch: string; seq: number }>(
    'select epoch, head::integer as seq from public.sync_scopes where scope = $1',
    [`warehouse:${hall.warehouse}`],
  )
  return { ...must(stands, 'the scope'), on_hand: (await hall.bins())[bin]?.[0] ?? 0, includes: [] }
}

test('[O2] the station expects of every command what the server then does', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 15, maxLength: 40 }), async (deeds) => {
      const hall = await openHall(project.sql)
      const known: Known = { orders: [], kept: new Map() }
      for (const done of deeds) {
        const made = await commandOf(done, hall, known)
        if (made) await doBoth(Command.parse(made), hall, known)
      }
    }),
    { numRuns: 12 },
  )
}, 180_000)

async function doBoth(command: Command, hall: Hall, known: Known): Promise<void> {
  const before = await serverLook(project.sql, UserId.parse(hall.manager), known.kept)
  const objection = objectionTo(command, before.look)
  const effects = effectsOf(command, before.look)
  const outcome = must((await apply(project.sql, hall.manager, [command]))[0], 'an outcome')
  const label = `${JSON.stringify(command)} -> ${JSON.stringify(outcome)}`
  expect(refusalOf(outcome), label).toBe(objection?.level === 'stop' ? objection.code : null)
  if (outcome.outcome === 'refused') return

  known.kept.set(command.mutation_id, { command, effects, state: 'settled' })
  if (command.kind === 'undo') must(known.kept.get(command.undoes), 'what was undone').state = 'undone'
  const after = await serverLook(project.sql, UserId.parse(hall.manager), known.kept)
  expect(after.figures, label).toEqual(before.after(effects))
}

const refusalOf = (outcome: CommandOutcome): string | null =>
  outcome.outcome === 'refused' ? outcome.code : null

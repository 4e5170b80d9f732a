import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { MutationId } from '#shared/domain/ids.ts'
import { must } from '#shared/lib/must.ts'
import type { ViewId } from '#shared/protocol/delta.ts'
import { openPremises } from './support/premises.ts'
import type { Premises } from './support/premises.ts'
import { soon } from './support/soon.ts'
import { binsOf, bookedFor, ledgerOf, stockOf, workerAt } from './support/worker.ts'

/*
 * One command that cannot be done, by the server's rules or because the server cannot even read it: it lies on the desk, and
 * everything else goes on [O3] [O4].
 */

let premises: Premises
let days = 0
beforeAll(async () => {
  premises = await openPremises()
})
afterEach(() => premises.goHome())
afterAll(() => premises.close())

/** More than a figure of the server can hold, with what there is. */
const TOO_MANY = 1_000_000
const FULL = 2_147_483_000

async function noraInTheNorth(stockRows: number) {
  const day = `poison-${++days}`
  const north = await premises.warehouse(`${day}-north`, stockRows)
  const nora = await premises.person(`nora.${day}`, north)
  const terminal = await premises.terminal(nora)
  const bins = await binsOf(premises, north, stockRows)
  return { north, nora, terminal, worker: workerAt(terminal), bins, first: must(bins[0], 'a bin') }
}

/** How often the server was asked to do commands. */
const pushes = (log: readonly { event: string; facts: Record<string, unknown> }[]): number =>
  log.filter(({ event }) => event === 'dispatch.failed').length

test('[O4] a command that the server cannot book is on the desk with the push that brought it; its neighbours are done', async () => {
  const { nora, terminal, worker, bins, first } = await noraInTheNorth(12)
  await premises.backend.sql(
    'update inventory set quantity_on_hand = $3 where (warehouse_id, product_id) = ($1, $2)',
    [first.warehouse_id, first.product_id, FULL],
  )
  await terminal.agreesWith(nora)
  await terminal.loseLine()
  const { id: poisoned } = await worker.does('receive', { ...first, quantity: TOO_MANY })
  const others: MutationId[] = []
  for (const bin of bins) others.push((await worker.does('pick', { ...bin, quantity: 1 })).id)

  await terminal.comeBack()
  await worker.settles()
  expect(pushes(terminal.log)).toBe(0)
  expect(await worker.state(poisoned)).toBe('refused')
  const item = (await worker.work()).find(({ id }) => id === poisoned)
  expect(item?.refusal?.code).toBe('invalid')
  expect(await worker.summary()).toMatchObject({ unsent: 0, refused: 1 })
  expect((await ledgerOf(premises, others)).every(({ outcome }) => outcome === 'applied')).toBe(true)
  expect(await bookedFor(premises, [poisoned])).toBe(0)
  expect(await worker.onHand(first)).toEqual([FULL - 1, 0])
  await terminal.agreesWith(nora)
})

test('[O4] a command that makes the server refuse the whole push: it alone ends on the desk, and downloads go on meanwhile', async () => {
  const { north, nora, terminal, worker, bins, first } = await noraInTheNorth(40)
  await terminal.loseLine()
  const before: MutationId[] = []
  for (const bin of bins.slice(0, 20)) before.push((await worker.does('pick', { ...bin, quantity: 1 })).id)
  // JSON knows this character, the server's database does not.
  const { id: poisoned } = await worker.does('receive', { ...first, quantity: 3, reference: 'note \u0000' })
  for (const bin of bins.slice(20)) before.push((await worker.does('pick', { ...bin, quantity: 1 })).id)

  await premises.receive(north, 40)
  await terminal.comeBack()
  await worker.settles()
  expect(await worker.state(poisoned)).toBe('refused')
  expect((await ledgerOf(premises, before)).filter(({ outcome }) => outcome === 'applied')).toHaveLength(40)
  expect(await ledgerOf(premises, [poisoned])).toEqual([])
  for (const bin of bins) expect(await worker.onHand(bin)).toEqual([5, 0])
  await terminal.agreesWith(nora)

  // Work that comes later in the same bin is not held up by it.
  const { id: later } = await worker.does('pick', { ...first, quantity: 1 })
  await worker.settles()
  expect(await stockOf(premises, first)).toBe(4)
  expect(await bookedFor(premises, [later])).toBe(1)
})

test('[O3] what was refused stays on the desk until a person settles it, over a restart as well', async () => {
  const { north, nora, terminal, worker, first } = await noraInTheNorth(3)
  await premises.backend.sql(`update warehouses set negative_stock = 'refuse' where id = $1`, [north.id])
  await terminal.agreesWith(nora)
  const { id, doubt } = await worker.does('pick', { ...first, quantity: 9 })
  expect(doubt?.code).toBe('insufficient_stock')
  await soon(async () => expect(await worker.state(id)).toBe('refused'))
  expect(await worker.onHand(first)).toEqual([5, 0])

  const next = await terminal.restart()
  await next.reaches('live')
  const again = workerAt(next)
  const item = must((await again.work())[0], 'the refused command')
  expect(item).toMatchObject({ id, state: 'refused', refusal: { code: 'insufficient_stock' } })
  expect(item.refusal?.facts).toMatchObject({ bin: 'A-1', on_hand: 5, asked: 9 })

  await premises.receive(north, 3)
  await premises.backend.sql('update inventory set quantity_on_hand = 20 where warehouse_id = $1', [north.id])
  await next.agreesWith(nora)
  await again.ask('work.retry', { id })
  await again.settles()
  expect(await stockOf(premises, first)).toBe(11)
  expect(await again.state(id)).toBe('amended')
  expect(await again.summary()).toMatchObject({ unsent: 0, refused: 0 })
  await next.agreesWith(nora)
})

test('[O3] a discarded command keeps its reason, and its history', async () => {
  const { north, nora, terminal, worker, first } = await noraInTheNorth(1)
  await premises.backend.sql(`update warehouses set negative_stock = 'refuse' where id = $1`, [north.id])
  await terminal.agreesWith(nora)
  const { id } = await worker.does('pick', { ...first, quantity: 9 })
  await soon(async () => expect(await worker.state(id)).toBe('refused'))
  await worker.ask('work.discard', { id, reason: 'counted wrong' })
  expect(await worker.state(id)).toBe('discarded')
  expect(await worker.summary()).toMatchObject({ refused: 0 })
  const reply = await terminal.engine.ask(terminal.window, 'view.open', {
    viewId: 'detail' as ViewId,
    view: { name: 'work.detail', params: { id } },
  })
  const detail = reply.ok && reply.value.result.kind === 'value' ? reply.value.result.value : null
  expect(detail).toMatchObject({
    binsThen: [{ bin: 'A-1', onHand: 5 }],
    history: expect.arrayContaining([
      expect.objectContaining({ event: 'discarded', note: 'counted wrong' }),
    ]) as unknown,
  })
})

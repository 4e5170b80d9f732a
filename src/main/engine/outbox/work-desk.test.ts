import { afterEach, beforeEach, expect, test } from 'vitest'
import type { CommandIntent } from '#shared/domain/commands.ts'
import type { OrderStatus } from '#shared/domain/rows.ts'
import { must } from '#shared/lib/must.ts'
import { warehouseScope } from '#shared/domain/scope.ts'
import { deskStage, mug, order, orderLine, pick, receive } from '#test/harness/desk-stage.ts'
import type { DeskStage } from '#test/harness/desk-stage.ts'
import { firstEpoch, north, northScope, owner, stock } from '#test/harness/mirror-data.ts'
import { applied, mutation } from '#test/harness/outbox-data.ts'
import { REDRAW_AFTER_MS } from './work-drawing.ts'

let stage: DeskStage
beforeEach(() => {
  stage = deskStage()
})
afterEach(() => stage.remove())

const undo = (name: string, undoes: string) =>
  stage.asked('work.undo', { id: mutation(name), undoes: mutation(undoes) })
const summary = () => stage.desk.summary()

/** It was sent, and the server has it; the rows do not show it yet. */
function apply(name: string, seq: number): void {
  stage.outbox.sending([mutation(name)])
  stage.outbox.answered([applied(name, seq)])
}

test('[O1] a command is kept with who, where and when, drawn, and sent when it can be', () => {
  const answer = stage.submit(receive('a'))
  expect(answer).toEqual({
    kind: 'kept',
    receipt: { id: mutation('a'), keptAt: stage.folder.clock.now(), doubt: null },
  })
  expect(must(stage.outbox.get(mutation('a')), 'the entry').command).toMatchObject({
    station_id: null,
    operator_id: null,
    happened_at: new Date(stage.folder.clock.now()).toISOString(),
  })
  expect(stage.onHand()).toBe(15)
  expect(stage.nudges()).toBe(1)
  expect(summary()).toMatchObject({ unsent: 1, refused: 0 })
})

test('[O1] a receipt does not wait for the drawing, and whoever looks next sees it drawn', () => {
  const later: (() => void)[] = []
  stage.soon = (work) => later.push(work)
  const runLater = (): void => {
    for (const work of later.splice(0)) work()
  }
  stage.submit(receive('a'))
  expect(stage.desk.list({ filter: 'all', offset: 0, limit: 10 }).total).toBe(1)
  expect(stage.onHand()).toBe(10)
  runLater()
  expect(stage.onHand()).toBe(15)

  stage.submit(pick('b', 14))
  expect(stage.onHand()).toBe(15)
  stage.submit(pick('c'))
  expect(stage.onHand()).toBe(1)

  undo('d', 'c')
  runLater()
  expect(stage.onHand()).toBe(1)
})

test('what has its answer before it is drawn is drawn by that answer alone', () => {
  let draw = (): void => undefined
  stage.soon = (work) => (draw = work)
  stage.submit(receive('a'))
  apply('a', 1)
  draw()
  expect(stage.onHand()).toBe(10)
})

test('[O1] the same mutation id again gets the same receipt, whatever became of the command', async () => {
  const first = stage.submit(receive('a'))
  await stage.folder.clock.advance(1_000)
  expect(stage.submit(receive('a'))).toEqual(first)
  expect(stage.submit({ ...receive('a'), mutation_id: mutation('a').toUpperCase() as never })).toEqual(first)
  stage.refuse('a')
  expect(stage.submit(receive('a'))).toEqual(first)
  expect(stage.outbox.entries()).toHaveLength(1)
})

test('[O1] what the disk refuses gets no receipt, is told in a sentence, and leaves nothing behind', () => {
  stage.outbox.refuses = 'disk-full'
  const reply = stage.ask('work.submit', { command: receive('a') })
  expect(reply).toMatchObject({
    ok: false,
    error: {
      code: 'disk-full',
      retryable: true,
      message: expect.stringMatching(/not kept.*Free some space/) as string,
    },
  })
  expect(stage.troubles).toEqual(['disk-full'])
  expect([stage.outbox.entries().length, stage.onHand(), stage.nudges()]).toEqual([0, 10, 0])
  stage.outbox.refuses = null
  expect(stage.submit(receive('a')).kind).toBe('kept')
})

test('[O1] a drawing that the disk refuses costs no receipt, and is done later', async () => {
  stage.refuseDrawing = 'disk-full'
  expect(stage.submit(receive('a')).kind).toBe('kept')
  expect([stage.onHand(), stage.nudges(), stage.troubles]).toEqual([10, 1, ['disk-full']])
  await stage.folder.clock.advance(REDRAW_AFTER_MS)
  stage.refuseDrawing = null
  await stage.folder.clock.advance(REDRAW_AFTER_MS)
  expect(stage.onHand()).toBe(15)
  stage.desk.stop()
  expect(stage.folder.clock.pending()).toBe(0)
})

test('what this station knows the server would refuse is not kept', () => {
  const strange = { ...receive('a'), product_id: mutation('nothing') as never }
  expect(stage.submit(strange)).toMatchObject({ kind: 'objected', refusal: { code: 'unknown_product' } })
  expect(stage.outbox.entries()).toEqual([])
})

test('what this station doubts is kept, and the person hears of it', () => {
  stage.remove()
  stage = deskStage({ strict: true })
  const doubt = { code: 'insufficient_stock', facts: { bin: 'A-1', on_hand: 10, asked: 12 } }
  const answer = stage.submit(pick('a', 12))
  expect(answer).toMatchObject({ kind: 'kept', receipt: { doubt } })
  expect(stage.submit(pick('a', 12))).toEqual(answer)
  expect(stage.desk.detail({ id: mutation('a') })).toMatchObject({ doubt })
})

test('an undo of what was never sent takes it back, however often it is asked for', () => {
  stage.submit(receive('a'))
  expect(undo('u', 'a')).toEqual({ kind: 'taken-back' })
  expect(undo('u', 'a')).toEqual({ kind: 'taken-back' })
  expect(undo('other', 'a')).toEqual({ kind: 'taken-back' })
  expect(stage.onHand()).toBe(10)
  expect(stage.outbox.entries().map(({ state }) => state)).toEqual(['taken-back'])
})

test('an undo of what may be at the server is a command of its own, once', () => {
  stage.submit(receive('a'))
  stage.outbox.sending([mutation('a')])
  const first = undo('u', 'a')
  expect(first).toMatchObject({ kind: 'kept', receipt: { id: mutation('u') } })
  expect(undo('u', 'a')).toEqual(first)
  expect(undo('second', 'a')).toMatchObject({ kind: 'objected', refusal: { code: 'already_undone' } })
  const [target, opposite] = stage.outbox.entries()
  expect(opposite?.lanes).toEqual(target?.lanes)
  expect(opposite?.effects).toMatchObject([{ on: 'bin', onHand: -5 }])
  expect(stage.onHand()).toBe(10)
  const { rows } = stage.desk.list({ filter: 'all', offset: 0, limit: 10 })
  expect(rows).toMatchObject([
    { id: mutation('u'), undoable: false, product: { sku: 'MUG' } },
    { id: mutation('a'), undoable: false, undoneBy: mutation('u') },
  ])
})

test('an undo is not undone', () => {
  stage.submit(receive('a'))
  stage.outbox.sending([mutation('a')])
  undo('u', 'a')
  expect(undo('v', 'u')).toMatchObject({ kind: 'objected', refusal: { code: 'not_undoable' } })
  expect(stage.outbox.get(mutation('u'))?.state).toBe('queued')
})

test('a command whose undo came to nothing can be undone again', () => {
  stage.submit(receive('a'))
  apply('a', 7)
  undo('u', 'a')
  stage.refuse('u')
  stage.asked('work.discard', { id: mutation('u'), reason: 'Not needed.' })
  expect(stage.desk.detail({ id: mutation('a') })?.item).toMatchObject({ undoable: true, undoneBy: null })
  expect(undo('again', 'a')).toMatchObject({ kind: 'kept' })
})

test('an order that was made here and worked on since is undone behind that work, never under it', () => {
  const made: Extract<CommandIntent, { kind: 'order.create' }> = {
    kind: 'order.create',
    mutation_id: mutation('o'),
    warehouse_id: north,
    order: {
      ...{ id: mutation('new order') as never, number: 'SO-8', customer: null, priority: 3, due_at: null },
      items: [{ id: mutation('new line') as never, product_id: mug, quantity: 2 }],
    },
  }
  stage.submit(made)
  const step = (name: string, from: OrderStatus, to: OrderStatus): CommandIntent => ({
    ...{ kind: 'order.advance', mutation_id: mutation(name), warehouse_id: north, order_id: made.order.id },
    ...{ from, to },
  })
  stage.submit(step('begun', 'pending', 'picking'))
  expect(undo('u', 'o')).toMatchObject({ kind: 'objected' })
  stage.submit(step('put off', 'picking', 'pending'))
  expect(undo('u', 'o')).toMatchObject({ kind: 'kept' })
  expect(stage.outbox.unsent().map(({ command }) => command.kind)).toEqual([
    ...['order.create', 'order.advance', 'order.advance', 'undo'],
  ])
})

test('a count begins at the mirror’s place, with what this station has in the figure', () => {
  stage.submit(receive('a'))
  stage.submit(receive('elsewhere', 5, 'B-2'))
  stage.submit(pick('b', 2))
  apply('a', 99)
  const basis = () =>
    stage.asked('work.begin-count', { warehouseId: north, productId: mug, bin: 'A-1' }).basis
  const { seq } = stage.mirror.cursor(warehouseScope(north))
  expect(basis()).toEqual({
    epoch: firstEpoch,
    seq,
    on_hand: 13,
    includes: [mutation('a'), mutation('b')],
  })
  stage.submit({
    ...{ kind: 'count', mutation_id: mutation('c'), warehouse_id: north, product_id: mug, bin: 'A-1' },
    ...{ reference: null, counted: 12, basis: basis() },
  })
  expect(stage.onHand()).toBe(12)
})

test('a count of a warehouse that was never downloaded does not begin', () => {
  const reply = stage.ask('work.begin-count', {
    warehouseId: mutation('elsewhere') as never,
    productId: mug,
    bin: 'A-1',
  })
  expect(reply).toMatchObject({ ok: false, error: { code: 'not-ready' } })
})

test('a count does not begin against a figure that lacks what was kept', () => {
  stage.refuseDrawing = 'io-error'
  stage.submit(receive('a'))
  const question = { warehouseId: north, productId: mug, bin: 'A-1' }
  expect(stage.ask('work.begin-count', question).ok).toBe(false)
  stage.refuseDrawing = null
  expect(stage.asked('work.begin-count', question).basis).toMatchObject({
    on_hand: 15,
    includes: [mutation('a')],
  })
})

test('the detail tells the facts then and now', () => {
  stage.submit(pick('a', 2, { order_item_id: orderLine }))
  stage.mirror.apply(stage.feed.north(['inventory', stock('mug', 3, { quantity_allocated: 3 })]))
  expect(stage.desk.detail({ id: mutation('a') })).toMatchObject({
    item: { state: 'queued', product: { sku: 'MUG', name: 'Mug' }, order: { id: order, number: 'SO-7' } },
    binsThen: [{ bin: 'A-1', onHand: 10, allocated: 3 }],
    binsNow: [{ bin: 'A-1', onHand: 1, allocated: 1 }],
    orderThen: 'pending',
    orderNow: 'picking',
    history: [{ event: 'queued' }],
  })
  expect(stage.desk.detail({ id: mutation('unknown') })).toBeNull()
})

test('after a restart all that is not settled is drawn again, and what the rows show is settled', () => {
  stage.submit(receive('a'))
  stage.submit(receive('b'))
  apply('a', stage.mirror.cursor(northScope).seq)
  stage.mirror.redraw([])
  stage.reopened()
  expect(stage.onHand()).toBe(15)
  expect(stage.outbox.get(mutation('a'))?.state).toBe('settled')
  expect(stage.mirror.owner()).toBe(owner)
})

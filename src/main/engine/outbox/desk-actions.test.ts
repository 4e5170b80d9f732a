import { afterEach, beforeEach, expect, test } from 'vitest'
import { must } from '#shared/lib/must.ts'
import { deskStage, mug, pick, receive } from '#test/harness/desk-stage.ts'
import type { DeskStage } from '#test/harness/desk-stage.ts'
import { north } from '#test/harness/mirror-data.ts'
import { applied, mutation } from '#test/harness/outbox-data.ts'
import { successorOf } from './desk-ids.ts'

/* [O3] A refused command stays until a person settles it. */

let stage: DeskStage
beforeEach(() => {
  stage = deskStage()
  stage.submit(pick('a', 5))
  stage.refuse('a')
})
afterEach(() => stage.remove())

const id = mutation('a')
const entry = () => must(stage.outbox.get(id), 'the refused command')
const successor = () => must(stage.outbox.get(successorOf(id)), 'its successor')
const refused = () => stage.desk.list({ filter: 'refused', offset: 0, limit: 10 }).rows

test('[O3] it lies on the desk with the server’s words', () => {
  expect(refused()).toMatchObject([
    { id, state: 'refused', refusal: { code: 'insufficient_stock', facts: { on_hand: 2 } }, undoable: false },
  ])
  expect(stage.desk.summary()).toMatchObject({ unsent: 0, refused: 1 })
})

test('[O3] trying again is a command of its own in its place, made once', () => {
  stage.asked('work.retry', { id })
  stage.asked('work.retry', { id })
  expect(entry()).toMatchObject({ state: 'amended', amendedBy: successorOf(id) })
  expect(successor()).toMatchObject({
    state: 'queued',
    command: { ...entry().command, mutation_id: successorOf(id) },
  })
  expect(stage.outbox.entries()).toHaveLength(2)
  expect(refused()).toEqual([])
})

test('[O3] another command takes its place, and a second click gets the same receipt', () => {
  const amend = () => stage.asked('work.amend', { id, command: pick('b', 2) })
  const first = amend()
  expect(first).toMatchObject({ kind: 'kept', receipt: { id: successorOf(id) } })
  expect(amend()).toEqual(first)
  expect(entry().state).toBe('amended')
  expect(successor().command).toMatchObject({ quantity: 2 })
})

test('[O3] an amendment that this station objects to leaves it on the desk', () => {
  const command = { ...pick('b', 2), product_id: mutation('nothing') as never }
  expect(stage.asked('work.amend', { id, command })).toMatchObject({ kind: 'objected' })
  expect(entry().state).toBe('refused')
})

test('[O1] [O3] a crash between keeping the successor and ending the refused one is made good at the next start', () => {
  const { amended } = stage.outbox
  stage.outbox.amended = () => {
    throw new Error('The process dies here.')
  }
  stage.asked('work.amend', { id, command: pick('b', 2) })
  expect(entry().state).toBe('refused')
  stage.outbox.amended = amended
  stage.reopened()
  expect(entry()).toMatchObject({ state: 'amended', amendedBy: successorOf(id) })
  stage.asked('work.retry', { id })
  expect(stage.outbox.entries()).toHaveLength(2)
})

test('[O3] it ends for a reason, which is kept', () => {
  const discard = () => stage.ask('work.discard', { id, reason: 'Counted anew.' })
  expect(discard()).toEqual({ ok: true, value: {} })
  expect(discard()).toEqual({ ok: true, value: {} })
  expect(stage.desk.detail({ id })).toMatchObject({
    item: { state: 'discarded' },
    history: [{}, {}, {}, { event: 'discarded', note: 'Counted anew.' }],
  })
})

test('[O3] handed over it is marked and stays, and the supervisors are told once', () => {
  const assign = () => stage.asked('work.assign', { id, note: 'Please look.' })
  assign()
  assign()
  expect(refused()).toMatchObject([{ id, assigned: { note: 'Please look.' } }])
  expect(stage.outbox.unsent().map(({ command }) => command)).toMatchObject([
    {
      ...{ kind: 'refusal.assign', warehouse_id: north, refused: id, refused_kind: 'pick' },
      ...{ code: 'insufficient_stock', facts: { on_hand: 2 }, product_id: mug, note: 'Please look.' },
    },
  ])
})

test('[O3] what does not lie on the desk is not touched, and the answer says so', () => {
  stage.submit(receive('b'))
  const b = mutation('b')
  const answers = [
    stage.ask('work.retry', { id: b }),
    stage.ask('work.amend', { id: b, command: receive('c') }),
    stage.ask('work.discard', { id: b, reason: 'No.' }),
    stage.ask('work.assign', { id: b, note: 'No.' }),
    stage.ask('work.retry', { id: mutation('unknown') }),
  ]
  for (const answer of answers) expect(answer).toMatchObject({ ok: false, error: { code: 'bad-request' } })
  expect(stage.outbox.get(b)?.state).toBe('queued')
  expect(stage.outbox.entries()).toHaveLength(2)
})

test('[O3] a disk that refuses leaves it on the desk', () => {
  stage.outbox.refuses = 'read-only'
  for (const reply of [
    stage.ask('work.retry', { id }),
    stage.ask('work.discard', { id, reason: 'No.' }),
    stage.ask('work.assign', { id, note: 'No.' }),
  ]) {
    expect(reply).toMatchObject({ ok: false, error: { code: 'disk-read-only' } })
  }
  expect(entry()).toMatchObject({ state: 'refused', assigned: null })
})

test('a refused undo that is tried again is the undo of its command', () => {
  stage.submit(receive('r'))
  stage.outbox.sending([mutation('r')])
  stage.outbox.answered([applied('r', 50)])
  stage.asked('work.undo', { id: mutation('u'), undoes: mutation('r') })
  stage.refuse('u')
  stage.asked('work.retry', { id: mutation('u') })
  expect(stage.desk.detail({ id: mutation('r') })?.item).toMatchObject({
    undoneBy: successorOf(mutation('u')),
    undoable: false,
  })
})

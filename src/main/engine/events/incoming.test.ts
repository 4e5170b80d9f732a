import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { SiteEvent } from '#shared/domain/events.ts'
import type { UserId } from '#shared/domain/ids.ts'
import { createIncoming, REMEMBERED } from './incoming.ts'
import { told } from '#test/harness/event-drafts.ts'

function stage() {
  const heard: SiteEvent[] = []
  return { heard, incoming: createIncoming((event) => void heard.push(event)) }
}

const none = { received: 0, duplicates: 0, unknown: 0, invalid: 0 }

test('each event is heard once, however often it comes', () => {
  const { heard, incoming } = stage()
  const [a, b] = [told(), told()]
  incoming.take({ events: [a, b] })
  incoming.take({ events: [b, a] })
  incoming.take({ events: [a] })
  expect(heard).toEqual([a, b])
  expect(incoming.counts()).toEqual({ ...none, received: 2, duplicates: 3 })
})

test('nobody silences another by using the id of their event', () => {
  const { heard, incoming } = stage()
  const honest = told()
  incoming.take({
    events: [told({ id: honest.id, from: { user_id: randomUUID() as UserId, station_id: null } })],
  })
  incoming.take({ events: [honest] })
  expect(heard).toHaveLength(2)
})

test('a kind that this console does not know is counted, and its neighbours are heard', () => {
  const { heard, incoming } = stage()
  incoming.take({ events: [{ ...told(), kind: 'shelf_painted' }, told()] })
  expect(heard).toHaveLength(1)
  expect(incoming.counts()).toEqual({ ...none, received: 1, unknown: 1 })
})

test.each<[string, unknown]>([
  ['nothing', null],
  ['a text', 'events'],
  ['no list', { events: {} }],
  ['a list of nothing', { events: [null] }],
  ['no kind', { events: [{ id: randomUUID() }] }],
  ['another body', { events: [{ ...told(), body: { what: 'exploded' } }] }],
  ['no sender', { events: [{ ...told(), from: null }] }],
  ['a sender who is no id', { events: [{ ...told(), from: { user_id: 'root', station_id: null } }] }],
  ['a ledger for a channel', { events: [{ ...told(), to: `ledger:${randomUUID()}` }] }],
  ['more than one call can have', { events: Array.from({ length: 51 }, () => told()) }],
])('%s is counted as invalid, and nothing is thrown', (_what, message) => {
  const { heard, incoming } = stage()
  incoming.take(message)
  expect(heard).toEqual([])
  expect(incoming.counts()).toEqual({ ...none, invalid: 1 })
})

test('what a newer console calls its work is heard as other work', () => {
  const { heard, incoming } = stage()
  const body = { product_id: randomUUID(), bin: null, work: 'kitting' }
  incoming.take({ events: [{ ...told(), kind: 'inventory_updated', body }] })
  expect(heard).toMatchObject([{ kind: 'inventory_updated', body: { work: 'other' } }])
})

test('it remembers only so many', () => {
  const { incoming } = stage()
  const first = told()
  incoming.take({ events: [first] })
  for (let n = 0; n < REMEMBERED - 1; n += 1) incoming.take({ events: [told()] })
  incoming.take({ events: [first] })
  expect(incoming.counts().duplicates).toBe(1)
  incoming.take({ events: [told()] })
  incoming.take({ events: [first] })
  expect(incoming.counts()).toMatchObject({ received: REMEMBERED + 2, duplicates: 1 })
})

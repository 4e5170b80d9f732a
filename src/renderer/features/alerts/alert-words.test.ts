import { vi, describe, expect, test } from 'vitest'
import type { OrderId, ProductId, StationId } from '#shared/domain/ids.ts'
import type { AlertSubject } from './alert-words.ts'

vi.hoisted(() => {
  Object.defineProperty(globalThis, 'navigator', { value: { language: 'en-GB' }, configurable: true })
})
const { alertWords } = await import('./alert-words.ts')

const blank = { message: null, product: null, order: null, station: null, bin: null, facts: {} }
const product = { id: 'p' as ProductId, sku: '85123A', name: 'White heart', unit: 'piece' }
const order = { id: 'o' as OrderId, number: 'SO-7' }
const station = { id: 's' as StationId, name: 'Dock 2' }

type Case = [kind: AlertSubject['kind'], about: Partial<AlertSubject>, sentence: string]

const said: Case[] = [
  [
    'low',
    { product, facts: { available: 1_200, reorder_point: 48 } },
    '85123A is low: 1,200 left, reorder point 48',
  ],
  ['out', { product }, '85123A is out of stock'],
  [
    'oversold',
    { product, facts: { on_hand: 2, allocated: 5 } },
    '85123A is oversold: 3 more promised than there are',
  ],
  ['refused_here', { facts: { count: 2 } }, '2 entries of yours were refused and wait for you'],
  ['station_silent', { station, facts: { unsent: 0 } }, 'Dock 2 is silent'],
  ['station_silent', { station, facts: { unsent: 1 } }, 'Dock 2 is silent, with 1 entry not sent'],
  ['station_behind', { station, facts: { behind: 900 } }, 'Dock 2 is 900 changes behind'],
  ['clock_wrong', { station, facts: { offset_ms: 180_000 } }, 'The clock of Dock 2 is 3 minutes fast'],
  ['clock_wrong', { station, facts: { offset_ms: -180_000 } }, 'The clock of Dock 2 is 3 minutes slow'],
  [
    'negative_stock',
    { product, bin: 'A3-04', facts: { on_hand: -3 } },
    '3 more × 85123A were taken from A3-04 than were booked in',
  ],
  ['count_task', { product, bin: 'A3-04' }, 'Count 85123A in A3-04'],
  ['short_pick', { order, facts: { missing: 1 } }, 'SO-7 was packed with 1 unit missing'],
  ['refused_work', { facts: { note: 'Help' } }, 'Refused work needs a supervisor: “Help”'],
  ['unknown_code', { facts: { code: '0401' } }, 'No product has the code 0401'],
  ['message', { message: 'Gate 3 is closed' }, 'Gate 3 is closed'],
  ['drill', { facts: { minutes: 5 } }, 'Outage drill of 5 minutes'],
  ['other', { message: 'A door is open' }, 'A door is open'],
]

test.each(said)('%s, from its facts', (kind, about, sentence) => {
  expect(alertWords({ ...blank, kind, ...about })).toBe(sentence)
})

const unsaid: [AlertSubject['kind'], string][] = [
  ['low', 'a product unknown here is low'],
  ['oversold', 'a product unknown here is oversold'],
  ['refused_here', '1 entry of yours was refused and waits for you'],
  ['station_behind', 'A station unknown here is behind'],
  ['clock_wrong', 'The clock of A station unknown here is wrong'],
  ['negative_stock', 'More × a product unknown here were taken than were booked in'],
  ['count_task', 'Count a product unknown here'],
  ['short_pick', 'an order unknown here was packed with units missing'],
  ['refused_work', 'Refused work needs a supervisor'],
  ['unknown_code', 'A code was read that no product has'],
  ['message', 'A message without words'],
  ['drill', 'Outage drill'],
  ['other', 'An alert of a kind this console does not know yet'],
]

describe('a fact that is missing or of another kind makes the sentence shorter, never wrong', () => {
  test.each(unsaid)('%s', (kind, sentence) => {
    expect(alertWords({ ...blank, kind })).toBe(sentence)
    const wrong = {
      available: '3',
      reorder_point: null,
      on_hand: 'x',
      missing: [],
      code: 4,
      note: {},
      minutes: '5',
    }
    expect(alertWords({ ...blank, kind, facts: wrong })).toBe(sentence)
  })
})

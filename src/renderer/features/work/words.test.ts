import { describe, expect, test, vi } from 'vitest'
import { RefusalCode } from '#shared/domain/commands.ts'
import type { Command } from '#shared/domain/commands.ts'
import type { MutationId, OrderId, ProductId, RowId, WarehouseId } from '#shared/domain/ids.ts'
import { WorkState, type SendTrouble, type WorkItem } from '#shared/protocol/work.ts'

vi.hoisted(() => {
  Object.defineProperty(globalThis, 'navigator', { value: { language: 'en-GB' }, configurable: true })
})
const { commandThing, commandWords, countedWords } = await import('./command-words.ts')
const { namesOf } = await import('./names.ts')
const { receiptWords } = await import('./receipt-words.ts')
const { refusalWords } = await import('./refusal-words.ts')
const { tickOf } = await import('./ticks.ts')
const { troubleWords } = await import('./trouble-words.ts')
const { en } = await import('../../texts/en.ts')

const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const hamburg = id(2) as WarehouseId
const names = {
  sku: '85123A',
  order: 'SO-7',
  warehouse: (asked: WarehouseId) => (asked === hamburg ? 'Hamburg' : 'another warehouse'),
}
const say = (code: RefusalCode, facts: Record<string, unknown>, tense: 'then' | 'offline' | 'now' = 'then') =>
  refusalWords({ code, facts }, names, tense)

describe('why the server refused it, from code and facts', () => {
  const cases: [RefusalCode, Record<string, unknown>, string][] = [
    [
      'insufficient_stock',
      { bin: 'A3', on_hand: 2, asked: 5 },
      'Bin A3 had 2, you took 5: 3 are missing. Recount?',
    ],
    [
      'over_receipt',
      { reference: 'DN-1', expected: 48, received: 36, asked: 24 },
      '48 were announced under DN-1, 36 had come before: these 24 are 12 too many.',
    ],
    [
      'over_pick',
      { number: 'SO-9', ordered: 6, picked: 4, asked: 3 },
      'SO-9 asks for 6, 4 were picked before: these 3 are 1 too many.',
    ],
    [
      'over_return',
      { number: 'SO-9', picked: 6, returned: 5, asked: 4 },
      '6 went out for SO-9, 5 had come back before: these 4 are 3 too many.',
    ],
    [
      'not_allowed',
      { warehouse_id: hamburg, role: 'viewer', needed: 'picker' },
      'This needs the role picker in Hamburg, and yours is viewer.',
    ],
    [
      'unknown_product',
      { product_id: id(3) },
      'The server has no product 85123A: it was deleted or never arrived there.',
    ],
    [
      'unknown_warehouse',
      { warehouse_id: id(9) },
      'The server has no such warehouse, or does not share it with you.',
    ],
    [
      'unknown_order',
      { order_id: id(4) },
      'The server has no order SO-7: it was deleted or never arrived there.',
    ],
    ['order_exists', { number: 'SO-9' }, 'There is an order SO-9 already. Choose another number.'],
    [
      'order_closed',
      { number: 'SO-9', status: 'shipped' },
      'Order SO-9 is shipped: nothing can be booked for it any more.',
    ],
    [
      'illegal_transition',
      { number: 'SO-9', status: 'shipped', to: 'picking' },
      'Order SO-9 is shipped and cannot become picking.',
    ],
    [
      'stale_version',
      { number: 'SO-9', seen: 'picking', status: 'packed' },
      'Order SO-9 was picking when you looked, and is packed now. Look again.',
    ],
    ['not_undoable', { undoes: id(5) }, 'This cannot be undone any more.'],
    ['already_undone', { undoes: id(5), by: id(6) }, 'This was undone before. Nothing was changed twice.'],
    [
      'unknown_alert',
      { alert_id: id(7) },
      'The server does not have this alert any more. There is nothing left to do.',
    ],
    ['unknown_user', { to_user: id(8) }, 'This person is no member of the warehouse any more.'],
    [
      'barcode_taken',
      { code: '4006381333931', sku: '85123A' },
      'The code 4006381333931 belongs to 85123A. Take it from there first.',
    ],
    [
      'invalid',
      { field: 'happened_at' },
      'The server cannot read “happened_at” of this. Amend it, or discard it.',
    ],
  ]

  test.each(cases)('%s', (code, facts, words) => {
    expect(say(code, facts)).toBe(words)
  })

  test('every code has its sentence', () => {
    expect(new Set(cases.map(([code]) => code))).toEqual(new Set(RefusalCode.options))
  })

  test.each(RefusalCode.options)('%s says something true also where facts are missing or spoiled', (code) => {
    const spoiled = {
      bin: 7,
      on_hand: '2',
      status: null,
      role: {},
      number: '',
      field: null,
      warehouse_id: 'x',
    }
    for (const facts of [{}, spoiled]) {
      for (const tense of ['then', 'offline', 'now'] as const) {
        const words = say(code, facts, tense)
        expect(words).toMatch(/^\S.*[.?]$/)
        expect(words).not.toMatch(/undefined|null|NaN|\{|\[object/)
      }
    }
  })

  test('what was taken offline says so, and what is only doubted says what would be', () => {
    const facts = { bin: 'A3', on_hand: 2, asked: 5 }
    expect(say('insufficient_stock', facts, 'offline')).toBe(
      'Bin A3 had 2, you took 5 while offline: 3 are missing. Recount?',
    )
    expect(say('insufficient_stock', facts, 'now')).toBe('Bin A3 has 2, you take 5: 3 would be missing.')
  })

  test('of a bin that is below 0 already, all that was taken is missing', () => {
    expect(say('insufficient_stock', { bin: 'A3', on_hand: -4, asked: 5 })).toContain('5 are missing')
  })

  test('a count that began in a history that is gone is to be done again', () => {
    expect(say('stale_version', { epoch: id(1), seq: 4, on_hand: 3, includes: [] })).toBe(
      'The stock history in which this count began is gone. Count again.',
    )
  })

  test('who is no member any more is told so', () => {
    expect(say('not_allowed', { warehouse_id: hamburg, role: null, needed: 'picker' })).toBe(
      'You are no member of Hamburg any more. A manager can add you.',
    )
  })

  test('what the server says of a command it cannot book is passed on', () => {
    expect(say('invalid', { sqlstate: '22008', problem: 'date out of range' })).toContain('date out of range')
  })
})

const stamp = { mutation_id: id(1) as MutationId, station_id: null, operator_id: null, happened_at: '' }
const stock = {
  ...stamp,
  warehouse_id: id(1) as WarehouseId,
  product_id: id(3) as ProductId,
  bin: 'A3',
  reference: null,
}
const order = { ...stamp, warehouse_id: id(1) as WarehouseId, order_id: id(4) as OrderId }
const basis = { epoch: id(1), seq: 1, on_hand: 3, includes: [] }
const line = { id: id(8) as RowId, product_id: stock.product_id, quantity: 2 }
const commands: [Command, string][] = [
  [{ kind: 'receive', ...stock, quantity: 1_200 }, 'Received 1,200 × 85123A into A3'],
  [{ kind: 'putaway', ...stock, to_bin: 'B1', quantity: 5 }, 'Put away 5 × 85123A from A3 to B1'],
  [{ kind: 'pick', ...stock, quantity: 5 }, 'Picked 5 × 85123A from A3'],
  [
    { kind: 'pick', ...stock, quantity: 5, order_item_id: id(8) as RowId },
    'Picked 5 × 85123A from A3 for SO-7',
  ],
  [
    { kind: 'transfer', ...stock, to_warehouse_id: hamburg, to_bin: 'H1', quantity: 5 },
    'Moved 5 × 85123A from A3 to H1 in Hamburg',
  ],
  [{ kind: 'adjust', ...stock, quantity: -2, reason: 'Broken' }, 'Adjusted 85123A in A3 by −2'],
  [{ kind: 'count', ...stock, counted: 41, basis }, 'Counted 41 × 85123A in A3'],
  [{ kind: 'return', ...stock, quantity: 1 }, 'Took back 1 × 85123A into A3'],
  [{ kind: 'scrap', ...stock, quantity: 3, reason: 'Wet' }, 'Scrapped 3 × 85123A from A3'],
  [
    {
      kind: 'order.create',
      ...stamp,
      warehouse_id: stock.warehouse_id,
      order: { id: order.order_id, number: 'SO-8', customer: null, priority: 3, due_at: null, items: [line] },
    },
    'Created order SO-8',
  ],
  [
    { kind: 'order.advance', ...order, from: 'pending', to: 'picking' },
    'Set order SO-7 from Pending to Picking',
  ],
  [{ kind: 'order.cancel', ...order, from: 'pending', reason: 'Called' }, 'Cancelled order SO-7'],
  [{ kind: 'notification.read', ...stamp, notification_ids: [id(8) as RowId] }, 'Read 1 notification'],
  [{ kind: 'undo', ...stamp, undoes: id(5) as MutationId }, 'Undid earlier work on 85123A'],
]

describe('what was done, in plain words', () => {
  test.each(commands)('$kind', (command, words) => {
    expect(commandWords(command, names)).toBe(words)
    expect(commandThing(command, names)).toMatch(/^the \S/)
  })

  test('what the station does not know by name has words too', () => {
    const [pick] = commands[2]!
    const unknown = namesOf({ product: null, order: null, command: pick })
    expect(commandWords(pick, unknown)).toBe('Picked 5 × a product unknown here from A3')
  })

  test('many are counted by kind, the most first', () => {
    const items = [commands[2], commands[6], commands[2], commands[3]].map((found) => ({
      command: found![0],
    }))
    expect(countedWords(items, 4)).toBe('3 picks and 1 count')
    expect(countedWords(items, 900)).toBe('3 picks, 1 count and 896 more')
  })

  test('every kind of command can be counted, one and many', () => {
    for (const [command] of commands) {
      expect(countedWords([{ command }], 1)).toMatch(/^1 \S/)
      expect(en[`many.${command.kind}`].other).toContain('{count}')
    }
  })
})

const item = (more: Partial<WorkItem>): WorkItem => ({
  id: id(1) as MutationId,
  command: commands[2]![0],
  state: 'queued',
  keptAt: 0,
  product: null,
  order: null,
  trouble: null,
  refusal: null,
  assigned: null,
  undoable: true,
  undoneBy: null,
  ...more,
})
const lost: SendTrouble = { because: 'no-answer', at: 0, nextAt: null, attempts: 1 }

describe('where it stands: one tick saved here, two ticks in the system, a cross refused', () => {
  const shapes: Record<WorkState, string> = {
    queued: 'check',
    sending: 'check',
    applied: 'two-checks',
    settled: 'two-checks',
    refused: 'cross',
    discarded: 'slashed-ring',
    amended: 'ring',
    'taken-back': 'slashed-ring',
  }
  test.each(WorkState.options)('%s', (state) => {
    const tick = tickOf(item({ state }))
    expect(tick.shape).toBe(shapes[state])
    expect(tick.needsLook ?? false).toBe(state === 'refused')
    expect(receiptWords(item({ state }), names, 'now')).toMatch(/\.$/)
  })

  test('two ticks are never given before the server has said so [L3]', () => {
    for (const state of ['queued', 'sending', 'refused', 'discarded', 'amended', 'taken-back'] as const)
      expect(tickOf(item({ state, undoneBy: id(2) as MutationId })).shape).not.toBe('two-checks')
  })

  test('what is undone says so, and what was sent without an answer is not said to be on its way', () => {
    expect(tickOf(item({ state: 'settled', undoneBy: id(2) as MutationId })).word).toBe('tick.undone')
    expect(tickOf(item({ state: 'sending' })).word).toBe('tick.sending')
    expect(tickOf(item({ state: 'sending', trouble: lost })).word).toBe('tick.unsure')
  })

  test('the receipt says whether it goes at once or when the network is back [O1]', () => {
    expect(receiptWords(item({}), names, 'offline')).toBe(
      'Saved here. Will be sent when the network is back.',
    )
    expect(receiptWords(item({}), names, 'now')).toBe('Saved here. Being sent.')
    expect(receiptWords(item({ state: 'sending' }), names, 'offline')).toBe(
      'Sent, no answer yet. It counts once, whatever happens.',
    )
  })
})

describe('why it waits', () => {
  const now = new Date(2026, 2, 5, 14, 0).getTime()
  test('says how often it was tried, and when it is tried next', () => {
    const trouble: SendTrouble = { because: 'no-answer', at: now, nextAt: now + 5 * 60_000, attempts: 3 }
    expect(troubleWords(trouble, now)).toBe('No answer; tried 3 times, next try at 14:05')
    expect(troubleWords(trouble, now + 6 * 60_000)).toBe('No answer; tried 3 times, trying now')
  })

  test('says what it waits for where no time is set', () => {
    const waits = (because: SendTrouble['because']) =>
      troubleWords({ because, at: now, nextAt: null, attempts: 0 }, now)
    expect(waits('no-network')).toBe('No network; goes on when the network is back')
    expect(waits('signed-out')).toBe('Your session ended; goes on when you sign in')
    expect(waits('disk')).toBe('This station cannot write to its disk; goes on when the disk takes it')
  })
})

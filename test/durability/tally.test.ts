import { describe, expect, test } from 'vitest'
import type { CommandIntent, CommandOutcome } from '#shared/domain/commands.ts'
import { MutationId, ProductId, UserId, WarehouseId } from '#shared/domain/ids.ts'
import type { WorkItem, WorkState } from '#shared/protocol/work.ts'
import type { Asked } from '#test/harness/site/moves.ts'
import { isWhole, tallyOf } from './tally.ts'
import type { Evidence } from './tally.ts'

/* The count itself is held to account: each disaster it is there for is seen. */

const id = MutationId.parse('00000000-0000-4000-8000-000000000001')
const otherId = MutationId.parse('00000000-0000-4000-8000-000000000002')
const warehouse = WarehouseId.parse('00000000-0000-4000-8000-00000000000a')
const product = ProductId.parse('00000000-0000-4000-8000-00000000000b')
const user = UserId.parse('00000000-0000-4000-8000-00000000000c')
const place = `${warehouse} ${product} A-1`
const pick: CommandIntent = {
  kind: 'pick',
  mutation_id: id,
  warehouse_id: warehouse,
  product_id: product,
  bin: 'A-1',
  quantity: 2,
  reference: null,
}
const applied: CommandOutcome = {
  mutation_id: id,
  outcome: 'applied',
  scope: `warehouse:${warehouse}`,
  seq: 1,
}
const refused: CommandOutcome = {
  mutation_id: id,
  outcome: 'refused',
  code: 'invalid',
  message: '',
  facts: {},
}

const item = (state: WorkState): WorkItem => ({
  id,
  command: { ...pick, station_id: null, operator_id: null, happened_at: '2026-11-22T08:00:00Z' },
  state,
  keptAt: 0,
  product: null,
  order: null,
  trouble: null,
  refusal: null,
  assigned: null,
  undoable: false,
  undoneBy: null,
})

/** One pick with a receipt that was applied once; a test spoils something. */
const evidence = (spoiled: Partial<Evidence> = {}): Evidence => ({
  paper: {
    asked: new Map([[id, pick]]),
    receipted: new Set([id]),
    objected: new Set(),
    takenBack: new Set(),
  },
  items: [item('settled')],
  shown: { [product]: 3 },
  stock: { [product]: 3 },
  ledger: new Map([[id, { id, user, kind: 'pick', outcome: applied }]]),
  movements: new Map([[id, [{ place, pieces: -2 }]]]),
  contradictions: [],
  kills: 1,
  ...spoiled,
})
const booked = (outcome: CommandOutcome): Evidence['ledger'] =>
  new Map([[id, { id, user, kind: 'pick', outcome }]])
const nothing: Evidence['ledger'] = new Map()

describe('where a receipted command may end', () => {
  test.each([
    ['in the ledger', evidence(), { applied: 1 }],
    [
      'refused on the desk',
      evidence({ items: [item('refused')], ledger: booked(refused), movements: new Map() }),
      { refused: 1 },
    ],
    [
      'taken back',
      evidence({ items: [item('taken-back')], ledger: nothing, movements: new Map() }),
      { takenBack: 1 },
    ],
  ])('%s', (_where, found, expected) => {
    expect(tallyOf(found)).toMatchObject({ lost: [], appliedTwice: [], wrong: [], ...expected })
    expect(isWhole(tallyOf(found))).toBe(true)
  })

  test('in the ledger, and forgotten here: the rows show it', () => {
    expect(tallyOf(evidence({ items: [] }))).toMatchObject({ applied: 1, lost: [], wrong: [] })
  })

  test('taken back without having heard it, and forgotten here', () => {
    const undo = { kind: 'undo', mutation_id: otherId, undoes: id } as const
    const asked = new Map<MutationId, Asked>([
      [id, pick],
      [otherId, undo as Asked],
    ])
    const found = evidence({
      paper: { ...evidence().paper, asked },
      items: [],
      ledger: nothing,
      movements: new Map(),
    })
    expect(tallyOf(found)).toMatchObject({ takenBack: 1, lost: [] })
  })

  test('in the outbox still: counted, and the run did not come to rest', () => {
    const tally = tallyOf(evidence({ items: [item('sending')], ledger: nothing, movements: new Map() }))
    expect(tally).toMatchObject({ inOutbox: 1, lost: [], wrong: [] })
    expect(isWhole(tally)).toBe(false)
  })
})

describe('what is found out', () => {
  test.each([
    [
      'gone from the station and not at the server',
      evidence({ items: [], ledger: nothing, movements: new Map() }),
    ],
    [
      'refused by the server, and off the desk',
      evidence({ items: [item('settled')], ledger: booked(refused) }),
    ],
  ])('lost: %s', (_how, found) => {
    expect(tallyOf(found).lost).toEqual([id])
  })

  test('booked twice under one mutation id', () => {
    const twice = new Map([
      [
        id,
        [
          { place, pieces: -2 },
          { place, pieces: -2 },
        ],
      ],
    ])
    expect(tallyOf(evidence({ movements: twice })).appliedTwice).toHaveLength(1)
  })

  test.each([
    ['another figure on the screen', evidence({ shown: { [product]: 1 } }), /shows 1/],
    [
      'done, though the person was told no',
      evidence({ paper: { ...evidence().paper, receipted: new Set(), objected: new Set([id]) } }),
      /objected/,
    ],
    [
      'done, though it was taken back',
      evidence({ paper: { ...evidence().paper, takenBack: new Set([id]) } }),
      /taken back/,
    ],
    ['done, and nobody asked', evidence({ paper: { ...evidence().paper, asked: new Map() } }), /nobody/],
  ])('%s', (_what, found, words) => {
    expect(tallyOf(found).wrong.join('\n')).toMatch(words)
  })

  test('killed between disk and answer: counted, and no fault', () => {
    const tally = tallyOf(evidence({ paper: { ...evidence().paper, receipted: new Set() } }))
    expect(tally).toMatchObject({ withoutReceipt: 1, receipted: 0, wrong: [] })
  })
})

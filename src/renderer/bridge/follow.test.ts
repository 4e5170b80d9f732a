import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Delta, Snapshot, ViewChange, ViewId } from '#shared/protocol/delta.ts'
import { askAgain, asking, onDelta, onSnapshot, type Following } from './follow.ts'
import { applyDelta, takeSnapshot, type ListModel, type Model } from './model.ts'

const viewId = 'stock.list#1' as ViewId
type Row = { id: string; onHand: number }

/** The engine's side of one view: its newest rows, and deltas numbered as the protocol says. */
function createView() {
  let rows: Row[] = []
  let epoch = 1
  let seq = 0
  const snapshot = (): Snapshot => ({
    viewId,
    epoch,
    seq,
    result: { kind: 'list', total: rows.length, offset: 0, rows },
  })
  return {
    rows: () => rows,
    /** Asked again, a view starts a new epoch. */
    open(): Snapshot {
      epoch += 1
      seq = 0
      return snapshot()
    },
    change(next: Row[]): Delta {
      const known = new Map(rows.map((row) => [row.id, row.onHand]))
      const upserts = next.filter((row) => known.get(row.id) !== row.onHand)
      const sameOrder = rows.map(({ id }) => id).join() === next.map(({ id }) => id).join()
      rows = next
      seq += 1
      const order = sameOrder ? {} : { order: next.map(({ id }) => id) }
      return { viewId, epoch, seq, change: { kind: 'list', total: rows.length, upserts, ...order } }
    },
    /** Another mirror: all that was before is void. */
    replace(next: Row[]): Delta {
      epoch += 1
      seq = 0
      rows = []
      return this.change(next)
    },
  }
}

const rowsOf = (model: Model | null): unknown => (model?.kind === 'list' ? model.rows : null)

const someRows = fc
  .uniqueArray(fc.integer({ min: 0, max: 12 }), { maxLength: 8 })
  .chain((ids) =>
    fc
      .array(fc.integer({ min: 0, max: 3 }), { minLength: ids.length, maxLength: ids.length })
      .map((figures) => ids.map((id, at): Row => ({ id: `p${id}`, onHand: figures[at] ?? 0 }))),
  )

/** What may happen on the way: a change, and how its delta travels; a question; its answer, sooner or later. */
const happening = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('change' as const),
      rows: someRows,
      travel: fc.constantFrom('arrives', 'lost', 'twice', 'late'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('replace' as const), rows: someRows }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('answer' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('ask' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('late arrive' as const) }) },
)

test('[D1] whatever is lost, doubled or late: after one more change and its answers, the window equals the view', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 60 }), someRows, (script, final) => {
      const view = createView()
      const late: Delta[] = []
      let answer: Snapshot | null = view.open()
      let state: Following = asking(null)

      const ask = (): void => {
        state = askAgain(state)
        answer = view.open()
      }
      const hear = (delta: Delta): void => {
        const step = onDelta(state, delta)
        state = step.state
        if (step.ask) ask()
      }
      const takeAnswer = (): void => {
        if (!answer) return
        const step = onSnapshot(state, answer)
        answer = null
        state = step.state
        if (step.ask) ask()
      }

      for (const event of script) {
        if (event.kind === 'ask') ask()
        else if (event.kind === 'answer') takeAnswer()
        else if (event.kind === 'late arrive') late.splice(0).reverse().forEach(hear)
        else if (event.kind === 'replace') hear(view.replace(event.rows))
        else {
          const delta = view.change(event.rows)
          if (event.travel === 'arrives' || event.travel === 'twice') hear(delta)
          if (event.travel === 'twice') hear(delta)
          if (event.travel === 'late') late.push(delta)
        }
      }
      late.splice(0).forEach(hear)
      hear(view.change(final))
      for (let round = 0; answer && round < 5; round++) takeAnswer()

      expect(answer).toBeNull()
      expect(state.at).toBe('following')
      expect(rowsOf(state.model)).toEqual(view.rows())
    }),
    { numRuns: 1_000 },
  )
})

test('[D1] applying a view’s deltas in turn gives its newest snapshot', () => {
  fc.assert(
    fc.property(fc.array(someRows, { minLength: 1, maxLength: 20 }), (versions) => {
      const view = createView()
      let model: Model | null = takeSnapshot(null, view.open().result)
      for (const rows of versions) model = model && applyDelta(model, view.change(rows).change)
      expect(rowsOf(model)).toEqual(view.rows())
    }),
  )
})

describe('one step', () => {
  const view = createView()
  view.change([
    { id: 'a', onHand: 1 },
    { id: 'b', onHand: 2 },
  ])
  const followed = onSnapshot(asking(null), view.open()).state

  test('a change of one row keeps the object of every other', () => {
    const change: ViewChange = { kind: 'list', total: 2, upserts: [{ id: 'a', onHand: 5 }] }
    const before = followed.model as ListModel
    const after = applyDelta(before, change) as ListModel
    expect(after.rows[0]).toEqual({ id: 'a', onHand: 5 })
    expect(after.rows[1]).toBe(before.rows[1])
  })

  test('[L1] a delta of an older epoch changes nothing', () => {
    const change: ViewChange = { kind: 'list', total: 1, upserts: [{ id: 'a', onHand: 99 }] }
    const step = onDelta(followed, { viewId, epoch: 1, seq: 40, change })
    expect(step).toEqual({ state: followed, ask: false })
    expect(step.state).toBe(followed)
  })

  test('[D1] a gap keeps what is shown and asks again', () => {
    const change: ViewChange = { kind: 'list', total: 2, upserts: [{ id: 'b', onHand: 7 }] }
    const step = onDelta(followed, { viewId, epoch: 2, seq: 2, change })
    expect(step.ask).toBe(true)
    expect(step.state.model).toBe(followed.model)
  })

  test('an order that names a row never sent is a gap', () => {
    const change: ViewChange = { kind: 'list', total: 3, upserts: [], order: ['a', 'b', 'c'] }
    expect(onDelta(followed, { viewId, epoch: 2, seq: 1, change }).ask).toBe(true)
  })
})

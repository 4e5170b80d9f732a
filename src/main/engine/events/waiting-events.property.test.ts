import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EventDraft } from '#shared/domain/events.ts'
import { draft } from '#test/harness/event-drafts.ts'
import { createWaitingEvents } from './waiting-events.ts'

const key = fc.constantFrom('a', 'b', 'c', 'd')
const action = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('offer' as const), key }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('take' as const), most: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('arrive' as const, 'fail' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 700 }) }),
  },
)

/** Runs these actions, one call under way at a time, and then sends what is left. */
function run(
  actions: readonly (typeof action extends fc.Arbitrary<infer A> ? A : never)[],
  capacity: number,
) {
  let now = 0
  const waiting = createWaitingEvents({ capacity, staleAfterMs: 1_000, nowMs: () => now })
  const offered: EventDraft[] = []
  const arrived: EventDraft[] = []
  let underWay: EventDraft[] | null = null
  const arrive = (): void => {
    arrived.push(...(underWay ?? []))
    waiting.sent(underWay ?? [])
    underWay = null
  }
  const addsUp = (): void => {
    const { merged, stale, crowdedOut } = waiting.lost
    expect(arrived.length + merged + stale + crowdedOut + waiting.size()).toBe(offered.length)
  }
  for (const step of actions) {
    if (step.do === 'offer') {
      offered.push(draft(step.key))
      waiting.offer(offered.at(-1) as EventDraft)
    } else if (step.do === 'take') {
      underWay ??= waiting.take(step.most)
    } else if (step.do === 'wait') {
      now += step.ms
      waiting.expire()
    } else if (step.do === 'arrive') arrive()
    else if (underWay) {
      waiting.giveBack(underWay)
      underWay = null
    }
    addsUp()
  }
  arrive()
  underWay = waiting.take(1_000)
  arrive()
  addsUp()
  expect(waiting.size()).toBe(0)
  return { offered, arrived, lost: waiting.lost }
}

test('the counters add up after every step, whatever happens', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), (actions, capacity) => {
      run(actions, capacity)
    }),
  )
})

test('in time and with room, nothing is lost but what a newer one of its key has overtaken', () => {
  const inTime = action.filter((step) => step.do !== 'wait')
  fc.assert(
    fc.property(fc.array(inTime, { maxLength: 60 }), (actions) => {
      const { offered, arrived, lost } = run(actions, 100)
      expect(lost).toMatchObject({ stale: 0, crowdedOut: 0 })
      for (const { key: of } of offered) {
        const last = offered.findLast((event) => event.key === of)
        expect(arrived.filter((event) => event.key === of).at(-1)?.id).toBe(last?.id)
      }
      // Each arrives once, and says how many it stands for.
      expect(new Set(arrived.map(({ id }) => id)).size).toBe(arrived.length)
      expect(arrived.reduce((all, { merged }) => all + merged + 1, 0)).toBe(offered.length)
      const order = arrived.map(({ id }) => offered.findIndex((event) => event.id === id))
      for (const of of ['a', 'b', 'c', 'd']) {
        const mine = order.filter((_at, index) => arrived[index]?.key === of)
        expect(mine).toEqual([...mine].sort((left, right) => left - right))
      }
    }),
  )
})

test('what would wait beyond the room takes the place of what has waited longest', () => {
  const waiting = createWaitingEvents({ capacity: 2, staleAfterMs: 1_000, nowMs: () => 0 })
  const [a, b, c] = [draft('a'), draft('b'), draft('c')]
  for (const event of [a, b, c]) waiting.offer(event)
  expect(waiting.take(5).map(({ id }) => id)).toEqual([b.id, c.id])
  expect(waiting.lost).toEqual({ merged: 0, stale: 0, crowdedOut: 1 })
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Failure } from '../upstream/upstream.ts'
import type { PokeManner } from '#test/harness/fake-server.ts'
import { noAnswer } from '#test/harness/fake-upstream.ts'
import { siteScope } from '#shared/domain/scope.ts'
import { id, northScope } from '#test/harness/mirror-data.ts'
import { mutation } from '#test/harness/outbox-data.ts'
import { seededRandom } from '#test/harness/seeded-random.ts'
import { received, sendingStation, sendingWorld } from '#test/harness/sending-station.ts'

/*
 * Stories of a station that works while its network, its server and its own process come and go. The server's ledger is naive; what
 * it has done, and in which order, is the judge. A failing run prints its seed and path.
 */

type Step =
  | { do: 'keep'; bin: number; as: 'good' | 'refused' | 'poison' | 'crash' }
  | { do: 'take-back' | 'heal' | 'restart' | 'cut' | 'plug-in' | 'restore' | 'others'; which: number }
  | { do: 'slow'; pushMs: number; pullMs: number }
  | { do: 'lose'; answers: number }
  | { do: 'fail'; failure: Failure | null }
  | { do: 'pokes'; manner: PokeManner }
  | { do: 'disk'; isFull: boolean }
  | { do: 'wait'; ms: number }

const failures: (Failure | null)[] = [
  null,
  noAnswer,
  { kind: 'retry', because: 'server-error', afterMs: null, detail: '' },
  { kind: 'retry', because: 'rate-limited', afterMs: 20_000, detail: '' },
  { kind: 'refused', code: '42501', detail: '' },
  { kind: 'not-supabase', detail: '' },
]
const refusal: Failure = { kind: 'refused', code: '22P02', detail: '' }
const crash: Failure = { kind: 'retry', because: 'server-error', afterMs: null, detail: '' }

const kept = fc.constantFrom('good', 'good', 'good', 'good', 'refused', 'poison', 'crash')
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant('keep' as const),
      bin: fc.nat(3),
      as: kept as fc.Arbitrary<'good'>,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.constantFrom(0, 5, 50, 900, 5_000, 70_000),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('take-back', 'heal', 'restart', 'cut', 'plug-in', 'restore', 'others'),
      which: fc.nat(20),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.oneof(
      fc.record({
        do: fc.constant('slow' as const),
        // The longest reaches the server when nobody waits for its answer any more.
        pushMs: fc.constantFrom(0, 0, 20, 500, 35_000, 70_000),
        pullMs: fc.constantFrom(0, 10, 300),
      }),
      fc.record({ do: fc.constant('lose' as const), answers: fc.nat(3) }),
      fc.record({ do: fc.constant('fail' as const), failure: fc.constantFrom(...failures) }),
      fc.record({
        do: fc.constant('pokes' as const),
        manner: fc.constantFrom<PokeManner>('with-changes', 'bare', 'lost', 'twice'),
      }),
      fc.record({ do: fc.constant('disk' as const), isFull: fc.boolean() }),
    ),
  },
)
const story = fc.array(anyStep, { maxLength: 60, size: 'max' })

async function tell(steps: readonly Step[], seed: number) {
  const world = sendingWorld()
  const { clock, server, upstream, outbox } = world
  const { ledger } = upstream
  const names: string[] = []
  const random = seededRandom(seed)
  const start = () => {
    const station = sendingStation({ world, random })
    return { station, connection: station.link() }
  }
  let { station, connection } = start()
  const end = (): void => {
    connection.tell({ kind: 'stopped' })
    station.dispatcher.stop()
  }
  const problems: string[] = []
  /** Once, at every moment. */
  const look = (): void => {
    for (const { shown, meant } of [...station.screens.splice(0), station.screen()]) {
      for (const [row, count] of meant)
        if (shown.get(row) !== count) problems.push(`shown ${shown.get(row)}, meant ${count}`)
    }
  }

  async function perform(step: Step): Promise<void> {
    switch (step.do) {
      case 'keep': {
        if (outbox.refuses) return
        const name = `w${names.length}`
        names.push(name)
        if (step.as === 'refused') ledger.refuses.add(mutation(name))
        if (step.as === 'poison') ledger.poison.set(mutation(name), refusal)
        if (step.as === 'crash') ledger.poison.set(mutation(name), crash)
        return station.keep(received(name, `B-${step.bin}`))
      }
      case 'take-back': {
        const name = names[step.which % Math.max(1, names.length)]
        if (name !== undefined && !outbox.refuses) station.takeBack(name)
        return
      }
      case 'heal':
        for (const [poisoned, failure] of ledger.poison) if (failure === crash) ledger.poison.delete(poisoned)
        return
      case 'restart':
        outbox.refuses = null
        end()
        ;({ station, connection } = start())
        return
      case 'cut':
        upstream.failure = noAnswer
        return upstream.cutFeeds()
      case 'plug-in':
        upstream.failure = null
        return connection.tell({ kind: 'nudged', by: 'network-up' })
      // A server is down while it is restored, for longer than any push is on its way.
      case 'restore':
        await perform({ do: 'cut', which: 0 })
        server.restore(northScope)
        await clock.advance(75_000)
        return perform({ do: 'plug-in', which: 0 })
      case 'others':
        return server.changeProducts(step.which % 2 ? siteScope : northScope, [id(`p${step.which}`)], 'Jug')
      case 'slow':
        upstream.pushDelayMs = step.pushMs
        upstream.pullDelayMs = step.pullMs
        return
      case 'lose':
        upstream.pushAnswersToLose = step.answers
        return
      case 'fail':
        upstream.pushFailure = step.failure
        return
      case 'pokes':
        server.pokes = step.manner
        return
      case 'disk':
        outbox.refuses = step.isFull ? 'disk-full' : null
        return
      case 'wait':
        return clock.advance(step.ms)
    }
  }

  for (const step of steps) {
    await perform(step)
    await clock.settle()
    look()
  }
  const healthy: Step[] = [
    { do: 'disk', isFull: false },
    { do: 'heal', which: 0 },
    { do: 'slow', pushMs: 10, pullMs: 10 },
    { do: 'lose', answers: 0 },
    { do: 'fail', failure: null },
    { do: 'pokes', manner: 'with-changes' },
    { do: 'plug-in', which: 0 },
  ]
  for (const step of healthy) await perform(step)
  await clock.advance(5 * 60_000)
  look()
  // What a disk refused to note is noted at the next start at the latest.
  await perform({ do: 'restart', which: 0 })
  look()
  end()
  return { ...world, names, problems, station }
}

test('[O2][O3][O4] in every story each command ends done once or refused, in the order of its lane, and is on screen once', async () => {
  await fc.assert(
    fc.asyncProperty(story, fc.nat(), async (steps, seed) => {
      const { outbox, upstream, mirror, names, station, problems } = await tell(steps, seed)
      expect(problems).toEqual([])
      const { done, refuses, poison } = upstream.ledger
      expect(new Set(done).size).toBe(done.length)
      const states = outbox.entries().map((entry) => [entry.id, entry.state])
      const fate = (name: string): string => {
        if (station.state(name) === 'taken-back') return 'taken-back'
        if (refuses.has(mutation(name))) return 'refused'
        return poison.has(mutation(name)) ? 'refused' : 'settled'
      }
      expect(states).toEqual(names.map((name) => [mutation(name), fate(name)]))
      expect([...done].sort()).toEqual(
        names
          .filter((name) => fate(name) === 'settled')
          .map(mutation)
          .sort(),
      )
      expect(mirror.drawn()).toEqual([])

      const laneOf = new Map(outbox.entries().map((entry) => [entry.id, entry.lanes[0]]))
      const order = new Map(outbox.entries().map((entry) => [entry.id, entry.no]))
      for (const lane of new Set(laneOf.values())) {
        const numbers = done.filter((each) => laneOf.get(each) === lane).map((each) => order.get(each) ?? 0)
        expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
      }
    }),
    { numRuns: Number(process.env['STORIES'] ?? 300) },
  )
})

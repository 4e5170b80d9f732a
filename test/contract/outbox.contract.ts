import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Outbox } from '#engine/outbox/outbox.ts'
import { manualClock, type ManualClock } from '#test/harness/manual-clock.ts'
import { applied, mutation, refused, trouble, work } from '#test/harness/outbox-data.ts'

export interface OutboxWorld {
  /** Opens it, or opens it again: what it held, it holds. */
  open(): Outbox
  remove(): void
}

/** What every outbox must do, be it on disk or a stand-in for tests. */
export function outboxContract(name: string, makeWorld: (clock: ManualClock) => OutboxWorld): void {
  describe(`outbox: ${name}`, () => {
    let clock: ManualClock
    let world: OutboxWorld
    let outbox: Outbox

    beforeEach(() => {
      clock = manualClock()
      world = makeWorld(clock)
      outbox = world.open()
    })
    afterEach(() => {
      outbox.close()
      world.remove()
    })

    const reopen = (): void => {
      outbox.close()
      outbox = world.open()
    }
    const keep = (...names: string[]) => names.map((each) => outbox.keep(work(each)).entry)
    const send = (...names: string[]): void => outbox.sending(names.map(mutation))
    const stateOf = (each: string) => outbox.get(mutation(each))?.state
    const unsent = () => outbox.unsent().map(({ id }) => id)
    const unsettled = () => outbox.unsettled().map(({ id }) => id)
    const listed = (filter: Parameters<Outbox['page']>[0]) =>
      outbox.page(filter, 0, 100).rows.map(({ id }) => id)
    /** Refused and on the desk. */
    const refuse = (...names: string[]): void => {
      keep(...names)
      send(...names)
      outbox.answered(names.map(refused))
    }

    test('an empty one has nothing to say', () => {
      expect(outbox.unsent()).toEqual([])
      expect(outbox.unsettled()).toEqual([])
      expect(outbox.page('all', 0, 10)).toEqual({ total: 0, rows: [] })
      expect(outbox.counts()).toEqual({ unsent: 0, oldestUnsentAt: null, refused: 0 })
      expect(outbox.get(mutation('a'))).toBeNull()
    })

    test('[O1] a kept command is there as it was given, also after opening again', () => {
      const doubt = { level: 'warn', code: 'insufficient_stock', facts: { on_hand: 1 } } as const
      const { entry, isNew } = outbox.keep(work('a', { doubt }))
      expect(isNew).toBe(true)
      expect(entry).toEqual({
        ...work('a', { doubt }),
        no: entry.no,
        id: mutation('a'),
        state: 'queued',
        keptAt: clock.now(),
        trouble: null,
        attempts: 0,
        notBefore: null,
        outcome: null,
        assigned: null,
        undoneBy: null,
        amendedBy: null,
        history: [{ at: clock.now(), event: 'queued', note: null }],
      })
      reopen()
      expect(outbox.get(mutation('a'))).toEqual(entry)
      expect(outbox.unsent()).toEqual([entry])
    })

    test('[O1] the same mutation id again gets the entry it has, as it is now, and its first command stands', () => {
      keep('a')
      send('a')
      const again = outbox.keep({ ...work('a'), effects: [] })
      expect(again).toEqual({ entry: outbox.get(mutation('a')), isNew: false })
      expect(again.entry).toMatchObject({ state: 'sending', effects: work('a').effects })
      expect(outbox.page('all', 0, 10).total).toBe(1)
      outbox.answered([applied('a')])
      outbox.settled([mutation('a')])
      reopen()
      expect(outbox.keep(work('a'))).toMatchObject({ isNew: false, entry: { state: 'settled' } })
    })

    test('numbers follow the order of keeping and are never given twice', async () => {
      const [a, b] = keep('a', 'b')
      expect(b!.no).toBeGreaterThan(a!.no)
      outbox.takeBack(mutation('b'))
      reopen()
      await clock.advance(1_000)
      const [c] = keep('c')
      expect(c!.no).toBeGreaterThan(b!.no)
      expect(unsent()).toEqual([mutation('a'), mutation('c')])
    })

    test('the way of a command that the server takes', async () => {
      keep('a')
      await clock.advance(1_000)
      send('a')
      expect(outbox.get(mutation('a'))).toMatchObject({ state: 'sending', attempts: 1 })
      await clock.advance(1_000)
      outbox.answered([applied('a', 7)])
      expect(outbox.get(mutation('a'))).toMatchObject({ state: 'applied', outcome: applied('a', 7) })
      expect(unsent()).toEqual([])
      expect(unsettled()).toEqual([mutation('a')])
      reopen()
      expect(unsettled()).toEqual([mutation('a')])
      outbox.settled([mutation('a')])
      expect(unsettled()).toEqual([])
      expect(outbox.get(mutation('a'))?.history.map(({ event }) => event)).toEqual([
        'queued',
        'sending',
        'applied',
        'settled',
      ])
      reopen()
      expect(stateOf('a')).toBe('settled')
      expect(unsettled()).toEqual([])
    })

    test('[O2] what is being sent when the process ends is unsure afterwards, not queued', () => {
      keep('a', 'b')
      send('a')
      reopen()
      expect(outbox.unsent().map(({ state }) => state)).toEqual(['sending', 'queued'])
    })

    test('without an answer, unsure commands stay with the server, those that surely did not arrive are queued', () => {
      keep('a', 'b', 'c')
      send('a', 'b')
      outbox.unanswered([mutation('a')], 'unsure', trouble({ nextAt: null }))
      outbox.unanswered([mutation('b'), mutation('c')], 'surely-not', trouble({ nextAt: 9_000 }))
      reopen()
      expect(outbox.get(mutation('a'))).toMatchObject({
        ...{ state: 'sending', notBefore: null, trouble: trouble({ nextAt: null }) },
      })
      expect(outbox.get(mutation('b'))).toMatchObject({
        ...{ state: 'queued', notBefore: 9_000, attempts: 1, trouble: trouble({ nextAt: 9_000 }) },
      })
      expect(outbox.get(mutation('c'))).toMatchObject({ state: 'queued', trouble: null })
      send('a', 'b')
      expect(outbox.get(mutation('a'))).toMatchObject({ state: 'sending', attempts: 2 })
      expect(outbox.get(mutation('b'))).toMatchObject({ state: 'sending', attempts: 2, notBefore: null })
      outbox.answered([applied('a'), applied('b')])
      expect(outbox.get(mutation('a'))).toMatchObject({ trouble: null, notBefore: null })
    })

    test('an outcome of a command that is not being sent changes nothing', () => {
      keep('a', 'b')
      send('b')
      outbox.answered([applied('b')])
      const before = [outbox.get(mutation('a')), outbox.get(mutation('b'))]
      outbox.answered([applied('a'), refused('b'), applied('never heard of')])
      expect([outbox.get(mutation('a')), outbox.get(mutation('b'))]).toEqual(before)
    })

    test('what the rows show is only settled once the server has taken it', () => {
      keep('a', 'b')
      send('b')
      refuse('c')
      outbox.settled([mutation('a'), mutation('b'), mutation('c'), mutation('never heard of')])
      expect(['a', 'b', 'c'].map(stateOf)).toEqual(['queued', 'sending', 'refused'])
    })

    test('what was never sent can be taken back, anything else cannot', () => {
      keep('a', 'b', 'c')
      send('b', 'c')
      outbox.unanswered([mutation('c')], 'surely-not', trouble())
      expect(outbox.takeBack(mutation('a'))).toBe(true)
      expect(outbox.takeBack(mutation('a'))).toBe(false)
      expect(outbox.takeBack(mutation('b'))).toBe(false)
      expect(outbox.takeBack(mutation('c'))).toBe(false)
      expect(outbox.takeBack(mutation('never heard of'))).toBe(false)
      reopen()
      expect(['a', 'b', 'c'].map(stateOf)).toEqual(['taken-back', 'sending', 'queued'])
      expect(unsent()).toEqual([mutation('b'), mutation('c')])
      send('a')
      expect(stateOf('a')).toBe('taken-back')
    })

    test('which command undoes it is noted, whatever became of it', () => {
      keep('a')
      outbox.undone(mutation('a'), mutation('undo of a'))
      reopen()
      expect(outbox.get(mutation('a'))).toMatchObject({ state: 'queued', undoneBy: mutation('undo of a') })
    })

    test('[O3] refused commands stay on the desk until a person ends them', () => {
      refuse('a', 'b', 'c')
      reopen()
      expect(outbox.counts()).toMatchObject({ unsent: 0, refused: 3 })
      expect(listed('refused')).toEqual(['c', 'b', 'a'].map(mutation))
      expect(outbox.get(mutation('a'))?.outcome).toEqual(refused('a'))
      expect(outbox.amended(mutation('a'), mutation('a, better'))).toBe(true)
      expect(outbox.discard(mutation('b'), 'The pallet was never there.')).toBe(true)
      expect(outbox.assign(mutation('c'), 'Please look at bin A-1.')).toBe(true)
      reopen()
      expect(listed('refused')).toEqual([mutation('c')])
      expect(outbox.counts().refused).toBe(1)
      expect(outbox.get(mutation('a'))).toMatchObject({
        ...{ state: 'amended', amendedBy: mutation('a, better') },
      })
      expect(outbox.get(mutation('b'))?.history.at(-1)).toEqual({
        ...{ at: clock.now(), event: 'discarded', note: 'The pallet was never there.' },
      })
      expect(outbox.get(mutation('c'))).toMatchObject({
        ...{ state: 'refused', assigned: { note: 'Please look at bin A-1.', at: clock.now() } },
      })
    })

    test('[O3] the desk is for refused commands alone', () => {
      keep('a')
      refuse('b')
      outbox.discard(mutation('b'), 'No.')
      for (const each of ['a', 'b', 'never heard of']) {
        expect(outbox.amended(mutation(each), mutation('x'))).toBe(false)
        expect(outbox.discard(mutation(each), 'Why not.')).toBe(false)
        expect(outbox.assign(mutation(each), 'Please.')).toBe(false)
      }
      expect(['a', 'b'].map(stateOf)).toEqual(['queued', 'discarded'])
    })

    test('unsent and unsettled work comes in the order it was kept, whatever happened to it in between', () => {
      keep('a', 'b', 'c', 'd')
      send('c', 'a')
      outbox.answered([applied('c')])
      outbox.unanswered([mutation('a')], 'surely-not', trouble())
      for (let time = 0; time < 2; time++) {
        expect(unsent()).toEqual(['a', 'b', 'd'].map(mutation))
        expect(unsettled()).toEqual(['a', 'b', 'c', 'd'].map(mutation))
        reopen()
      }
    })

    test('a list handed out is not changed by what happens later', () => {
      keep('a')
      const before = outbox.unsent()
      keep('b')
      send('a')
      expect(before).toHaveLength(1)
      expect(before[0]).toMatchObject({ state: 'queued', attempts: 0 })
    })

    test('pages are newest first, with the total of their filter', () => {
      keep('a', 'b', 'c', 'd', 'e')
      send('b', 'c', 'd')
      outbox.answered([applied('b'), refused('c'), refused('d')])
      for (let time = 0; time < 2; time++) {
        expect(listed('all')).toEqual(['e', 'd', 'c', 'b', 'a'].map(mutation))
        expect(listed('unsent')).toEqual(['e', 'a'].map(mutation))
        expect(listed('refused')).toEqual(['d', 'c'].map(mutation))
        const page = outbox.page('all', 1, 2)
        expect(page.total).toBe(5)
        expect(page.rows.map(({ id }) => id)).toEqual(['d', 'c'].map(mutation))
        expect(page.rows[0]).toEqual(outbox.get(mutation('d')))
        expect(outbox.page('unsent', 1, 5).rows.map(({ id }) => id)).toEqual([mutation('a')])
        expect(outbox.page('refused', 7, 5)).toEqual({ total: 2, rows: [] })
        reopen()
      }
    })

    test('counts say how much is unsent and since when', async () => {
      keep('a')
      const first = clock.now()
      await clock.advance(60_000)
      keep('b')
      expect(outbox.counts()).toEqual({ unsent: 2, oldestUnsentAt: first, refused: 0 })
      send('a')
      reopen()
      expect(outbox.counts()).toEqual({ unsent: 2, oldestUnsentAt: first, refused: 0 })
      outbox.answered([applied('a')])
      expect(outbox.counts()).toEqual({ unsent: 1, oldestUnsentAt: first + 60_000, refused: 0 })
    })

    test('days of retries do not make an entry grow', () => {
      keep('a')
      for (let n = 0; n < 100; n++) {
        send('a')
        outbox.unanswered([mutation('a')], 'surely-not', trouble())
      }
      const { attempts, history } = outbox.get(mutation('a'))!
      expect(attempts).toBe(100)
      expect(history.length).toBeLessThanOrEqual(50)
      expect(history[0]?.event).toBe('queued')
      expect(history.at(-1)).toEqual({ at: clock.now(), event: 'queued', note: 'no-answer' })
    })
  })
}

import { afterEach, beforeEach, expect, test } from 'vitest'
import { must } from '#shared/lib/must.ts'
import type { WorkFilter } from '#shared/protocol/work.ts'
import { fakeOutbox } from '#test/harness/fake-outbox.ts'
import { manualClock } from '#test/harness/manual-clock.ts'
import { failingDisk, type FailingDisk } from '#test/harness/outbox-disks.ts'
import { applied, mutation, outboxFolder, refused, trouble, work } from '#test/harness/outbox-data.ts'
import { seededRandom } from '#test/harness/seeded-random.ts'
import { OutboxError, type Entry, type Outbox } from './outbox.ts'

/* Random work on an outbox whose disk fails and whose journal is rewritten again and again, beside one in memory. */

const SEED = Number(process.env['SEED'] ?? 4_711)
const RUNS = 6
const STEPS = 400

let folder: ReturnType<typeof outboxFolder>

beforeEach(() => (folder = outboxFolder()))
afterEach(() => folder.remove())

const withoutNo = ({ no: _no, ...entry }: Entry): Omit<Entry, 'no'> => entry
const listed = (outbox: Outbox, filter: WorkFilter) => {
  const { total, rows } = outbox.page(filter, 0, 10_000)
  return { total, rows: rows.map(withoutNo) }
}
const shown = (outbox: Outbox) => ({
  counts: outbox.counts(),
  unsent: outbox.unsent().map(withoutNo),
  unsettled: outbox.unsettled().map(withoutNo),
  all: listed(outbox, 'all'),
  unsentPage: listed(outbox, 'unsent'),
  desk: listed(outbox, 'refused'),
})

for (let run = 0; run < RUNS; run++) {
  const seed = SEED + run
  test(`[O1] whatever is done, and wherever the disk fails, it is as if it had been done in memory, seed ${seed}`, () => {
    const random = seededRandom(seed)
    const clock = manualClock()
    folder.remove()
    folder = outboxFolder(clock)
    const failing: FailingDisk = failingDisk()
    const model = fakeOutbox(clock)
    const open = () => folder.open({ disk: failing.disk, journalLimitBytes: 12_000 })
    let { outbox } = open()
    let names = 0

    const below = (n: number): number => Math.floor(random() * n)
    const some = (): string[] => Array.from({ length: 1 + below(4) }, () => `w${below(names + 1)}`)
    const one = () => mutation(some()[0] ?? '')
    const step = (): ((on: Outbox) => unknown) => {
      const picked = some()
      const ids = picked.map(mutation)
      const id = one()
      const kinds: ((on: Outbox) => unknown)[] = [
        (on) => on.sending(ids),
        (on) => on.sending(ids),
        (on) => on.answered(picked.map((name, i) => (i % 2 === seed % 2 ? applied(name) : refused(name)))),
        (on) => on.unanswered(ids, 'unsure', trouble()),
        (on) => on.unanswered(ids, 'surely-not', trouble({ because: 'server-error' })),
        (on) => on.settled(ids),
        (on) => on.takeBack(id),
        (on) => on.undone(id, mutation('undo')),
        (on) => on.amended(id, mutation('amended')),
        (on) => on.discard(id, 'No.'),
        (on) => on.assign(id, 'Please.'),
      ]
      if (random() < 0.5) return must(kinds[below(kinds.length)], 'a kind')
      const name = `w${random() < 0.1 ? below(names + 1) : ++names}`
      return (on) => on.keep(work(name)).isNew
    }

    for (let n = 0; n < STEPS; n++) {
      const change = step()
      if (random() < 0.2) failing.failAt(1 + below(8), { code: 'ENOSPC', once: random() < 0.5 })
      let answer: unknown
      let isRefused = false
      try {
        answer = change(outbox)
      } catch (error) {
        if (!(error instanceof OutboxError)) throw error
        isRefused = true
      }
      failing.failAt(null)
      if (!isRefused) expect(answer).toEqual(change(model))
      if (random() < 0.05) {
        // What failed is put right with the next line at the latest; a clean end comes after it.
        outbox.keep(work(`w${++names}`))
        model.keep(work(`w${names}`))
        outbox.close()
        const again = open()
        expect(again.recovered).toEqual({ rebuilt: false, restored: 0, badLines: 0, aside: [] })
        outbox = again.outbox
      }
      if (n % 20 === 0) expect(shown(outbox)).toEqual(shown(model))
    }
    outbox.keep(work('last'))
    model.keep(work('last'))
    expect(shown(outbox)).toEqual(shown(model))
    outbox.close()
    folder.loseDatabase()
    const { outbox: rebuilt, recovered } = open()
    expect(recovered).toMatchObject({ rebuilt: true, badLines: 0 })
    const { all: _all, ...rest } = shown(model)
    expect(shown(rebuilt)).toMatchObject(rest)
    const discarded = (on: Outbox) =>
      on.page('all', 0, 10_000).rows.filter(({ state }) => state === 'discarded')
    expect(discarded(rebuilt).map(withoutNo)).toEqual(discarded(model).map(withoutNo))
  })
}

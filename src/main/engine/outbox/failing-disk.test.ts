import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { failingDisk, type FailingDisk } from '#test/harness/outbox-disks.ts'
import { applied, mutation, outboxFolder, refused, trouble, work } from '#test/harness/outbox-data.ts'
import { OutboxError, type Entry, type Outbox, type OutboxProblem } from './outbox.ts'

/* Every change, on a disk that fails at each of its steps. */

let folder: ReturnType<typeof outboxFolder>
let failing: FailingDisk

beforeEach(() => {
  folder = outboxFolder()
  failing = failingDisk()
})
afterEach(() => folder.remove())

const open = (more = {}): Outbox => folder.open({ disk: failing.disk, ...more }).outbox

const problemOf = (work: () => unknown): OutboxProblem | null => {
  try {
    work()
    return null
  } catch (error) {
    if (error instanceof OutboxError) return error.problem
    throw error
  }
}

const all = (outbox: Outbox): Entry[] => outbox.page('all', 0, 100).rows

/** One queued, one being sent, one applied, one refused. */
function prepare(outbox: Outbox): void {
  for (const name of ['queued', 'sending', 'applied', 'refused']) outbox.keep(work(name))
  outbox.sending(['sending', 'applied', 'refused'].map(mutation))
  outbox.answered([applied('applied'), refused('refused')])
}

const changes: [what: string, change: (outbox: Outbox) => unknown, of: string][] = [
  ['keep', (outbox) => outbox.keep(work('new')), 'new'],
  ['sending', (outbox) => outbox.sending([mutation('queued')]), 'queued'],
  ['answered', (outbox) => outbox.answered([applied('sending')]), 'sending'],
  ['unanswered', (outbox) => outbox.unanswered([mutation('sending')], 'surely-not', trouble()), 'sending'],
  ['settled', (outbox) => outbox.settled([mutation('applied')]), 'applied'],
  ['takeBack', (outbox) => outbox.takeBack(mutation('queued')), 'queued'],
  ['undone', (outbox) => outbox.undone(mutation('queued'), mutation('x')), 'queued'],
  ['amended', (outbox) => outbox.amended(mutation('refused'), mutation('x')), 'refused'],
  ['discard', (outbox) => outbox.discard(mutation('refused'), 'No.'), 'refused'],
  ['assign', (outbox) => outbox.assign(mutation('refused'), 'Please.'), 'refused'],
]

const failures: [how: string, code: string, once: boolean, problem: OutboxProblem][] = [
  ['full from then on', 'ENOSPC', false, 'disk-full'],
  ['full for a moment', 'ENOSPC', true, 'disk-full'],
  ['read-only from then on', 'EROFS', false, 'read-only'],
  ['failing from then on', 'EIO', false, 'io-error'],
  ['failing once', 'EIO', true, 'io-error'],
]

describe.each(changes)('[O1] %s', (_what, change, of) => {
  test.each(failures)(
    'on a disk that is %s: all of it or nothing, and again when the disk does',
    (...failure) => {
      const [, code, once, problem] = failure
      let outbox = open()
      prepare(outbox)
      const before = all(outbox)
      const counts = outbox.counts()
      failing.failAt(null)
      change(outbox)
      const steps = [...failing.steps]
      const after = all(outbox)
      expect(after).not.toEqual(before)
      expect(steps).toEqual(['write journal', 'sync journal', 'begin', 'commit'])

      for (let n = 1; n <= steps.length; n++) {
        outbox.close()
        folder.remove()
        folder = outboxFolder(folder.clock)
        failing.failAt(null)
        outbox = open()
        prepare(outbox)

        failing.failAt(n, { code, once })
        expect(problemOf(() => change(outbox))).toBe(problem)
        expect(all(outbox)).toEqual(before)
        expect(outbox.counts()).toEqual(counts)
        if (!once) expect(problemOf(() => change(outbox))).toBe(problem)

        failing.failAt(null)
        change(outbox)
        const now = all(outbox)
        expect(now.map(withoutNo)).toEqual(after.map(withoutNo))
        outbox.close()
        const again = folder.open()
        expect(again.recovered).toMatchObject({ rebuilt: false, restored: 0, badLines: 0 })
        expect(all(again.outbox)).toEqual(now)
        expect(again.outbox.get(mutation(of))).not.toBeNull()
        outbox = again.outbox
      }
    },
  )

  test('a process that ends when it could not even say that it failed: nothing is lost, nothing half-done', () => {
    let outbox = open()
    prepare(outbox)
    const before = all(outbox)
    change(outbox)
    const after = all(outbox)
    for (let n = 1; n <= 4; n++) {
      outbox.close()
      folder.remove()
      folder = outboxFolder(folder.clock)
      failing.failAt(null)
      outbox = open()
      prepare(outbox)
      failing.failAt(n)
      expect(problemOf(() => change(outbox))).toBe('io-error')
      outbox.close()
      failing.failAt(null)
      outbox = open()
      // Half a line is none; a whole one was on disk, and is believed.
      expect(all(outbox).map(withoutNo)).toEqual((n === 1 ? before : after).map(withoutNo))
    }
  })
})

const withoutNo = ({ no: _no, ...entry }: Entry): Omit<Entry, 'no'> => entry

test('[O1] what was said not to be kept is not kept, also when its commit is found in the file after all', () => {
  let outbox = open()
  prepare(outbox)
  const before = all(outbox)
  failing.failAt(3, { once: true })
  expect(problemOf(() => outbox.keep(work('new')))).toBe('io-error')
  outbox.close()
  // The commit that failed, as it would have been: line 7 of the journal, whose line 8 says that it is void.
  const other = outboxFolder(folder.clock)
  const twin = other.open().outbox
  prepare(twin)
  const { entry } = twin.keep(work('new'))
  twin.close()
  other.remove()
  folder.tables((store) => store.write([entry], 7, entry.no))
  outbox = open()
  expect(all(outbox)).toEqual(before)
  expect(outbox.get(mutation('new'))).toBeNull()
  expect(outbox.keep(work('new')).isNew).toBe(true)
})

describe('opening on a disk that fails', () => {
  test('says what it is, and opens with everything when the disk does again', () => {
    let outbox = open()
    prepare(outbox)
    const before = all(outbox)
    outbox.close()
    failing.failAt(null)
    open().close()
    const steps = failing.steps.length
    expect(steps).toBeGreaterThan(0)
    for (let n = 1; n <= steps; n++) {
      failing.failAt(n, { code: 'ENOSPC' })
      const problem = problemOf(() => {
        outbox = open()
        outbox.close()
      })
      expect([problem, failing.steps.at(-1)]).toEqual(['disk-full', failing.steps.at(-1)])
      failing.failAt(null)
      outbox = open()
      expect(all(outbox)).toEqual(before)
      outbox.close()
    }
  })

  test('a new one is whole or not there', () => {
    const first = failingDisk()
    folder.open({ disk: first.disk }).outbox.close()
    for (let n = 1; n <= first.steps.length; n++) {
      folder.remove()
      folder = outboxFolder(folder.clock)
      failing.failAt(n, { code: 'ENOSPC' })
      const problem = problemOf(() => open().close())
      // The folder's names are synced before the first line, at the latest.
      expect([first.steps[n - 1], problem]).toEqual([
        first.steps[n - 1],
        first.steps[n - 1] === 'sync folder' ? null : 'disk-full',
      ])
      failing.failAt(null)
      const outbox = open()
      outbox.keep(work('a'))
      outbox.close()
      const again = folder.open()
      expect(again.recovered).toMatchObject({ badLines: 0, restored: 0 })
      expect(again.outbox.unsent()).toHaveLength(1)
      again.outbox.close()
    }
  })
})

describe('a journal that has grown is rewritten', () => {
  const limit = { journalLimitBytes: 4_000 }

  /** Retries that make the journal longer than its limit with the next. */
  function grow(outbox: Outbox): void {
    for (let n = 0; n < 4; n++) {
      outbox.sending([mutation('sending')])
      outbox.unanswered([mutation('sending')], 'unsure', trouble())
    }
  }

  test('[O3] without what is over; what is unsettled, refused or discarded stays in it', () => {
    const outbox = open(limit)
    prepare(outbox)
    outbox.keep(work('over'))
    outbox.sending([mutation('over')])
    outbox.answered([applied('over')])
    outbox.settled([mutation('over')])
    outbox.keep(work('discarded'))
    outbox.sending([mutation('discarded')])
    outbox.answered([refused('discarded')])
    outbox.discard(mutation('discarded'), 'It was never there.')
    for (let n = 0; n < 20; n++) grow(outbox)
    expect(folder.journalBytes()).toBeLessThan(20_000)
    const before = all(outbox)
    outbox.close()
    expect(folder.readJournal().lines.some((line) => JSON.stringify(line).includes(mutation('over')))).toBe(
      false,
    )
    folder.loseDatabase()
    const again = folder.open()
    expect(again.recovered).toMatchObject({ rebuilt: true, restored: 5, badLines: 0 })
    expect(all(again.outbox)).toEqual(before.filter(({ id }) => id !== mutation('over')))
    // Its number is not given again, though nothing is left of it.
    expect(again.outbox.keep(work('new')).entry.no).toBeGreaterThan(Math.max(...before.map(({ no }) => no)))
  })

  test.each(['create', 'write new journal', 'sync new journal', 'rename', 'sync folder'])(
    'when the disk fails at "%s", the old one goes on, and nothing is lost',
    (failsAt) => {
      const outbox = open(limit)
      prepare(outbox)
      let failed = false
      for (let n = 0; n < 60 && !failed; n++) {
        failing.failAt(null)
        outbox.sending([mutation('sending')])
        const at = failing.steps.indexOf(failsAt)
        if (at === -1) continue
        // The same again from files of their own, with a disk that fails there.
        failed = true
        folder.remove()
        folder = outboxFolder(folder.clock)
        const second = open(limit)
        prepare(second)
        for (let m = 0; m < n; m++) second.sending([mutation('sending')])
        failing.failAt(at + 1, { code: 'ENOSPC' })
        second.sending([mutation('sending')])
        expect(failing.steps).toContain(failsAt)
        const attempts = n + 2
        expect(second.get(mutation('sending'))).toMatchObject({ attempts })
        expect(problemOf(() => second.sending([mutation('sending')]))).toBe('disk-full')
        failing.failAt(null)
        second.sending([mutation('sending')])
        const before = all(second)
        second.close()
        const again = folder.open()
        expect(again.recovered).toMatchObject({ rebuilt: false, restored: 0, badLines: 0 })
        expect(all(again.outbox)).toEqual(before)
        again.outbox.close()
        folder.loseDatabase()
        expect(all(folder.open().outbox)).toEqual(before)
      }
      expect(failed).toBe(true)
    },
  )
})

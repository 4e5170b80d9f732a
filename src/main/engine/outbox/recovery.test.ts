import {
  copyFileSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { must } from '#shared/lib/must.ts'
import { owner } from '#test/harness/mirror-data.ts'
import { quickDisk } from '#test/harness/outbox-disks.ts'
import { applied, mutation, outboxFolder, refused, trouble, work } from '#test/harness/outbox-data.ts'
import { replay } from './journal-lines.ts'
import type { Entry, Outbox } from './outbox.ts'
import { readJournal } from './read-journal.ts'

/* Files as power cuts, bad disks and clumsy hands leave them. */

let folder: ReturnType<typeof outboxFolder>

beforeEach(() => (folder = outboxFolder()))
afterEach(() => folder.remove())

const open = () => folder.open({ disk: quickDisk })
const all = (outbox: Outbox): Entry[] => outbox.page('all', 0, 1_000).rows

const unsettledNames = ['queued', 'sending', 'unsure', 'applied']

/** One entry in each state. */
function fill(outbox: Outbox): void {
  for (const name of [
    ...unsettledNames,
    'settled',
    'taken back',
    'refused',
    'assigned',
    'discarded',
    'amended',
  ]) {
    outbox.keep(work(name))
  }
  const sent = ['unsure', 'applied', 'settled', 'refused', 'assigned', 'discarded', 'amended']
  outbox.sending(sent.map(mutation))
  outbox.unanswered([mutation('unsure')], 'unsure', trouble())
  outbox.answered([
    applied('applied'),
    applied('settled'),
    ...['refused', 'assigned', 'discarded', 'amended'].map(refused),
  ])
  outbox.settled([mutation('settled')])
  outbox.takeBack(mutation('taken back'))
  outbox.assign(mutation('assigned'), 'Please look.')
  outbox.discard(mutation('discarded'), 'It was never there.')
  outbox.amended(mutation('amended'), mutation('better'))
  outbox.sending([mutation('sending')])
}

/** Closed, with one entry in each state. @returns them */
function makeFiles(): Entry[] {
  const { outbox } = open()
  fill(outbox)
  const entries = all(outbox)
  outbox.close()
  return entries
}

/** What is left of the two files, put back as they were. */
function saved(): () => void {
  const database = readFileSync(folder.file)
  const journal = readFileSync(folder.journal)
  return () => {
    for (const name of readdirSync(folder.directory)) {
      if (!name.endsWith('-lock')) rmSync(`${folder.directory}/${name}`)
    }
    writeFileSync(folder.file, database)
    writeFileSync(folder.journal, journal)
  }
}

const lineStarts = (bytes: Buffer): number[] => {
  const starts = [0]
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) starts.push(at + 1)
  return starts.filter((start) => start < bytes.length)
}

/** Where the last lines of the journal begin. */
const lastLines = (bytes: Buffer, count: number): number => must(lineStarts(bytes).at(-count), 'a line')

test('[O1] a line whose commit never came is believed, each kind of it', () => {
  const { outbox } = open()
  const restore = saved()
  fill(outbox)
  const entries = all(outbox)
  outbox.close()
  const journal = readFileSync(folder.journal)
  // Cut off behind each line, with the database as it was before all of them, and opened again to go on.
  for (const end of [...lineStarts(journal).slice(1), journal.length]) {
    restore()
    writeFileSync(folder.journal, journal.subarray(0, end))
    const told = replay(readJournal(quickDisk, folder.journal, owner).lines)
    const { outbox, recovered } = open()
    expect(recovered).toEqual({ rebuilt: false, restored: told.entries.size, badLines: 0, aside: [] })
    expect(all(outbox).reverse()).toEqual([...told.entries.values()])
    outbox.close()
    const again = open()
    expect(again.recovered.restored).toBe(0)
    expect(all(again.outbox).reverse()).toEqual([...told.entries.values()])
    again.outbox.close()
  }
  expect(all(open().outbox)).toEqual(entries)
})

test('[O1] a commit is brought forward by the lines that came after it', () => {
  const { outbox } = open()
  outbox.keep(work('a'))
  outbox.keep(work('b'))
  outbox.keep(work('c'))
  outbox.close()
  const database = readFileSync(folder.file)
  const later = open().outbox
  later.sending([mutation('a'), mutation('b')])
  later.unanswered([mutation('b')], 'surely-not', trouble())
  later.takeBack(mutation('c'))
  later.undone(mutation('a'), mutation('undo'))
  later.keep(work('d'))
  const entries = all(later)
  later.close()
  writeFileSync(folder.file, database)
  const { outbox: again, recovered } = open()
  expect(recovered).toEqual({ rebuilt: false, restored: 4, badLines: 0, aside: [] })
  expect(all(again)).toEqual(entries)
  expect(folder.log.events()).toContain('outbox.recovered')
})

describe('a journal cut at every byte of its last lines', () => {
  test('[O1] costs nothing while the database is good: it is put aside, and written anew', () => {
    const entries = makeFiles()
    const restore = saved()
    const journal = readFileSync(folder.journal)
    for (let cut = lastLines(journal, 4); cut < journal.length; cut++) {
      restore()
      truncateSync(folder.journal, cut)
      const { outbox, recovered } = open()
      expect(all(outbox)).toEqual(entries)
      // Only the end of its line is missing from the last one.
      expect(recovered.badLines > 0 || cut === journal.length - 1).toBe(true)
      expect(recovered).toMatchObject({ rebuilt: false, restored: 0 })
      expect(readFileSync(must(recovered.aside[0], 'a copy'))).toEqual(journal.subarray(0, cut))
      outbox.keep(work('later'))
      outbox.close()
      const told = folder.readJournal()
      expect(told.badLines).toBe(0)
      expect(replay(told.lines).entries.has(mutation('later'))).toBe(true)
    }
  })

  test('[O1] costs the cut line alone when there is no database', () => {
    makeFiles()
    const journal = readFileSync(folder.journal)
    const starts = lineStarts(journal)
    for (let cut = lastLines(journal, 4); cut < journal.length; cut++) {
      const whole = starts.filter((start) => start <= cut).at(-1) ?? 0
      const end = journal[cut] === 10 ? cut : whole
      const good = readLines(journal.subarray(0, end))
      const found = readLines(journal.subarray(0, cut))
      expect(found.lines).toEqual(good.lines)
      expect(found.badLines).toBe(cut > whole && end !== cut ? 1 : 0)
    }
  })
})

describe('a changed byte', () => {
  const flips = [0x01, 0x20, 0x80]

  test('[O1] anywhere in the last lines of the journal costs nothing while the database is good', () => {
    const entries = makeFiles()
    const restore = saved()
    const journal = readFileSync(folder.journal)
    for (let at = lastLines(journal, 3); at < journal.length; at++) {
      restore()
      const changed = Buffer.from(journal)
      changed[at] = must(changed[at], 'a byte') ^ must(flips[at % flips.length], 'a bit')
      writeFileSync(folder.journal, changed)
      const { outbox, recovered } = open()
      expect(all(outbox)).toEqual(entries)
      expect(recovered).toMatchObject({ rebuilt: false, restored: 0 })
      expect(recovered.badLines).toBeGreaterThan(0)
      expect(readFileSync(must(recovered.aside[0], 'a copy'))).toEqual(changed)
      outbox.close()
      expect(folder.readJournal().badLines).toBe(0)
    }
  })

  test('[O1] anywhere in the journal is seen, and costs at most the lines it is in', () => {
    makeFiles()
    const journal = readFileSync(folder.journal)
    const { lines } = readLines(journal)
    const seen = lines.map((line) => JSON.stringify(line))
    for (let at = 0; at < journal.length; at++) {
      const changed = Buffer.from(journal)
      changed[at] = must(changed[at], 'a byte') ^ must(flips[at % flips.length], 'a bit')
      const found = readLines(changed)
      expect(found.badLines + (found.endsWhole ? 0 : 1)).toBeGreaterThan(0)
      const left = found.lines.map((line) => JSON.stringify(line))
      expect(left.every((line) => seen.includes(line))).toBe(true)
      expect(left.length).toBeGreaterThanOrEqual(seen.length - 2)
    }
  })
})

const readLines = (bytes: Buffer) => readJournal({ ...quickDisk, read: () => bytes }, '', owner)

describe('the journal alone', () => {
  test('[O1] rebuilds a database that is gone', () => {
    const entries = makeFiles()
    folder.loseDatabase()
    const { outbox, recovered } = open()
    expect(recovered).toEqual({ rebuilt: true, restored: entries.length, badLines: 0, aside: [] })
    expect(all(outbox)).toEqual(entries)
    expect(outbox.unsettled().map(({ id }) => id)).toEqual(unsettledNames.map(mutation))
    outbox.close()
    expect(open().recovered).toMatchObject({ rebuilt: false, restored: 0 })
  })

  const damages: [what: string, damage: (file: string) => void][] = [
    ['without a byte', (file) => truncateSync(file, 0)],
    ['cut short', (file) => truncateSync(file, 5_000)],
    ['cut in half', (file) => truncateSync(file, Math.floor(statSync(file).size / 8192) * 4096)],
    ['full of zeros', (file) => writeFileSync(file, Buffer.alloc(8192))],
    ['full of something else', (file) => writeFileSync(file, 'PK not a database '.repeat(500))],
    ['with a changed byte in an entry', (file) => change(file, '"attempts":1', '"attempts":7')],
  ]
  test.each(damages)('[O1] rebuilds a database %s, which is put aside', (_what, damage) => {
    const entries = makeFiles()
    damage(folder.file)
    const damaged = readFileSync(folder.file)
    const { outbox, recovered } = open()
    expect(recovered).toMatchObject({ rebuilt: true, badLines: 0 })
    expect(readFileSync(must(recovered.aside[0], 'the file put aside'))).toEqual(damaged)
    expect(all(outbox)).toEqual(entries)
    expect(folder.log.events()).toContain('outbox.damaged')
    outbox.keep(work('later'))
    outbox.close()
    const again = open()
    expect(again.recovered).toMatchObject({ rebuilt: false, restored: 0, badLines: 0 })
    expect(all(again.outbox)).toHaveLength(entries.length + 1)
  })

  test('[O1] shows up an index that has silently lost an entry', () => {
    const entries = makeFiles()
    folder.tables(({ db }) => {
      db.unsafeMode()
      db.pragma('writable_schema = on')
      // From now on the index is empty where SQLite believes it is not.
      db.exec(
        `update sqlite_schema set sql = replace(sql, 'where state in', 'where state not in') where name = 'entries_live'`,
      )
      db.exec(
        `update sqlite_schema set rootpage = (select rootpage from sqlite_schema where name = 'entries_live') where name = 'entries_by_state'`,
      )
    })
    const { outbox, recovered } = open()
    expect(recovered.rebuilt).toBe(true)
    expect(all(outbox)).toEqual(entries)
  })
})

function change(file: string, from: string, to: string): void {
  const bytes = readFileSync(file)
  const at = bytes.indexOf(from)
  expect(at).toBeGreaterThan(0)
  bytes.write(to, at)
  writeFileSync(file, bytes)
}

describe('the database alone', () => {
  const damages: [what: string, damage: (file: string) => void, copied: boolean][] = [
    ['is gone', (file) => rmSync(file), false],
    ['is empty', (file) => truncateSync(file, 0), false],
    ['is full of zeros', (file) => writeFileSync(file, Buffer.alloc(4096)), true],
    ['has lost its beginning', (file) => writeFileSync(file, readFileSync(file).subarray(500)), true],
    [
      'has lost its last lines, at the end of one',
      (file) => truncateSync(file, lastLines(readFileSync(file), 3)),
      true,
    ],
    [
      'is somebody else’s',
      (file) => {
        const other = outboxFolder()
        fill(other.open({ owner: '00000000-0000-4000-8000-000000000000' as typeof owner }).outbox)
        const theirs = must(
          readdirSync(other.directory).find((name) => name.endsWith('.journal')),
          'a journal',
        )
        copyFileSync(`${other.directory}/${theirs}`, file)
        other.remove()
      },
      true,
    ],
  ]
  test.each(damages)('[O1] writes a journal anew that %s', (_what, damage, copied) => {
    const entries = makeFiles()
    damage(folder.journal)
    const left = copied ? readFileSync(folder.journal) : null
    const { outbox, recovered } = open()
    expect(recovered).toMatchObject({ rebuilt: false, restored: 0 })
    expect(recovered.badLines).toBeGreaterThan(0)
    expect(recovered.aside).toHaveLength(copied ? 1 : 0)
    if (left) expect(readFileSync(must(recovered.aside[0], 'a copy'))).toEqual(left)
    expect(all(outbox)).toEqual(entries)
    outbox.keep(work('later'))
    outbox.close()
    folder.loseDatabase()
    const again = open()
    expect(again.recovered).toMatchObject({ rebuilt: true, badLines: 0 })
    const notOver = entries.filter(({ state }) => !['settled', 'taken-back', 'amended'].includes(state))
    expect(all(again.outbox).slice(1)).toEqual(notOver)
  })
})

describe('both damaged', () => {
  test('[O1] what either can still tell is put together', () => {
    const { outbox } = open()
    for (let n = 0; n < 60; n++) outbox.keep(work(`w${n}`))
    outbox.close()
    const lines = lineStarts(readFileSync(folder.journal))
    const journal = readFileSync(folder.journal)
    // The journal has lost one line, the database half of its pages.
    journal.write('x', must(lines[5], 'a line') + 30)
    writeFileSync(folder.journal, journal)
    truncateSync(folder.file, Math.floor(statSync(folder.file).size / 8192) * 4096)
    const { outbox: again, recovered } = open()
    expect(recovered).toMatchObject({ rebuilt: true, badLines: 1 })
    expect(recovered.aside).toHaveLength(2)
    expect(again.unsent()).toHaveLength(60)
    expect(again.unsent().map(({ no }) => no)).toEqual([...Array(60).keys()].map((n) => n + 1))
  })

  test('[O1] what was taken back before the journal was written anew stays taken back, also when an old row says otherwise', () => {
    const { outbox } = open()
    outbox.keep(work('taken back'))
    outbox.keep(work('kept'))
    outbox.close()
    const old = readFileSync(folder.file)
    const later = open().outbox
    later.takeBack(mutation('taken back'))
    later.close()
    // A bad line has the journal written anew; what is over is left out of it.
    writeFileSync(folder.journal, Buffer.concat([readFileSync(folder.journal), Buffer.from('torn')]))
    const anew = open().outbox
    anew.keep(work('newest'))
    anew.close()
    // Then its last line is torn, and of the database an earlier state is all that can be read.
    truncateSync(folder.journal, statSync(folder.journal).size - 10)
    writeFileSync(folder.file, old)
    change(folder.file, 'CREATE TABLE meta', 'CREATE TABEL meta')
    const { outbox: again, recovered } = open()
    expect(recovered).toMatchObject({ rebuilt: true, badLines: 1 })
    expect(again.unsent().map(({ id }) => id)).toEqual([mutation('kept')])
  })
})

describe('damage that is met while the outbox is in use', () => {
  test('[O1] is healed from the journal, and the question answered', () => {
    const { outbox: before } = open()
    for (let n = 0; n < 300; n++) before.keep(work(`w${n}`))
    const sent = Array.from({ length: 200 }, (_, n) => `w${n}`)
    before.sending(sent.map(mutation))
    before.answered(sent.map((name) => applied(name)))
    before.settled(sent.map(mutation))
    const entries = all(before)
    before.close()
    // A settled one: nobody looks at it when the file is opened.
    change(folder.file, '"event":"settled"', '"event":"sending"')
    const { outbox, recovered } = open()
    expect(recovered.rebuilt).toBe(false)
    outbox.keep(work('meanwhile'))
    expect(all(outbox).slice(1)).toEqual(entries)
    expect(folder.log.events()).toContain('outbox.damaged')
    expect(outbox.unsent()).toHaveLength(101)
    outbox.close()
    const again = open()
    expect(again.recovered).toMatchObject({ rebuilt: false, restored: 0, badLines: 0 })
    expect(all(again.outbox).slice(1)).toEqual(entries)
  })
})

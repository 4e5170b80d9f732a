import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { UserId } from '#shared/domain/ids.ts'
import { id, owner } from '#test/harness/mirror-data.ts'
import { applied, mutation, outboxFolder, refused, work } from '#test/harness/outbox-data.ts'
import { withoutPrivileges } from '#test/harness/without-privileges.ts'
import { mirrorPath } from '../mirror/sqlite-mirror.ts'
import { writtenLine } from './journal-lines.ts'
import { OUTBOX_VERSION } from './migrations/index.ts'
import { OutboxError, type Outbox, type OutboxProblem } from './outbox.ts'
import { outboxPath } from './sqlite-outbox.ts'

let folder: ReturnType<typeof outboxFolder>

beforeEach(() => (folder = outboxFolder()))
afterEach(() => folder.remove())

const DAY_MS = 24 * 60 * 60_000

const problemOf = (work: () => unknown): OutboxProblem | null => {
  try {
    work()
    return null
  } catch (error) {
    if (error instanceof OutboxError) return error.problem
    throw error
  }
}

function makeFile(): void {
  const { outbox } = folder.open()
  outbox.keep(work('a'))
  outbox.close()
}

test('its files are named after the mirror’s, and taken for none', () => {
  const mirror = mirrorPath('/data', 'https://a.example', owner)
  const path = outboxPath('/data', 'https://A.example/', owner)
  expect(path).toBe(`${mirror}.outbox`)
  makeFile()
  const names = readdirSync(folder.directory)
  expect(names.length).toBeGreaterThan(1)
  expect(names.filter((name) => name.endsWith('.db'))).toEqual([])
})

test('[O1] two engines never have one outbox, other users’ are no hindrance', () => {
  const first = folder.open()
  expect(problemOf(() => folder.open())).toBe('in-use')
  const other = folder.open({ owner: id<UserId>('someone else') })
  other.outbox.keep(work('theirs'))
  expect(first.outbox.unsent()).toEqual([])
  first.outbox.close()
  expect(problemOf(() => folder.open())).toBeNull()
})

test('a new one has nothing to recover', () => {
  expect(folder.open().recovered).toEqual({ rebuilt: false, restored: 0, badLines: 0, aside: [] })
  expect(folder.log.events()).toEqual([])
})

test('one that its process ended while making it is a new one: it was never more than a name', () => {
  writeFileSync(folder.file, '')
  const { outbox, recovered } = folder.open()
  expect(recovered).toEqual({ rebuilt: false, restored: 0, badLines: 0, aside: [] })
  expect(folder.log.events()).toEqual([])
  outbox.keep(work('a'))
  outbox.close()
  expect(folder.open().outbox.unsent()).toHaveLength(1)
})

test('a closed one says so, and closing it twice does nothing', () => {
  const { outbox } = folder.open()
  outbox.close()
  outbox.close()
  expect(() => outbox.keep(work('a'))).toThrow('closed')
  expect(() => outbox.unsent()).toThrow('closed')
})

describe('what is from a newer version is refused and not a byte of it changed', () => {
  const files = (): Record<string, Buffer> =>
    Object.fromEntries(
      readdirSync(folder.directory).map((name) => [name, readFileSync(`${folder.directory}/${name}`)]),
    )

  test('a database', () => {
    makeFile()
    const db = new Database(folder.file)
    db.pragma(`user_version = ${OUTBOX_VERSION + 1}`)
    db.close()
    const before = files()
    expect(problemOf(() => folder.open())).toBe('from-newer-version')
    expect(files()).toEqual(before)
  })

  test('a journal', () => {
    makeFile()
    const head = { version: 2, owner, server: folder.options.serverUrl, lastNo: 9, entries: 0 }
    writeFileSync(folder.journal, `${writtenLine({ n: 9, e: 'begin', ...head })}something new\n`)
    const before = files()
    expect(problemOf(() => folder.open())).toBe('from-newer-version')
    expect(files()).toEqual(before)
    folder.loseDatabase()
    expect(problemOf(() => folder.open())).toBe('from-newer-version')
  })
})

test('another user’s database under this name is not believed', () => {
  makeFile()
  folder.tables(({ db }) => db.exec(`update meta set value = '${id('someone else')}' where key = 'owner'`))
  const { outbox, recovered } = folder.open()
  expect(recovered).toMatchObject({ rebuilt: true, restored: 1 })
  expect(outbox.unsent()).toHaveLength(1)
})

describe.skipIf(process.platform === 'win32')('where nothing can be written', () => {
  afterEach(() => chmodSync(folder.directory, 0o755))

  test('opening says so', () => {
    makeFile()
    for (const name of readdirSync(folder.directory)) chmodSync(`${folder.directory}/${name}`, 0o444)
    chmodSync(folder.directory, 0o555)
    withoutPrivileges(() => {
      expect(problemOf(() => folder.open())).toBe('read-only')
      expect(problemOf(() => folder.open({ directory: `${folder.directory}/sub` }))).toBe('read-only')
    })
    chmodSync(folder.directory, 0o755)
    expect(folder.open().outbox.unsent()).toHaveLength(1)
  })
})

describe('what is over goes after thirty days', () => {
  async function later(outbox: Outbox): Promise<Outbox> {
    outbox.close()
    await folder.clock.advance(30 * DAY_MS + 1)
    return folder.open().outbox
  }

  test('[O3] but nothing that a person has to do with', async () => {
    let { outbox } = folder.open()
    const names = ['queued', 'applied', 'settled', 'taken back', 'refused', 'discarded']
    for (const name of names) outbox.keep(work(name))
    outbox.sending(['applied', 'settled', 'refused', 'discarded'].map(mutation))
    outbox.answered([applied('applied'), applied('settled'), refused('refused'), refused('discarded')])
    outbox.settled([mutation('settled')])
    outbox.takeBack(mutation('taken back'))
    outbox.discard(mutation('discarded'), 'No.')
    outbox = await later(outbox)
    const left = () => outbox.page('all', 0, 10).rows.map(({ id }) => id)
    expect(left()).toEqual(['discarded', 'refused', 'applied', 'queued'].map(mutation))
    // The journal still has them, and they are not missed.
    for (let time = 0; time < 2; time++) {
      outbox.close()
      const again = folder.open()
      outbox = again.outbox
      expect(again.recovered).toEqual({ rebuilt: false, restored: 0, badLines: 0, aside: [] })
      expect(left()).toHaveLength(4)
    }
  })

  test('counted from its end, not from its beginning', async () => {
    let { outbox } = folder.open()
    outbox.keep(work('a'))
    outbox = await later(outbox)
    outbox.takeBack(mutation('a'))
    outbox.close()
    outbox = folder.open().outbox
    expect(outbox.get(mutation('a'))?.state).toBe('taken-back')
    outbox = await later(outbox)
    expect(outbox.get(mutation('a'))).toBeNull()
  })
})

test('a long history is never gone through', () => {
  folder.open().outbox.close()
  const plans = folder.tables(({ db }) =>
    [
      `select no, id from entries where state in ('queued', 'sending', 'applied', 'refused', 'discarded') order by no`,
      `select no, id, state, work, fate from entries where state in ('queued', 'sending', 'applied') order by no`,
      'select no, id, state, work, fate from entries where id = ?',
      'select no, id, state, work, fate from entries where no = ?',
      `select no from entries where state in ('settled', 'taken-back') and changed_at < ? order by changed_at limit 9`,
    ].map((sql) =>
      db
        .prepare<[], { detail: string }>(`explain query plan ${sql.replace('?', '1')}`)
        .all()
        .map(({ detail }) => detail),
    ),
  )
  for (const [first] of plans) expect(first).toMatch(/INDEX|PRIMARY KEY/)
})

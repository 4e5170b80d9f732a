import { afterEach, beforeEach, expect, test } from 'vitest'
import { outboxFolder, work } from '#test/harness/outbox-data.ts'
import type { Db } from '../../mirror/database.ts'
import { realDisk } from '../disk.ts'
import { migrate, migrations, OUTBOX_ID, OUTBOX_VERSION } from './index.ts'

let folder: ReturnType<typeof outboxFolder>

beforeEach(() => (folder = outboxFolder()))
afterEach(() => folder.remove())

function inFile<T>(work: (db: Db) => T): T {
  const db = realDisk.database(folder.file, null)
  try {
    return work(db)
  } finally {
    db.close()
  }
}

const figure = (db: Db, pragma: string): unknown => db.pragma(pragma, { simple: true })
const tablesOf = (db: Db): string[] =>
  db.prepare<[], string>("select name from sqlite_schema where type = 'table' order by name").pluck().all()

test('0001 makes an outbox of nothing', () => {
  inFile((db) => {
    expect(migrate(db, migrations.slice(0, 1))).toBe(1)
    expect(figure(db, 'user_version')).toBe(1)
    expect(figure(db, 'application_id')).toBe(OUTBOX_ID)
    expect(tablesOf(db)).toEqual(['entries', 'meta', 'progress'])
    expect(db.prepare('select * from progress').all()).toEqual([{ one: 1, line: 0, last_no: 0 }])
    expect(figure(db, 'integrity_check')).toBe('ok')
  })
})

test('every migration leads from an empty file to the newest version, each commit of which is on disk when it returns', () => {
  inFile((db) => {
    expect(migrate(db)).toBe(migrations.length)
    expect(migrate(db)).toBe(0)
    expect(figure(db, 'user_version')).toBe(OUTBOX_VERSION)
    expect(figure(db, 'journal_mode')).toBe('wal')
    // 2 is FULL.
    expect(figure(db, 'synchronous')).toBe(2)
    const loose = db.prepare(`select name from pragma_table_list where schema = 'main' and strict = 0
      and name not like 'sqlite_%'`)
    expect(loose.all()).toEqual([])
  })
})

test('[O1] a step that fails half-way leaves the file at the version it had, with all that was in it', () => {
  const { outbox } = folder.open()
  outbox.keep(work('a'))
  outbox.close()
  inFile((db) => {
    const broken = [
      ...migrations,
      (file: Db) => {
        file.exec('create table half_done (no integer primary key); delete from entries')
        file.exec('insert into no_such_table values (1)')
      },
    ]
    expect(() => migrate(db, broken)).toThrow('no_such_table')
    expect(figure(db, 'user_version')).toBe(OUTBOX_VERSION)
    expect(tablesOf(db)).not.toContain('half_done')
  })
  expect(folder.open().outbox.unsent()).toHaveLength(1)
})

import { chmodSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { siteScope } from '#shared/domain/scope.ts'
import {
  barcode,
  EIGHT_O_CLOCK,
  Feed,
  firstEpoch,
  id,
  mirrorFolder,
  north,
  northScope,
  owner,
  product,
} from '#test/harness/mirror-data.ts'
import { withoutPrivileges } from '#test/harness/without-privileges.ts'
import type { Db } from '../database.ts'
import { keptTables } from '../kept-tables.ts'
import { MirrorError, type MirroredTable } from '../mirror.ts'
import { openForWriting } from '../open-database.ts'
import { mirrorPath } from '../sqlite-mirror.ts'
import { overlayTables } from './0003-overlay.ts'
import { APPLICATION_ID, migrate, MIRROR_VERSION, migrations } from './index.ts'

let folder: ReturnType<typeof mirrorFolder>
let file: string

beforeEach(() => {
  folder = mirrorFolder()
  file = mirrorPath(folder.directory, folder.options.serverUrl, owner)
})
afterEach(() => folder.remove())

function inFile<T>(work: (db: Db) => T): T {
  const db = openForWriting(file, null)
  try {
    return work(db)
  } finally {
    db.close()
  }
}

const figure = (db: Db, pragma: string): unknown => db.pragma(pragma, { simple: true })
const tablesOf = (db: Db): string[] =>
  db.prepare<[], string>("select name from sqlite_schema where type = 'table'").pluck().all()

/** A file as version 1 left it: its own tables, filled by its own statements. */
function makeVersion1(): void {
  inFile((db) => {
    migrate(db, migrations.slice(0, 1))
    db.exec(`
      insert into meta values ('owner', '${owner}'), ('server', 'http://localhost:54321'), ('as_of', '1234');
      insert into scopes (no, scope, epoch, seq, server_time) values
        (1, 'site', '${firstEpoch}', 2, 1000), (2, '${northScope}', '${firstEpoch}', 1, 1000);
      insert into product_no values (1, '${id('mug')}');
      insert into products values (1, 1, 1, 'MUG', 'mug', null, 'pcs', 5, 'mug', 'mug');
      insert into product_barcodes values ('${id('barcode 111')}', 1, 2, 1, '111', 1);
      insert into inventory values ('${id('a stock row')}', 2, 1, 1, 'A-1', 3, 0, '${EIGHT_O_CLOCK}');
      insert into stock_line (warehouse, product, bin, bin_key, other_bins, on_hand, allocated, free, changed_at, state, sku_key, name_key)
        values (2, 1, 'A-1', 'a-1', 0, 3, 0, 3, 0, 1, 'mug', 'mug');
      insert into stock_count values (2, 1, 1, 3);
    `)
  })
}

test('0001 makes a mirror of nothing', () => {
  inFile((db) => {
    expect(migrate(db, migrations.slice(0, 1))).toBe(1)
    expect(figure(db, 'user_version')).toBe(1)
    expect(figure(db, 'application_id')).toBe(APPLICATION_ID)
    expect(tablesOf(db)).toEqual(
      expect.arrayContaining(['meta', 'scopes', 'inventory', 'stock_line', 'product_fts']),
    )
    expect(figure(db, 'integrity_check')).toBe('ok')
  })
})

test('0002 gives a file of version 1 a record of its own health, and leaves rows, lines and cursors as they were', () => {
  makeVersion1()
  const contents = (db: Db): unknown =>
    ['scopes', 'meta', 'products', 'product_barcodes', 'inventory', 'stock_line', 'stock_count'].map(
      (table) => db.prepare(`select * from ${table}`).all(),
    )
  inFile((db) => {
    const before = contents(db)
    expect(tablesOf(db)).not.toContain('link_moves')
    expect(migrate(db, migrations.slice(0, 2))).toBe(1)
    expect(figure(db, 'user_version')).toBe(2)
    expect(contents(db)).toEqual(before)
    expect(tablesOf(db)).toEqual(
      expect.arrayContaining(['link_moves', 'proofs', 'integrity_checks', 'heads_seen']),
    )
    expect(figure(db, 'integrity_check')).toBe('ok')
  })
})

test('0003 gives a file of version 2 tables for work that is not settled, and leaves rows, lines and cursors as they were', () => {
  makeVersion1()
  const contents = (db: Db): unknown =>
    ['scopes', 'meta', 'products', 'product_barcodes', 'inventory', 'stock_count', 'link_moves'].map(
      (table) => db.prepare(`select * from ${table}`).all(),
    )
  inFile((db) => {
    migrate(db, migrations.slice(0, 2))
    const before = contents(db)
    const line = db.prepare('select * from stock_line').get() as object
    expect(migrate(db, migrations.slice(0, 3))).toBe(1)
    expect(figure(db, 'user_version')).toBe(3)
    expect(contents(db)).toEqual(before)
    expect(db.prepare('select * from stock_line').get()).toEqual({ ...line, unsent: 0 })
    expect(tablesOf(db)).toEqual(expect.arrayContaining(Object.keys(overlayTables)))
    expect(figure(db, 'integrity_check')).toBe('ok')
  })
})

/** What stood at the desk in a file of version 3: none of it with the columns of now. */
const deskRows = `
  insert into alerts values
    ('${id('alert')}', 2, 1, '${north}', 'low', 'warning', null, 'Low', '{}', '${EIGHT_O_CLOCK}', null, null);
  insert into stations values ('${id('station')}', 2, 1, '${north}', 'Gate', 'kiosk');
  insert into notifications values
    ('${id('note')}', 3, 1, '${owner}', 'hint', 'Look', '', null, '${EIGHT_O_CLOCK}', null, 1);
`

test('0004 gives what a file of version 3 holds of the desk its new columns, empty, and leaves all else as it was', () => {
  makeVersion1()
  const contents = (db: Db): unknown =>
    ['scopes', 'meta', 'products', 'inventory', 'stock_line', 'stock_count', 'overlay_brought'].map((table) =>
      db.prepare(`select * from ${table}`).all(),
    )
  inFile((db) => {
    migrate(db, migrations.slice(0, 3))
    db.exec(deskRows)
    const before = contents(db)
    expect(migrate(db, migrations.slice(0, 4))).toBe(1)
    expect(figure(db, 'user_version')).toBe(4)
    expect(contents(db)).toEqual(before)
    const reported = { seen_at: null, expected_by: null, unsent: null }
    expect(db.prepare('select * from stations').get()).toMatchObject({ name: 'Gate', ...reported })
    expect(db.prepare('select * from notifications').get()).toMatchObject({ title: 'Look', severity: 'info' })
    expect(db.prepare('select key, created_ms from alerts').get()).toEqual({
      key: null,
      created_ms: Date.parse(EIGHT_O_CLOCK),
    })
    expect(tablesOf(db)).toEqual(expect.arrayContaining(['people', 'alert_receipts']))
    expect(figure(db, 'integrity_check')).toBe('ok')
  })
})

test('a mirror of version 1 is opened with what it holds, and goes on from its cursors', () => {
  makeVersion1()
  const { mirror, opened } = folder.open()
  expect(opened).toBe('as-it-was')
  expect(mirror.asOf()).toBe(1234)
  expect(mirror.cursor(siteScope)).toMatchObject({ seq: 2, epoch: firstEpoch })
  expect(mirror.rows('inventory')).toMatchObject([{ quantity_on_hand: 3, warehouse_id: north }])
  expect(mirror.summary({ warehouseId: north })).toMatchObject({ products: 1, unitsOnHand: 3 })
  expect(mirror.diagnostics.read()).toMatchObject({ history: [], mirror: { schemaVersion: MIRROR_VERSION } })
  const feed = new Feed()
  feed.site(['products', product('mug')], ['product_barcodes', barcode('111', 'mug')])
  expect(mirror.apply(feed.site(['products', product('mug', { name: 'cup' })])).kind).toBe('applied')
})

test('[M1] a step that fails half-way leaves the file at the version it had, with all that was in it', () => {
  makeVersion1()
  inFile((db) => {
    const before = tablesOf(db)
    const broken = [
      ...migrations,
      (file: Db) => {
        file.exec('create table half_done (no integer primary key); delete from inventory')
        file.exec('insert into no_such_table values (1)')
      },
    ]
    expect(() => migrate(db, broken)).toThrow('no_such_table')
    expect(figure(db, 'user_version')).toBe(migrations.length)
    expect(tablesOf(db)).toEqual(expect.arrayContaining(before))
    expect(tablesOf(db)).not.toContain('half_done')
    expect(db.prepare('select count(*) from inventory').pluck().get()).toBe(1)
  })
  expect(folder.open().mirror.rows('inventory' satisfies MirroredTable)).toHaveLength(1)
})

test.skipIf(process.platform === 'win32')(
  'where the disk does not let it be brought forward, what a mirror of version 3 has of the desk is shown without the rest',
  () => {
    makeVersion1()
    inFile((db) => {
      migrate(db, migrations.slice(0, 3))
      db.exec(deskRows)
    })
    chmodSync(file, 0o444)
    chmodSync(folder.directory, 0o555)
    try {
      withoutPrivileges(() => {
        const { mirror, opened } = folder.open()
        expect(opened).toBe('reading-only')
        const page = { userId: owner, offset: 0, limit: 9 }
        expect(mirror.notifications(page).rows).toMatchObject([
          { title: 'Look', severity: 'info', from: null, escalatedAt: null },
        ])
        expect(mirror.rows('alerts')).toMatchObject([{ message: 'Low', key: null }])
        expect(mirror.rows('stations')).toMatchObject([{ name: 'Gate', seen_at: null }])
        expect([mirror.rows('people'), mirror.rows('alert_receipts')]).toEqual([[], []])
        mirror.close()
      })
    } finally {
      chmodSync(folder.directory, 0o755)
    }
  },
)

test.skipIf(process.platform === 'win32')(
  'where the disk does not let it be brought forward, a mirror of version 1 is shown as it is',
  () => {
    makeVersion1()
    chmodSync(file, 0o444)
    chmodSync(folder.directory, 0o555)
    try {
      withoutPrivileges(() => {
        const { mirror, opened } = folder.open()
        expect(opened).toBe('reading-only')
        expect(mirror.summary({ warehouseId: north })).toMatchObject({ products: 1, unitsOnHand: 3 })
        expect(mirror.stockDetail({ warehouseId: north, productId: id('mug') })).toMatchObject({
          unsentOnHand: 0,
        })
        expect(mirror.orders({ warehouseId: north, status: null, offset: 0, limit: 9 }).total).toBe(0)
        expect(mirror.look().bins(north, id('mug'))).toMatchObject([{ onHand: 3 }])
        expect(() => mirror.draw({ drawn: [], erased: [] })).toThrow(MirrorError)
        mirror.diagnostics.proved({
          ...{ at: 1, scope: siteScope, outcome: 'equal', head: 2, compared: 2, changing: 0, differing: 0 },
          rowsRepaired: 0,
        })
        expect(mirror.diagnostics.read()).toMatchObject({
          proofs: [{ outcome: 'equal' }],
          mirror: { schemaVersion: 1, unreadableRows: 0 },
        })
        mirror.close()
      })
    } finally {
      chmodSync(folder.directory, 0o755)
    }
  },
)

test('kept tables have an integer key, and nothing in them is unique but that and a text', () => {
  inFile((db) => {
    migrate(db)
    for (const table of keptTables) {
      const key = db
        .prepare<[], { name: string; type: string }>(
          `select name, type from pragma_table_info('${table}') where pk = 1`,
        )
        .all()
      expect(key).toEqual([{ name: 'no', type: 'INTEGER' }])
    }
  })
})

import { copyFileSync, existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { MutationId, OrderId, RowId } from '#shared/domain/ids.ts'
import type { SalesOrderItemRow, SalesOrderRow } from '#shared/domain/rows.ts'
import { siteScope } from '#shared/domain/scope.ts'
import { must } from '#shared/lib/must.ts'
import { crashingDb, SimulatedCrash } from '#test/harness/crashing-db.ts'
import {
  barcode,
  drawn,
  Feed,
  id,
  inBin,
  mirrorFolder,
  north,
  northScope,
  order,
  orderLine,
  product,
  stock,
} from '#test/harness/mirror-data.ts'
import type { Effect } from '../commands/effects.ts'
import type { Db } from './database.ts'
import { overlayTables } from './migrations/0003-overlay.ts'
import { migrate, MIRROR_VERSION, migrations } from './migrations/index.ts'
import type { Batch, Changeset, DrawnCommand } from './mirror.ts'
import { openForWriting } from './open-database.ts'
import { SqliteMirror } from './store.ts'

/*
 * The process dies at the n-th statement of an operation, for every n. What its files hold at that very moment is what the
 * next start finds.
 */

let folder: ReturnType<typeof mirrorFolder>

beforeEach(() => {
  folder = mirrorFolder()
})
afterEach(() => folder.remove())

const storeOver = (db: Db): SqliteMirror =>
  new SqliteMirror(db, {
    ...folder.options,
    readOnlyBecause: null,
    upgraded: true,
    unlock: () => undefined,
    damageFound: () => undefined,
    openBeside: () => db,
  })

const tables = [
  ...['meta', 'scopes', 'unreadable', 'product_no', 'products', 'product_barcodes', 'inventory'],
  ...['stock_line', 'stock_count', 'product_text', 'link_moves', 'heads_seen'],
  ...Object.keys(overlayTables),
]

/** Everything a file says, and what its search index finds: that lays out its pages as it likes. */
function contents(db: Db) {
  const there = new Set(db.prepare<[], string>('select name from sqlite_schema').pluck().all())
  const found = (word: string): unknown =>
    db.prepare('select rowid from product_fts where product_fts match ? order by rowid').all(`"${word}"`)
  return {
    version: Number(db.pragma('user_version', { simple: true })),
    schema: [...there].filter((name) => !name.startsWith('product_fts_')),
    rows: tables
      .filter((table) => there.has(table))
      .map((table) => [table, db.prepare(`select * from ${table}`).all()]),
    found: there.has('product_fts') ? ['mug', 'jug', 'cup', 'box', '111222'].map(found) : [],
    sound: db.pragma('integrity_check', { simple: true }),
  }
}

/** A process that dies leaves what it wrote, synced or not: here nothing needs to be. */
function openUnsynced(file: string): Db {
  const db = openForWriting(file, null)
  db.pragma('synchronous = off')
  return db
}

/** What is found by whoever opens these files next. */
function contentsAfterRestart(file: string) {
  const db = openUnsynced(file)
  try {
    return contents(db)
  } finally {
    db.close()
  }
}

/** A file under which the process can be made to die; it leaves copies of what stood on disk then. */
function mortalFile(name: string) {
  const file = path.join(folder.directory, `${name}.db`)
  const real = openUnsynced(file)
  let crashes = 0
  let left = file
  const crashing = crashingDb(real, () => {
    const directory = path.join(folder.directory, `${name}-${(crashes += 1)}`)
    mkdirSync(directory)
    left = path.join(directory, 'mirror.db')
    for (const companion of ['', '-wal']) {
      if (existsSync(file + companion)) copyFileSync(file + companion, left + companion)
    }
  })
  return {
    real,
    db: crashing.db,
    dieAt: crashing.dieAt,
    leftBehind: () => contentsAfterRestart(left),
    /** Dies at each statement of `work` in turn, then lets it be. @returns how often it died */
    dieAtEachStep(work: () => void, looked: (left: ReturnType<typeof contents>) => void): number {
      for (let n = 1; ; n++) {
        crashing.dieAt(n)
        const before = crashes
        diesIn(work)
        crashing.dieAt(null)
        if (crashes === before) return n - 1
        // A transaction ends with its process.
        if (real.inTransaction) real.exec('rollback')
        looked(contentsAfterRestart(left))
      }
    },
  }
}

function diesIn(work: () => unknown): boolean {
  try {
    work()
    return false
  } catch (error) {
    if (error instanceof SimulatedCrash) return true
    throw error
  }
}

const EVERYTHING_AWAY = `
  ${tables.map((table) => `delete from ${table};`).join('\n')}
  insert into product_fts (product_fts) values ('delete-all');
`

const applied = (mirror: SqliteMirror, batch: Parameters<SqliteMirror['apply']>[0]): void => {
  if (mirror.apply(batch).kind !== 'applied') throw new Error('A gap.')
}

/** A mirror with something in every table that an operation may touch. */
function fill(mirror: SqliteMirror): Feed {
  const feed = new Feed()
  mirror.prepare()
  applied(
    mirror,
    feed.site(
      ['products', product('mug')],
      ['products', product('jug')],
      ['product_barcodes', barcode('111222', 'mug')],
      ['products', product('odd', { reorder_point: 'many' })],
    ),
  )
  applied(mirror, feed.north(['inventory', stock('mug', 3)], ['inventory', stock('jug', 4, { bin: 'B-1' })]))
  mirror.markComplete(1_000)
  mirror.redraw(work)
  return feed
}

const at = (seq: number) => [{ scope: northScope, seq }]
const madeHere: Effect = {
  on: 'new-order',
  order: order('SO-1') as SalesOrderRow,
  lines: [orderLine('SO-1', 'mug', 2) as SalesOrderItemRow],
}
const orderId = id<OrderId>('order SO-1')

/** Something of every kind, on the same bins and orders, some of it at the server. */
const work: DrawnCommand[] = [
  drawn('receive', [inBin('mug', 'A-1', 5)], at(4)),
  drawn('putaway', [inBin('mug', 'A-1', -2), inBin('mug', 'N-1', 2), inBin('new', 'N-2', 1)]),
  drawn('order', [madeHere, inBin('mug', 'A-1', 0, { allocated: 2 })], at(5)),
  drawn('pick', [
    { on: 'order', warehouse_id: north, order_id: orderId, status: 'picking' },
    { on: 'order-line', warehouse_id: north, order_id: orderId, id: id<RowId>('line SO-1 mug'), picked: 1 },
  ]),
  drawn('read', [{ on: 'notification', id: id<RowId>('a note'), read: true }]),
]

/** Each touches as many kinds of rows as it can. */
const operations: [what: string, make: (feed: Feed) => (mirror: SqliteMirror) => void][] = [
  [
    'changes of the site',
    (feed) => {
      const batch = feed.site(
        ['products', product('mug', { name: 'cup', reorder_point: 1 })],
        ['products', id('jug')],
        ['products', product('box')],
        ['product_barcodes', barcode('111222', 'box')],
        ['products', product('odd')],
        ['products', product('bad', { sku: null })],
        ['robots', product('robot')],
      )
      return (mirror) => applied(mirror, batch)
    },
  ],
  [
    'changes of a warehouse',
    (feed) => {
      const batch = feed.north(
        ['inventory', stock('mug', 9)],
        ['inventory', id(`stock jug B-1 ${north}`)],
        ['inventory', stock('new', 2)],
        ['inventory', { ...stock('mug', 5, { bin: 'C-1' }), product_id: id('jug') }],
      )
      return (mirror) => applied(mirror, batch)
    },
  ],
  [
    'a start over',
    () => {
      const changes = new Feed().site(['products', product('mug', { name: 'cup' })])
      return (mirror) => applied(mirror, { ...changes, epoch: id('second epoch'), startOver: true })
    },
  ],
  [
    'the page that tells of fates and settles them',
    (feed) => {
      const settled = work.map((command) => ({ ...command, at: 'server' as const, settles: at(6) }))
      const batch = feed.north(
        ['inventory', stock('mug', 6)],
        ['inventory', stock('mug', 2, { bin: 'N-1' })],
        ['sales_orders', order('SO-1', { status: 'picking' })],
        ['sales_order_items', orderLine('SO-1', 'mug', 2, { quantity_picked: 1 })],
      )
      const fates = { drawn: settled.slice(1, 4), erased: [id<MutationId>('command read')] }
      return (mirror) => applied(mirror, { ...batch, fates })
    },
  ],
  [
    'drawing',
    () => (mirror) => {
      const [first, , made] = work.map(({ id: of }) => of)
      mirror.draw({
        drawn: [
          drawn('putaway', [inBin('mug', 'A-1', -2), inBin('jug', 'N-1', 2)], at(9)),
          drawn('another', [inBin('box', 'N-3', 4), inBin('mug', 'A-1', 0, { allocated: -1 })]),
          { ...drawn('order', [], at(2)), id: must(made, 'an id') },
        ],
        erased: [must(first, 'an id')],
      })
    },
  ],
  ['drawing all anew', () => (mirror) => void mirror.redraw(work.slice(2).reverse())],
  ['a drop', () => (mirror) => void mirror.drop([northScope, siteScope])],
  [
    'a repair',
    () => {
      const { changes } = new Feed().site(
        ['products', product('mug', { name: 'cup' })],
        ['products', product('box')],
      )
      const buckets = ['mug', 'jug', 'box', 'odd'].map((of) => ({
        table: 'products',
        bucket: id(of).slice(0, 2),
      }))
      return (mirror) => {
        const { epoch, seq: head } = mirror.cursor(siteScope)
        const repair = { scope: siteScope, epoch: epoch ?? '', head, buckets, changes }
        if (mirror.repair(repair).kind !== 'repaired') throw new Error('Outdated.')
      }
    },
  ],
  [
    'a bulk write of several batches',
    (feed) => {
      const batches = [
        feed.site(['products', product('mug', { name: 'cup' })], ['products', product('box')]),
        feed.north(['inventory', stock('mug', 9)], ['inventory', stock('box', 2)]),
        feed.north(['inventory', stock('mug', 10)]),
      ]
      return (mirror) => {
        const bulk = mirror.openBulk()
        // The time of these tests stands still: what is begun is written without a pause.
        for (const batch of batches) bulk.apply(batch, () => Promise.resolve()).catch(() => undefined)
        bulk.end()
      }
    },
  ],
  ['the word that all is complete', () => (mirror) => mirror.markComplete(2_000)],
  ['the first moments after an upgrade', () => (mirror) => mirror.prepare()],
]

test.each(operations)(
  '[M1] in %s: whenever the process dies, all is as it was, and it can be done again',
  async (_what, make) => {
    const { real, db, dieAtEachStep } = mortalFile('mortal')
    migrate(db)
    const mirror = storeOver(db)
    const operation = make(fill(mirror))
    const undisturbed = openUnsynced(path.join(folder.directory, 'undisturbed.db'))
    migrate(undisturbed)
    const other = storeOver(undisturbed)
    const otherOperation = make(fill(other))
    await folder.clock.advance(2_000)
    const before = contents(real)
    expect(before.sound).toBe('ok')

    const deaths = dieAtEachStep(
      () => operation(mirror),
      (left) => {
        expect(left).toEqual(before)
        expect(contents(real)).toEqual(before)
      },
    )
    expect(deaths).toBeGreaterThan(0)

    // What memory had gathered for the transactions that died has not crept into the one that did not.
    otherOperation(other)
    const after = contents(real)
    expect(after).toEqual(contents(undisturbed))
    expect(after).not.toEqual(before)
    undisturbed.close()
    real.close()
  },
)

/* The outbox and the mirror are two files: whenever the process dies between them or in one, the next start draws the truth. */
test.each([
  ['the answer', false],
  ['the page', true],
])('[O2] work to its settling, first %s: whenever the process dies, it counts once', (_which, pageFirst) => {
  const queued = drawn('a', [inBin('mug', 'A-1', 3)])
  const answered: DrawnCommand = { ...queued, at: 'server', settles: at(2) }
  const { real, db, dieAt } = mortalFile('mortal')
  migrate(db)
  const site = new Feed()
  const products = site.site(['products', product('mug')])
  const opening = site.north(['inventory', stock('mug', 40)])
  const page = site.north(['inventory', stock('mug', 43)])

  /** What the outbox has on disk, which outlives the process. */
  let outbox: DrawnCommand | 'settled' | null = null
  const note = ({ settled }: Changeset): void => {
    if (settled.length > 0) outbox = 'settled'
  }
  const take = (mirror: SqliteMirror, batch: Batch): void => {
    const result = mirror.apply(batch)
    if (result.kind === 'applied') note(result.changeset)
  }
  /** From wherever it stands to the moment at which all is settled. */
  const goOn = (mirror: SqliteMirror): void => {
    if (outbox === null) {
      outbox = queued
      note(mirror.draw({ drawn: [queued], erased: [] }))
    }
    if (outbox === queued) {
      outbox = answered
      const fates = { drawn: [answered], erased: [] }
      // A page that contains work without an answer tells its fate as well.
      if (pageFirst) take(mirror, { ...page, fates })
      else note(mirror.draw(fates))
    }
    if (mirror.cursor(northScope).seq < page.to) take(mirror, page)
  }

  const onHand = (mirror: SqliteMirror): number => mirror.summary({ warehouseId: north }).unitsOnHand
  let deaths = 0
  for (let n = 1; ; n++) {
    outbox = null
    real.exec(EVERYTHING_AWAY)
    const mirror = storeOver(db)
    take(mirror, products)
    take(mirror, opening)
    dieAt(n)
    if (!diesIn(() => goOn(mirror))) break
    deaths += 1
    dieAt(null)
    const started = storeOver(db)
    note(started.redraw(outbox === null || outbox === 'settled' ? [] : [outbox]))
    expect(onHand(started)).toBe(43)
    goOn(started)
    expect([onHand(started), outbox]).toEqual([43, 'settled'])
  }
  expect(deaths).toBeGreaterThan(30)
  expect(outbox).toBe('settled')
  real.close()
})

test('[M1] in the record of its health: whenever the process dies, the mirror is as it was', () => {
  const { real, db, dieAtEachStep } = mortalFile('mortal')
  migrate(db)
  fill(storeOver(db))
  const withoutHistory = ({ rows, ...rest }: ReturnType<typeof contents>) => ({
    ...rest,
    rows: rows.filter(([table]) => table !== 'link_moves'),
  })
  const before = withoutHistory(contents(real))
  const deaths = dieAtEachStep(
    () => {
      const { diagnostics } = storeOver(db)
      diagnostics.linkMoved({ at: 1, from: 'live', to: 'waiting', by: 'closed', because: null })
    },
    (left) => expect(withoutHistory(left)).toEqual(before),
  )
  expect(deaths).toBeGreaterThan(2)
  real.close()
})

test('[M1] in a migration: whenever the process dies, the file is whole at one version or the next, and can go on', () => {
  const empty = { version: 0, schema: [], rows: [], found: [], sound: 'ok' }
  const whole = migrations.map((_, index) => {
    const db = openUnsynced(path.join(folder.directory, `version-${index + 1}.db`))
    migrate(db, migrations.slice(0, index + 1))
    const reached = contents(db)
    db.close()
    return reached
  })
  const versions = new Set<number>()
  for (let n = 1; !versions.has(MIRROR_VERSION); n++) {
    const { real, db, dieAt, leftBehind } = mortalFile(`migrating-${n}`)
    dieAt(n)
    const died = diesIn(() => migrate(db))
    const left = died ? leftBehind() : contents(real)
    versions.add(left.version)
    expect(left).toEqual(left.version === 0 ? empty : whole[left.version - 1])
    dieAt(null)
    migrate(db)
    expect(contents(real)).toEqual(whole.at(-1))
    real.close()
  }
  expect([...versions].sort()).toEqual([0, ...migrations.map((_, index) => index + 1)])
})

import { chmodSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { OrderSort } from '#shared/protocol/orders.ts'
import type { ListParams } from '#shared/protocol/views.ts'
import { Feed, id, mirrorFolder, north, order, orderLine, owner } from '#test/harness/mirror-data.ts'
import { withoutPrivileges } from '#test/harness/without-privileges.ts'
import { openForWriting } from '../open-database.ts'
import type { LocalMirror } from '../mirror.ts'
import { mirrorPath } from '../sqlite-mirror.ts'
import { numbersOf } from '../order-lists.ts'
import { orderTables } from './0005-order-cards.ts'

let folder: ReturnType<typeof mirrorFolder>
let file: string

beforeEach(() => {
  folder = mirrorFolder()
  file = mirrorPath(folder.directory, folder.options.serverUrl, owner)
})
afterEach(() => folder.remove())

/** A file with orders, as the version before cards left it. */
function makeVersion4(): void {
  const feed = new Feed()
  const { mirror } = folder.open()
  mirror.apply(
    feed.north(
      ['sales_orders', order('SO-9', { customer: 'Åsa Berg', due_at: '2026-11-23T08:00:00+00:00' })],
      ['sales_order_items', orderLine('SO-9', 'mug', 6, { quantity_picked: 2 })],
      ['sales_orders', order('SO-10', { status: 'packed' })],
    ),
  )
  mirror.close()
  const db = openForWriting(file, null)
  for (const table of ['order_grams', 'order_fts', ...Object.keys(orderTables)])
    db.exec(`drop table ${table}`)
  for (const by of ['urgency', 'status'])
    db.exec(`create index sales_orders_by_${by} on sales_orders (scope)`)
  db.pragma('user_version = 4')
  db.close()
}

const numbers = (mirror: LocalMirror, more: Partial<ListParams<'orders.list'>> = {}): string[] =>
  mirror
    .orders({ warehouseId: north, status: null, offset: 0, limit: 9, ...more })
    .rows.map(({ number }) => number)

function expectOrders(mirror: LocalMirror): void {
  expect(numbers(mirror, { sort: 'number' })).toEqual(['SO-9', 'SO-10'])
  expect(numbers(mirror, { search: 'asa' })).toEqual(['SO-9'])
  expect(numbers(mirror, { status: 'packed' })).toEqual(['SO-10'])
  const at = Date.parse('2026-11-24T00:00:00Z')
  expect(mirror.orderSummary({ warehouseId: north, at })[0]).toMatchObject({
    ...{ status: 'pending', orders: 1, overdue: 1, unitsOpen: 4 },
  })
  expect(mirror.orderDetail({ orderId: id('order SO-9') })).toMatchObject({
    order: { number: 'SO-9', lines: 1, unitsOrdered: 6, unitsPicked: 2 },
    lines: [{ ordered: 6, picked: 2, missing: 4 }],
  })
}

test('orders of an older file are listed, counted and found as soon as it is brought forward', () => {
  makeVersion4()
  const { mirror, opened } = folder.open()
  expect(opened).toBe('as-it-was')
  expectOrders(mirror)
})

test.skipIf(process.platform === 'win32')(
  'where the disk does not let it be brought forward, they are listed all the same',
  () => {
    makeVersion4()
    chmodSync(file, 0o444)
    chmodSync(folder.directory, 0o555)
    try {
      withoutPrivileges(() => {
        const { mirror, opened } = folder.open()
        expect(opened).toBe('reading-only')
        expectOrders(mirror)
        mirror.close()
      })
    } finally {
      chmodSync(folder.directory, 0o755)
    }
  },
)

test.each(OrderSort.options)(
  'a list by %s is read from its index, of one status or of all: nothing is sorted',
  (sort) => {
    folder.open().mirror.close()
    const db = openForWriting(file, null)
    for (const direction of ['asc', 'desc'] as const) {
      for (const status of ['packed', null] as const) {
        const plan = db
          .prepare<unknown[], { detail: string }>(
            `explain query plan ${numbersOf(sort, direction, 1, status)}`,
          )
          .all(...(status === null ? [] : [status]), 9, 0)
          .map(({ detail }) => detail)
        const reads = plan.filter((detail) => /SEARCH|SCAN/.test(detail))
        expect(reads).toEqual(
          Array.from(
            { length: status === null ? 6 : 1 },
            () => `SEARCH order_card USING COVERING INDEX orders_by_${sort} (scope=? AND status=?)`,
          ),
        )
        expect(plan.join()).not.toContain('TEMP B-TREE')
      }
    }
    db.close()
  },
)

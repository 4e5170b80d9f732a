import { expect, test } from 'vitest'
import type { RowId, WarehouseId } from '#shared/domain/ids.ts'
import type { Question } from '#shared/protocol/contract.ts'
import type { LedgerCursor } from '#shared/protocol/ledger.ts'
import type { TableSpec } from '#shared/protocol/paper.ts'
import { failed, ok } from '#shared/protocol/reply.ts'
import type { ViewSpec } from '#shared/protocol/views.ts'
import type { ViewHost } from '../views/view-host.ts'
import type { TableRows } from './paper-questions.ts'
import { readTable, type TablePorts } from './table-rows.ts'

const warehouseId = 'w' as WarehouseId
const ids = Array.from({ length: 1_201 }, (_, n) => `${n}` as RowId)

/** Reads a table to its end. */
async function readAll(
  ports: Partial<TablePorts>,
  table: TableSpec,
): Promise<{ ids: string[]; turns: number }> {
  const found: string[] = []
  let from: TableRows['next'] = null
  let turns = 0
  do {
    const read = await readTable({ asOf: () => 7, views: noViews, page: noPages, ...ports }, table, from)
    if (!read.ok) throw new Error(read.error.message)
    found.push(...read.value.rows.map(({ id }) => id))
    from = read.value.next
    turns += 1
  } while (from !== null)
  return { ids: found, turns }
}

const noViews: TablePorts['views'] = { read: () => failed('bad-request', 'No view was to be read.') }
const noPages: TablePorts['page'] = async () => failed('bad-request', 'No page was to be asked for.')

test('the ledger goes on from where each page ended, however long it is', async () => {
  const page = async ({ before, limit }: Question<'ledger.page'>) => {
    const start = before === null ? 0 : Number(before.id) + 1
    const rows = ids.slice(start, start + limit)
    const last = rows.at(-1) ?? null
    const next = last && start + limit < ids.length ? cursorAt(last) : null
    return ok({ serverTime: 9, movements: rows.map((id) => ({ id })), next })
  }
  const cursorAt = (id: string): LedgerCursor => ({ received_at: '', happened_at: '', id })
  const table: TableSpec = { name: 'ledger', params: { warehouseId, filter: {} } }
  expect(await readAll({ page: page as unknown as TablePorts['page'] }, table)).toEqual({ ids, turns: 3 })
})

test('a list is read window by window, and ends with an empty one where rows left meanwhile', async () => {
  let rows = ids
  const read = (view: ViewSpec) => {
    const { offset, limit } = view.params as { offset: number; limit: number }
    const value = {
      kind: 'list',
      total: rows.length,
      rows: rows.slice(offset, offset + limit).map((id) => ({ id })),
    }
    if (offset === 500) rows = rows.slice(0, 800)
    return ok(value)
  }
  const views = { read } as unknown as Pick<ViewHost, 'read'>
  const table = { name: 'work.list', params: { filter: 'all', offset: 0, limit: 1 } } as const
  expect(await readAll({ views }, table)).toEqual({ ids: ids.slice(0, 1_000), turns: 3 })
})

test('the stations of a warehouse come in one turn', async () => {
  const stations = [{ id: 'a' }, { id: 'b' }]
  const views = { read: () => ok({ kind: 'value', value: { stations } }) } as unknown as Pick<
    ViewHost,
    'read'
  >
  expect(await readAll({ views }, { name: 'fleet', params: { warehouseId } })).toEqual({
    ids: ['a', 'b'],
    turns: 1,
  })
})

test('why there is no page is told as it is', async () => {
  const table: TableSpec = { name: 'ledger', params: { warehouseId, filter: {} } }
  const page: TablePorts['page'] = async () => failed('no-answer', 'The server does not answer.')
  expect(await readTable({ views: noViews, page, asOf: () => null }, table, null)).toMatchObject({
    ok: false,
    error: { code: 'no-answer' },
  })
})

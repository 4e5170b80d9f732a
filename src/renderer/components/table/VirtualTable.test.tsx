// @vitest-environment happy-dom
import { cleanup, render } from '@testing-library/react'
import { afterEach, beforeAll, expect, test } from 'vitest'
import type { ListModel } from '../../bridge/model.ts'
import { giveElementsSize } from '../../testing/window.tsx'
import type { Column } from './columns.ts'
import { VirtualTable } from './VirtualTable.tsx'

interface Row {
  id: string
  onHand: number
}

beforeAll(() => giveElementsSize())
afterEach(cleanup)

const drawn: string[] = []
const columns: Column<Row>[] = [
  {
    id: 'on-hand',
    header: 'On hand',
    width: { share: 1, minPx: 50 },
    align: 'end',
    cell(row) {
      drawn.push(row.id)
      return row.onHand
    },
  },
]
const ignore = (): void => undefined

const table = (list: ListModel<Row>): React.ReactNode => (
  <VirtualTable<Row>
    label="Stock"
    list={list}
    columns={columns}
    openId={null}
    isStale={false}
    topKey=""
    onLook={ignore}
    onHover={ignore}
  />
)

const manyRows: ListModel<Row> = {
  kind: 'list',
  total: 100_000,
  offset: 0,
  rows: Array.from({ length: 200 }, (_, n) => ({ id: `p${n}`, onHand: n })),
}

test('of 100,000 rows only those on screen and a few more are drawn', () => {
  drawn.length = 0
  const { getAllByRole } = render(table(manyRows))
  expect(getAllByRole('row').length).toBeLessThan(40)
  expect(new Set(drawn).size).toBeLessThan(40)
})

test('one changed row re-renders one row', () => {
  const { rerender } = render(table(manyRows))
  drawn.length = 0
  const rows = manyRows.rows.map((row) => (row.id === 'p7' ? { ...row, onHand: 99 } : row))
  rerender(table({ ...manyRows, rows }))
  expect(drawn).toEqual(['p7'])
})

test('a row that is not loaded yet has its place, and says so', () => {
  const { getAllByRole } = render(table({ ...manyRows, rows: [] }))
  const [, first] = getAllByRole('row')
  expect(first?.getAttribute('aria-busy')).toBe('true')
  expect(first?.textContent).toBe('Loading row')
})

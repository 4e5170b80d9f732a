import { expect, test } from 'vitest'
import { ExportColumn } from '#shared/protocol/paper.ts'
import { listViews } from '#shared/protocol/views.ts'
import { exportColumns } from './export-columns.ts'
import { columnWords } from './export-words.ts'

const tables = [...(Object.keys(listViews) as (keyof typeof listViews)[]), 'ledger', 'fleet'] as const

test.each(tables)('%s has columns that the writer takes, no heading twice', (name) => {
  const columns = exportColumns(name)
  for (const column of columns) expect(ExportColumn.parse(column)).toEqual(column)
  const headings = columns.map(({ heading }) => heading)
  expect(new Set(headings).size).toBe(headings.length)
})

test('every code has a word of its own: no cell says a code', () => {
  for (const [column, words] of Object.entries(columnWords))
    for (const [code, word] of Object.entries(words)) {
      expect([column, code, word]).not.toEqual([column, code, code])
      expect(word).not.toMatch(/[_{}]|^[a-z]/)
    }
})

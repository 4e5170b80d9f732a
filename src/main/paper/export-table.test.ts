import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import Papa from 'papaparse'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Question } from '#shared/protocol/contract.ts'
import { failed, ok } from '#shared/protocol/reply.ts'
import type { WarehouseId } from '#shared/domain/ids.ts'
import { recordingLog } from '../diagnostics/recording-log.ts'
import type { EngineHost } from '../engine-host.ts'
import { openTableExport, type TableExport } from './export-table.ts'

const WINDOW = 500
type Row = { id: string; [field: string]: unknown }

let folder: string
let file: string
let table: Row[]
let asked: number[]
let progress: ({ doneRows: number; totalRows: number } | null)[]
let tables: TableExport
/** Between the questions of one export. */
let meanwhile: (offset: number) => void

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'shelf-export-'))
  file = path.join(folder, 'stock.csv')
  asked = []
  progress = []
  meanwhile = () => undefined
  const askOwn = (async (_channel: string, { from }: { from: number | null }) => {
    const [offset, end] = [from ?? 0, (from ?? 0) + WINDOW]
    asked.push(offset)
    meanwhile(offset)
    return ok({
      total: table.length,
      rows: table.slice(offset, end),
      next: end < table.length ? end : null,
      asOf: Date.UTC(2026, 10, 23, 8),
    })
  }) as unknown as EngineHost['askOwn']
  tables = openTableExport({
    engine: { askOwn },
    dialogs: { save: (name) => Promise.resolve(path.join(folder, name)), open: () => Promise.resolve(null) },
    log: recordingLog(),
    now: () => Date.UTC(2026, 10, 23, 9),
    progress: (at) => void progress.push(at),
  })
  file = path.join(folder, 'Stock of Berlin_ 1 2026-11-23 08.00.csv')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const question = {
  title: 'Stock of Berlin: 1',
  view: {
    name: 'stock.list',
    params: {
      ...{ warehouseId: '' as WarehouseId, search: '', filter: 'all', sort: 'sku', direction: 'asc' },
      ...{ offset: 0, limit: 1 },
    },
  },
  columns: [
    { heading: 'SKU', path: 'sku', as: 'text' },
    { heading: 'Name, "as shown"', path: 'product.name', as: 'text' },
    { heading: 'On hand', path: 'onHand', as: 'number' },
    { heading: 'State', path: 'state', as: 'text', words: { low: 'Low' } },
    { heading: 'Changed', path: 'changedAt', as: 'moment' },
    { heading: 'Unsent', path: 'unsent', as: 'yes-no' },
  ],
} as const satisfies Question<'table.export'>

const row = (n: number, name = `Name ${n}`): Row => ({
  ...{ id: `id-${n}`, sku: `SKU-${n}`, product: { name }, onHand: n - 3, state: n % 2 ? 'low' : 'new-kind' },
  ...{ changedAt: Date.UTC(2026, 0, 1) + n, unsent: n % 2 === 0 },
})
const readBack = async (): Promise<string[][]> => {
  const text = await readFile(file, 'utf8')
  expect(text.startsWith('\ufeff')).toBe(true)
  expect(text.endsWith('\r\n')).toBe(true)
  const { data, errors } = Papa.parse<string[]>(text.slice(1).trimEnd(), { header: false })
  expect(errors).toEqual([])
  return data
}

test('every row is read back as it was: quotes, newlines, umlauts, numbers, moments and words', async () => {
  const names = ['plain', 'a, b', 'say "L"', 'two\nlines', 'Größe Łódź 木', '  spaced  ', '']
  table = names.map((name, n) => row(n, name))
  expect(await tables.write(question)).toEqual(ok({ file, rows: names.length }))
  const [headings, ...rows] = await readBack()
  expect(headings).toEqual(['SKU', 'Name, "as shown"', 'On hand', 'State', 'Changed', 'Unsent'])
  expect(rows).toEqual(
    names.map((name, n) => [
      ...[`SKU-${n}`, name, `${n - 3}`, n % 2 ? 'Low' : 'new-kind'],
      ...[new Date(Date.UTC(2026, 0, 1) + n).toISOString(), `${n % 2 === 0}`],
    ]),
  )
})

test('a text that a spreadsheet would run is only a text, and a negative number stays a number', async () => {
  const evil = ['=1+1', '=HYPERLINK("http://x","y")', '+49 30', '-5 °C', '@cmd', '\t=1']
  table = evil.map((name, n) => row(n, name))
  await tables.write(question)
  const [, ...rows] = await readBack()
  expect(rows.map(([, name]) => name)).toEqual(evil.map((name) => `'${name}`))
  expect(rows[0]?.[2]).toBe('-3')
})

test('a long list is read window by window, told on the way, and a row that moves is written once', async () => {
  table = Array.from({ length: 1_700 }, (_, n) => row(n))
  meanwhile = (offset) => {
    // Somebody's change puts a row first: all others slip down by one.
    if (offset === 500) table = [row(9_999), ...table]
  }
  const answer = await tables.write(question)
  const [, ...rows] = await readBack()
  const skus = rows.map(([sku]) => sku)
  expect(new Set(skus).size).toBe(skus.length)
  expect(skus).toHaveLength(1_700)
  expect(answer).toEqual(ok({ file, rows: 1_700 }))
  expect(asked.slice(1)).toEqual([0, 500, 1_000, 1_500])
  expect(progress.map((at) => at?.doneRows ?? null)).toEqual([500, 999, 1_499, 1_700, null])
})

test('one that is stopped, or that the engine fails, leaves no file', async () => {
  table = Array.from({ length: 1_700 }, (_, n) => row(n))
  meanwhile = (offset) => {
    if (offset === 1_000) tables.stop()
  }
  expect(await tables.write(question)).toEqual(ok({ file: null, rows: 0 }))
  expect(await readdir(folder)).toEqual([])

  const failing = openTableExport({
    engine: {
      askOwn: (async (_channel: string, { from }: { from: number | null }) =>
        from === null
          ? ok({ total: 900, rows: [row(1)], next: WINDOW, asOf: null })
          : failed('internal', 'The file is damaged.')) as unknown as EngineHost['askOwn'],
    },
    dialogs: { save: (name) => Promise.resolve(path.join(folder, name)), open: () => Promise.resolve(null) },
    log: recordingLog(),
    now: () => 0,
    progress: () => undefined,
  })
  expect(await failing.write(question)).toMatchObject({ ok: false, error: { code: 'internal' } })
  expect(await readdir(folder)).toEqual([])
})

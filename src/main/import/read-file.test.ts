import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ImportProblem } from './problem.ts'
import { readImportFile, type ReadFile } from './read-file.ts'
import { RETAIL_SAMPLE, scratchFolder, STOCK_SAMPLE } from './testing/samples.ts'

let scratch: Awaited<ReturnType<typeof scratchFolder>>
beforeAll(async () => {
  scratch = await scratchFolder()
})
afterAll(() => scratch.gone())

const read = async (name: string, content: string | Uint8Array): Promise<ReadFile> =>
  readImportFile(await scratch.file(name, content), {
    warehouseCode: 'MAIN',
    ordersSince: null,
    progress: () => undefined,
  })

const problemOf = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(ImportProblem)
  return error instanceof ImportProblem ? error.message : ''
}

describe('retail invoice lines', () => {
  test('are taken as sales, cancellations, corrections and charges; the rest is skipped by line', async () => {
    const { kind, report } = await read('lines.csv', RETAIL_SAMPLE)
    expect(kind).toBe('retail')
    expect(report.lines).toBe(15)
    expect(Object.fromEntries(report.taken)).toEqual({
      sale: 5,
      charge: 1,
      correction: 3,
      return: 1,
    })
    expect(Object.fromEntries(report.skipped)).toEqual({
      'quantity-zero': [10],
      'sku-missing': [11],
      'quantity-not-whole': [12],
      'date-unreadable': [13],
      // Two records before it are spread over two lines each.
      'field-count': [18],
    })
  })

  test('read the same from a .gz file', async () => {
    const plain = await read('lines.csv', RETAIL_SAMPLE)
    const packed = await read('lines.csv.gz', gzipSync(RETAIL_SAMPLE))
    expect(packed.plan).toEqual(plain.plan)
  })

  test('keep two equal lines of an invoice apart, and have the same ids on every run', async () => {
    const first = await read('a.csv', RETAIL_SAMPLE)
    const second = await read('b.csv', RETAIL_SAMPLE)
    const ids = first.plan.movements.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(second.plan).toEqual(first.plan)
  })
})

describe('products with stock', () => {
  test('are read with any delimiter, and what cannot be used is skipped by line', async () => {
    const { kind, plan, report } = await read('stock.csv', STOCK_SAMPLE)
    expect(kind).toBe('stock')
    expect(plan.products.map(({ sku, name }) => [sku, name])).toEqual([
      ['A-1', 'Hex bolt'],
      ['A-2', 'Café table'],
      ['A-7', 'Only a name'],
    ])
    expect(plan.movements.map(({ sku, bin, quantity }) => [sku, bin, quantity])).toEqual([
      ['A-1', 'A-01-1', 120],
      ['A-1', 'A-01-2', 30],
      ['A-2', 'B-02-1', 0],
    ])
    expect(Object.fromEntries(report.skipped)).toEqual({
      'name-missing': [5],
      'quantity-not-whole': [6],
      'barcode-of-another': [7],
      'quantity-without-bin': [8],
      'bin-twice': [9],
    })
    // What stands there is told with it, so that the line is found and mended without counting.
    expect(report.errors[1]).toEqual({
      line: 6,
      problem: 'quantity-not-whole',
      column: 'quantity',
      value: '-5',
    })
  })

  test('may be in Windows-1252: the text is read again, and é stays é', async () => {
    const { plan } = await read('stock.csv', Buffer.from(STOCK_SAMPLE, 'latin1'))
    expect(plan.products[1]?.name).toBe('Café table')
    expect(plan.products).toHaveLength(3)
  })

  test('may begin with a byte order mark', async () => {
    expect((await read('bom.csv', `\ufeff${STOCK_SAMPLE}`)).plan.products).toHaveLength(3)
  })
})

describe('bad files get a plain message', () => {
  test.each<[string, string, string | Uint8Array, RegExp]>([
    ['an empty file', 'empty.csv', '', /is empty/],
    ['another table', 'other.csv', 'a,b,c\n1,2,3\n', /does not name the columns .*It says: a, b, c/s],
    [
      'a quote that never ends',
      'quote.csv',
      'sku,name\n1,ok\n2,"never\n3,closed\n',
      /Line 3: a quoted field/,
    ],
    [
      'a picture',
      'picture.csv',
      new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13, 10, 0, 1]),
      /not a text file|does not name/,
    ],
    ['no gzip at all', 'fake.csv.gz', STOCK_SAMPLE, /damaged, or not a gzip file/],
    ['gzip cut short', 'cut.csv.gz', gzipSync(RETAIL_SAMPLE).subarray(0, 200), /ends too early/],
  ])('%s', async (_, name, content, message) => {
    expect(await problemOf(read(name, content))).toMatch(message)
  })

  test('a file that is not there', async () => {
    const options = { warehouseCode: 'MAIN', ordersSince: null, progress: () => undefined }
    expect(await problemOf(readImportFile('/nowhere/at-all.csv', options))).toBe(
      'There is no file /nowhere/at-all.csv.',
    )
  })
})

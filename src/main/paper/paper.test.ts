import { describe, expect, test } from 'vitest'
import { must } from '#shared/lib/must.ts'
import type { OrderId, WarehouseId } from '#shared/domain/ids.ts'
import type { CodeMark, Page } from '#shared/paper/page.ts'
import { zplOf } from '#shared/paper/zpl.ts'
import type { PickListTexts } from '#shared/protocol/paper.ts'
import type { OrdersToPick } from '../engine/paper/paper-questions.ts'
import { encode } from './codes.ts'
import { labelPages, pickListOf, type LabelJob } from './pages-of.ts'
import { pdfOf } from './pdf.ts'
import { printDocument } from './print-page.ts'
import { readPdf, readZpl, scan } from '#test/harness/paper-readers.ts'

const now = Date.UTC(2026, 10, 23, 13, 5)
const codesOf = (page: Page | undefined): CodeMark[] =>
  (page?.marks ?? []).filter((mark) => mark.kind === 'code')
const pdf = async (pages: readonly Page[]) => readPdf(await pdfOf(pages, 'Test', new Date(now)))

const bolt = {
  sku: 'ÄB-42/7',
  name: 'Größe Ärmelbügel „Łódź" 3×8, weiß & blau',
  barcode: '4006381333931',
  copies: 2,
}
const nut = { sku: 'N-1', name: 'Nut', barcode: null, copies: 1 }
const products = (more: Partial<Extract<LabelJob, { kind: 'product-labels' }>> = {}): LabelJob => ({
  ...{ kind: 'product-labels', size: 'roll-62x29', labels: [bolt, nut] },
  ...more,
})

describe('a code is read back by a reader that is not ours', () => {
  test.each([
    ['code128', 'SKU-42/7 ~^_>x', 'CODE_128'],
    ['code128', 'SO-10432', 'CODE_128'],
    ['ean13', '4006381333931', 'EAN_13'],
    ['ean8', '96385074', 'EAN_8'],
    ['datamatrix', 'A3-04', 'DATA_MATRIX'],
    ['datamatrix', 'A very long name of a bin, hall 7', 'DATA_MATRIX'],
  ] as const)('%s of %s', (symbology, text, format) => {
    expect(scan(encode(symbology, text))).toEqual({ text, format })
  })

  test('and what readers would not agree on is none', () => {
    expect(() => encode('code128', 'Größe')).toThrow(RangeError)
    expect(() => encode('ean13', '4006381333932')).toThrow(RangeError)
  })
})

describe('product labels', () => {
  test('say in the PDF what was asked, umlauts and all, as often as asked', async () => {
    const { pages, missing } = labelPages(products())
    const { texts, sizesMm } = await pdf(pages)
    expect(missing).toEqual([])
    expect(texts).toHaveLength(3)
    expect(sizesMm).toEqual([
      [62, 29],
      [62, 29],
      [62, 29],
    ])
    const [first = [], second, third = []] = texts
    expect(first).toEqual(second)
    expect(first[0]).toBe('ÄB-42/7')
    expect(first.slice(1, -1).join(' ')).toBe('Größe Ärmelbügel „Łódź" 3×8, weiß & blau')
    expect(first.at(-1)).toBe('4006381333931')
    expect(third).toEqual(['N-1', 'Nut', 'N-1'])
  })

  test("carry the shop's bars where the number is one, else Code 128, never wider than the label", () => {
    const { pages } = labelPages(products())
    const [[ean], , [own]] = pages.map(codesOf) as [CodeMark[], CodeMark[], CodeMark[]]
    expect(scan(must(ean, 'a code').modules)).toEqual({ text: '4006381333931', format: 'EAN_13' })
    expect(scan(must(own, 'a code').modules)).toEqual({ text: 'N-1', format: 'CODE_128' })
  })

  test('with a number too long for bars carry a square of dots', () => {
    const barcode = 'LOT-2026-11-23/PALLET-0000000042/ROW-17'
    const { pages } = labelPages(products({ labels: [{ ...nut, barcode }] }))
    const [code] = codesOf(pages[0])
    expect(scan(must(code, 'a code').modules)).toEqual({ text: barcode, format: 'DATA_MATRIX' })
  })

  test('fill a sheet of 24 before they begin the next', async () => {
    const { texts, sizesMm } = await pdf(
      labelPages(products({ size: 'a4-3x8', labels: [{ ...nut, copies: 25 }] })).pages,
    )
    expect(sizesMm).toEqual([
      [210, 297],
      [210, 297],
    ])
    expect(texts.map((page) => page.filter((text) => text === 'Nut').length)).toEqual([24, 1])
  })

  test('nothing leaves its label, whatever the texts', () => {
    const long = { sku: 'W'.repeat(60), name: 'Wide words '.repeat(30), barcode: null, copies: 1 }
    for (const size of ['roll-62x29', 'roll-100x50', 'a4-3x8'] as const) {
      const [page] = labelPages(products({ size, labels: [long, nut, bolt] })).pages
      const { widthMm, heightMm, marks } = must(page, 'a page')
      for (const mark of marks) {
        expect(mark.xMm).toBeGreaterThanOrEqual(0)
        expect(mark.yMm).toBeLessThanOrEqual(heightMm)
        if (mark.kind !== 'code') continue
        const bars =
          mark.modules.kind === 'bars'
            ? mark.modules.widths.reduce((a, b) => a + b, 0)
            : (mark.modules.rows[0]?.length ?? 0)
        expect(mark.xMm + bars * mark.moduleMm).toBeLessThanOrEqual(widthMm)
        expect(mark.yMm + mark.heightMm).toBeLessThanOrEqual(heightMm)
      }
    }
  })

  test('print a square for a letter the font does not have, and say so', async () => {
    const { pages, missing } = labelPages(products({ labels: [{ ...nut, name: '螺母 Nut' }] }))
    expect(missing).toEqual(['螺', '母'])
    expect((await pdf(pages)).texts[0]).toContain('□□ Nut')
  })
})

describe('bin labels', () => {
  test.each(['code128', 'datamatrix'] as const)('say the bin large, and in %s', async (symbology) => {
    const labels = [{ bin: 'A3-04', copies: 1 }]
    const { pages } = labelPages({ kind: 'bin-labels', size: 'roll-100x50', symbology, labels })
    expect((await pdf(pages)).texts).toEqual([['A3-04']])
    expect(scan(must(codesOf(pages[0])[0], 'a code').modules).text).toBe('A3-04')
    const [name] = pages[0]?.marks ?? []
    expect(name?.kind === 'text' && name.sizeMm).toBeGreaterThan(15)
  })
})

describe('ZPL', () => {
  const read = (job: LabelJob) => readZpl(zplOf(labelPages(job).pages))

  test('says what the label says, in UTF-8, on a label of its size', () => {
    const [first, , third] = read(products())
    expect(first).toMatchObject({ widthDots: 496, heightDots: 232, isUtf8: true })
    const texts = must(first, 'a label')
      .fields.filter(({ command }) => command === 'A0')
      .map(({ data }) => data)
    expect(texts[0]).toBe('ÄB-42/7')
    expect(texts.slice(1, -1).join(' ')).toBe('Größe Ärmelbügel „Łódź" 3×8, weiß & blau')
    expect(must(first, 'a label').fields.find(({ command }) => command === 'BE')?.data).toBe('400638133393')
    expect(must(third, 'a label').fields.find(({ command }) => command === 'BC')).toMatchObject({
      data: 'N-1',
      parameters: ['N', expect.stringMatching(/^\d+$/), 'N', 'N', 'N', 'A'],
    })
  })

  test('cannot be broken out of: the signs that begin commands are only letters of a text', () => {
    const evil = { sku: '^XZ~JA_5E\\x', name: 'a^FS^XZ^XA b~HS', barcode: 'B^C>D~E', copies: 1 }
    const labels = read(products({ size: 'roll-100x50', labels: [evil] }))
    expect(labels).toHaveLength(1)
    const [label] = labels
    const texts = must(label, 'a label')
      .fields.filter(({ command }) => command === 'A0')
      .map(({ data }) => data)
    expect(texts).toEqual(['^XZ~JA_5E\\x', 'a^FS^XZ^XA b~HS', 'B^C>D~E'])
    // Code 128's own calls for these three.
    expect(must(label, 'a label').fields.find(({ command }) => command === 'BC')?.data).toBe('B><C>0D>=E')
    expect(zplOf(labelPages(products({ labels: [evil] })).pages)).not.toMatch(/~/)
  })

  test('of a square of dots doubles its own escape sign', () => {
    const labels = [{ bin: 'A|B`', copies: 1 }]
    const [label] = read({ kind: 'bin-labels', size: 'roll-100x50', symbology: 'datamatrix', labels })
    const code = must(label, 'a label').fields.find(({ command }) => command === 'BX')
    expect(code?.parameters.at(-1)).toBe('}')
    expect(code?.data).toBe('A|B`')
  })
})

describe('a pick list', () => {
  const words: PickListTexts = {
    ...{ locale: 'en-GB', title: 'Pick list {warehouse}', asOf: 'Stock as of {asOf}. Printed {printed}.' },
    columns: { bin: 'Bin', sku: 'SKU', name: 'Name', order: 'Order', quantity: 'Take' },
    ...{ noBin: 'no bin', nothing: 'Nothing to pick.', page: 'Page {no} of {of}' },
  }
  const job = { kind: 'pick-list', warehouseId: '' as WarehouseId, orderIds: [] as OrderId[], words } as const
  const line = (sku: string, quantity: number, bins: [string, number][]) => ({
    ...{ sku, name: `Ware ${sku} für Übergröße`, unit: 'piece', quantity },
    bins: bins.map(([bin, onHand]) => ({ bin, onHand })),
  })
  const found = (orders: OrdersToPick['orders']): OrdersToPick => ({
    orders,
    warehouse: { code: 'BER', name: 'Berlin', timeZone: 'Europe/Berlin' },
    asOf: now - 60_000,
  })

  test('goes through the hall once: by bin, numbers as numbers, what no bin has at the end', async () => {
    const { pages } = pickListOf(
      job,
      found([
        {
          number: 'SO-10432',
          customer: 'Müller & Söhne',
          lines: [
            line('X-1', 7, [
              ['B10-1', 50],
              ['B2-1', 3],
            ]),
            line('X-2', 2, [['A1-01', 9]]),
            line('X-3', 4, [['C1', 1]]),
          ],
        },
      ]),
      now,
    )
    const [texts = []] = (await pdf(pages)).texts
    expect(texts.slice(0, 4)).toEqual([
      'Pick list Berlin',
      'Stock as of 23 Nov 2026, 14:04. Printed 23 Nov 2026, 14:05.',
      'SO-10432',
      'Müller & Söhne',
    ])
    const name = (sku: string) => `Ware ${sku} für Übergröße`
    expect(texts.slice(8)).toEqual([
      ...['A1-01', 'X-2', name('X-2'), '2'],
      ...['B2-1', 'X-1', name('X-1'), '3'],
      ...['B10-1', 'X-1', name('X-1'), '4'],
      ...['C1', 'X-3', name('X-3'), '1'],
      ...['no bin', 'X-3', name('X-3'), '3'],
      'Page 1 of 1',
    ])
    expect(codesOf(pages[0]).map(({ modules }) => scan(modules).text)).toEqual(['SO-10432'])
    expect(pages[0]?.marks.filter(({ kind }) => kind === 'box')).toHaveLength(5)
  })

  test('of several orders gives the second only what the first leaves, and names the order on each line', async () => {
    const order = (number: string) => ({ number, customer: null, lines: [line('X-1', 6, [['A-1', 10]])] })
    const { pages } = pickListOf(job, found([order('SO-1'), order('SO-2')]), now)
    const [texts = []] = (await pdf(pages)).texts
    const rows = texts.slice(texts.indexOf('Take') + 1, -1)
    expect(rows).toEqual([
      ...['A-1', 'X-1', 'Ware X-1 für Übergröße', 'SO-1', '6'],
      ...['A-1', 'X-1', 'Ware X-1 für Übergröße', 'SO-2', '4'],
      ...['no bin', 'X-1', 'Ware X-1 für Übergröße', 'SO-2', '2'],
    ])
  })

  test('of many lines has pages, each with its head and its number', async () => {
    const lines = Array.from({ length: 60 }, (_, n) => line(`X-${n}`, 1, [[`A-${n}`, 5]]))
    const { texts } = await pdf(
      pickListOf(job, found([{ number: 'SO-1', customer: null, lines }]), now).pages,
    )
    expect(texts.length).toBeGreaterThan(1)
    texts.forEach((page, at) => {
      expect(page.at(-1)).toBe(`Page ${at + 1} of ${texts.length}`)
      expect(page).toContain('Take')
    })
    expect(texts.flat().filter((text) => /^X-\d+$/.test(text))).toHaveLength(60)
  })
})

test('what the system prints is the same marks, and a document in which nothing can run', () => {
  const evil = { ...nut, name: '<script>alert(1)</script> & "quoted"' }
  const { pages } = labelPages(products({ size: 'roll-100x50', labels: [evil] }))
  const document = printDocument(pages)
  expect(document).toContain('@page{size:100mm 50mm;margin:0}')
  expect(document).not.toMatch(/<script/i)
  expect(document).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quoted&quot;')
  expect(document.replace(/data:[^)]+/g, '')).not.toMatch(/https?:(?!\/\/www\.w3\.org\/2000\/svg)/)
})

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { contenders } from './index.ts'
import type { ShownRow, StockKeeper } from './port.ts'
import { firstBySku, pagesOf, stockRow, WINDOW_ROWS, type StockRow } from './stock-rows.ts'

/*
 * A ratio between two contenders means something only if both did the same. So all of them are held to a list worked out here,
 * by hand, after the same changes.
 */

const ROWS = 6_000
const NEW_ROWS = 1_200
const seen = firstBySku(ROWS)

const asShown = ({ sku, name, bin, onHand, allocated }: ShownRow): ShownRow => ({
  ...{ sku, name, bin, onHand, allocated },
})

const bySku = (a: StockRow, b: StockRow): number => (a.sku < b.sku ? -1 : 1)

describe.each(contenders)('$name', ({ load }) => {
  let folder: string
  let keeper: StockKeeper<unknown>
  let truth: Map<number, StockRow>

  const firstOfTruth = (): ShownRow[] => [...truth.values()].sort(bySku).slice(0, WINDOW_ROWS).map(asShown)

  const change = async (rows: readonly (readonly [n: number, row: StockRow])[]): Promise<void> => {
    for (const [n, row] of rows) truth.set(n, row)
    await keeper.apply(keeper.arrival(rows.map(([, row]) => row)))
  }

  const shown = async (): Promise<ShownRow[]> => (await keeper.shown()).map(asShown)

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'shelf-contender-'))
    keeper = await (await load())(folder)
    truth = new Map()
    for (const page of pagesOf(ROWS)) {
      for (const n of page) truth.set(n, stockRow(n))
      await keeper.load(keeper.arrival(page.map((n) => stockRow(n))))
    }
    await keeper.loaded()
    await keeper.open()
  })

  afterEach(async () => {
    await keeper.close()
    await rm(folder, { recursive: true, force: true })
  })

  test('shows the first 100 rows by SKU of what was downloaded', async () => {
    expect(await shown()).toEqual(firstOfTruth())
  })

  test('shows one change after the other', async () => {
    for (const [at, n] of seen.slice(0, 20).entries()) {
      await change([[n, stockRow(n, 1_000 + at)]])
      expect((await shown())[at]).toMatchObject({ onHand: 1_000 + at })
    }
    expect(await shown()).toEqual(firstOfTruth())
  })

  test('shows a batch, most of which stands elsewhere in the list', async () => {
    const inTheList = seen.slice(3, 9)
    const scattered = Array.from({ length: 4_000 }, (_, n) => n).filter((n) => !inTheList.includes(n))
    await change([...scattered, ...inTheList].map((n) => [n, stockRow(n, 777)] as const))
    expect(await shown()).toEqual(firstOfTruth())
  })

  test('makes room for new rows that stand among the first', async () => {
    const before = firstOfTruth()
    const coming = Array.from({ length: NEW_ROWS }, (_, at) => ROWS + at)
    await change(coming.map((n) => [n, stockRow(n)] as const))
    expect(firstOfTruth()).not.toEqual(before)
    expect(await shown()).toEqual(firstOfTruth())
  })
})

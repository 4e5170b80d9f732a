// @vitest-environment happy-dom
import { act, cleanup, configure, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { must } from '#shared/lib/must.ts'
import type { StockRow } from '#shared/protocol/views.ts'
import { PATIENCE_MS } from '#test/harness/patience.ts'
import { liveWorld } from '../../gallery/scenarios.ts'
import { withFigures } from '../../gallery/sample-data.ts'
import { createTestWindow, giveElementsSize, type TestWindow } from '../../testing/window.tsx'

const now = Date.parse('2026-03-05T12:00:00Z')
let window: TestWindow
let unmount: () => void

beforeAll(() => {
  giveElementsSize()
  configure({ asyncUtilTimeout: PATIENCE_MS })
})
beforeEach(async () => {
  localStorage.clear()
  window = createTestWindow(liveWorld(now, 600), now)
  unmount = render(window.element).unmount
  await screen.findByRole('grid')
  await waitFor(() => expect(rowTexts()).not.toHaveLength(0))
})
afterEach(cleanup)

const grid = () => screen.getByRole('grid')
const rows = () => within(grid()).getAllByRole('row').slice(1)
const rowTexts = () => rows().map((row) => row.textContent)
const skus = () =>
  within(grid())
    .getAllByRole('rowheader')
    .map((cell) => cell.textContent)
const rowOf = (sku: string) => must(within(grid()).getByText(sku).closest('[role=row]'), sku)
const cursorRow = () => document.getElementById(must(grid().getAttribute('aria-activedescendant'), 'cursor'))
const stockAt = (at: number): StockRow => {
  let found: StockRow | undefined
  window.engine.change(({ stock }) => (found = stock[at]))
  return must(found, `stock row ${at}`)
}
const setOnHand = (at: number, onHand: number, changedAt = now) =>
  act(() =>
    window.engine.change(({ stock }) => {
      const row = must(stock[at], `stock row ${at}`)
      stock[at] = withFigures(row, onHand, row.allocated, changedAt)
    }),
  )
const key = (name: string) => fireEvent.keyDown(grid(), { key: name })
const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }))

describe('a change', () => {
  test('one changed row re-renders one row: every other keeps its elements untouched', async () => {
    const touched = new Set<Element>()
    const observer = new MutationObserver((records) => {
      for (const { target } of records) {
        const element = target instanceof Element ? target : target.parentElement
        const row = element?.closest('[role=row]')
        if (row) touched.add(row)
      }
    })
    observer.observe(grid(), { subtree: true, childList: true, attributes: true, characterData: true })
    const { sku } = stockAt(4)
    setOnHand(4, 77)
    await waitFor(() => expect(rowOf(sku).textContent).toContain('77'))
    observer.disconnect()
    expect([...touched]).toEqual([rowOf(sku)])
  })

  const marked = () => [...grid().querySelectorAll('[data-marked]')]

  test('marks the figure that changed and no other, for two seconds after its last change', () => {
    const { sku, allocated } = stockAt(2)
    setOnHand(2, allocated + 500)
    expect(marked().every((figure) => rowOf(sku).contains(figure))).toBe(true)
    expect(marked().map((figure) => figure.textContent)).toEqual([String(allocated + 500), '500'])
    act(() => window.tick(now + 1_500))
    setOnHand(2, allocated + 501)
    act(() => window.tick(now + 3_000))
    expect(marked().map((figure) => figure.textContent)).toEqual([String(allocated + 501), '501'])
    act(() => window.tick(now + 3_500))
    expect(marked()).toEqual([])
  })

  test('rows seen for the first time are not marked as changed', () => {
    press('Low')
    expect(marked()).toEqual([])
  })
})

describe('order under the pointer', () => {
  const body = () => must(grid().querySelectorAll('[role=rowgroup]')[1], 'rows')

  test('waits while the pointer is over the list, values go on; leaving brings the new order', async () => {
    press('Changed')
    await waitFor(() => expect(grid().querySelector('[aria-sort=descending]')?.textContent).toBe('Changed'))
    const before = skus()
    fireEvent.pointerMove(body(), { pointerType: 'mouse', movementY: 2 })
    const last = window.engine
    const { sku } = stockAt(300)
    const shownSku = must(before[5], 'row')
    act(() =>
      last.change(({ stock }) => {
        const at = stock.findIndex((row) => row.sku === shownSku)
        stock[at] = withFigures(must(stock[at], 'row'), 4_321, 0, now + 1_000)
        stock[300] = withFigures(must(stock[300], 'row'), 9, 0, now + 2_000)
      }),
    )
    expect(skus()).toEqual(before)
    expect(rowOf(shownSku).textContent).toContain('4,321')
    expect(screen.getByText('New order waits until the pointer leaves the list')).toBeTruthy()
    fireEvent.pointerLeave(body())
    expect(skus().slice(0, 2)).toEqual([sku, shownSku])
  })

  test('does not wait for a pointer that merely rests there: the list appeared under it', async () => {
    press('Changed')
    await waitFor(() => expect(grid().querySelector('[aria-sort=descending]')?.textContent).toBe('Changed'))
    fireEvent.pointerMove(body(), { pointerType: 'mouse', movementX: 0, movementY: 0 })
    const { sku } = stockAt(300)
    act(() =>
      window.engine.change(({ stock }) => {
        stock[300] = withFigures(must(stock[300], 'row'), 9, 0, now + 2_000)
      }),
    )
    await waitFor(() => expect(skus()[0]).toBe(sku))
  })
})

describe('the keyboard', () => {
  test('moves by row, by screen and to the ends, telling screen readers where it is', async () => {
    act(() => grid().focus())
    expect(cursorRow()?.getAttribute('aria-rowindex')).toBe('2')
    key('ArrowDown')
    key('ArrowDown')
    expect(cursorRow()?.getAttribute('aria-rowindex')).toBe('4')
    key('PageDown')
    expect(grid().getAttribute('aria-activedescendant')).toMatch(/row20$/)
    key('End')
    expect(grid().getAttribute('aria-activedescendant')).toMatch(/row599$/)
    key('Home')
    expect(grid().getAttribute('aria-activedescendant')).toMatch(/row0$/)
    expect(grid().getAttribute('aria-rowcount')).toBe('601')
  })

  test('Enter opens the product, Esc backs out', async () => {
    act(() => grid().focus())
    key('ArrowDown')
    key('Enter')
    const pane = await screen.findByRole('complementary', { name: `Product ${stockAt(1).sku}` })
    expect(await within(pane).findByText('Barcodes')).toBeTruthy()
    key('Escape')
    expect(screen.queryByRole('complementary')).toBeNull()
  })

  test('/ goes to the search, Esc clears it, then leads back to the list', async () => {
    fireEvent.keyDown(document.body, { key: '/' })
    const search = screen.getByRole('textbox', { name: 'Search SKU, name or barcode' })
    expect(document.activeElement).toBe(search)
    fireEvent.change(search, { target: { value: 'mug' } })
    await waitFor(() => expect(rowTexts().every((text) => /mug/.test(text ?? ''))).toBe(true))
    fireEvent.keyDown(search, { key: 'Escape' })
    expect((search as HTMLInputElement).value).toBe('')
    fireEvent.keyDown(search, { key: 'Escape' })
    expect(document.activeElement).toBe(grid())
  })

  test('? shows the keys, but not while someone types one', () => {
    const search = screen.getByRole('textbox', { name: 'Search SKU, name or barcode' })
    fireEvent.keyDown(search, { key: '?' })
    expect(screen.queryByRole('dialog')).toBeNull()
    fireEvent.keyDown(document.body, { key: '?' })
    expect(screen.getByRole('dialog', { name: 'Keys of this screen' })).toBeTruthy()
  })

  test('Ctrl+K finds a product and opens it', async () => {
    const { sku, name } = stockAt(12)
    fireEvent.keyDown(document.body, { key: 'k', ctrlKey: true })
    const box = screen.getByRole('combobox')
    fireEvent.change(box, { target: { value: sku } })
    await screen.findByRole('option', { name: new RegExp(name.slice(0, 12)) })
    fireEvent.keyDown(box, { key: 'Enter' })
    expect(await screen.findByRole('complementary', { name: `Product ${sku}` })).toBeTruthy()
  })
})

test('the open row stays open through changes and a new order', async () => {
  const { sku } = stockAt(3)
  fireEvent.click(rowOf(sku))
  await screen.findByRole('complementary', { name: `Product ${sku}` })
  setOnHand(0, 5)
  press('Available')
  await waitFor(() => expect(grid().querySelector('[aria-sort]')?.textContent).toBe('Available'))
  expect(screen.getByRole('complementary', { name: `Product ${sku}` })).toBeTruthy()
})

test('the figures filter the list', async () => {
  press('SKU')
  const low = screen.getByRole('button', { name: /\d low$/ })
  fireEvent.click(low)
  await waitFor(() => expect(low.getAttribute('aria-pressed')).toBe('true'))
  await waitFor(() => expect(rowTexts().every((text) => text?.includes('Low'))).toBe(true))
  expect(screen.getByRole('button', { name: 'Low' }).getAttribute('aria-pressed')).toBe('true')
})

test('a search without results says so and offers the way back', async () => {
  const search = screen.getByRole('textbox', { name: 'Search SKU, name or barcode' })
  fireEvent.change(search, { target: { value: 'zebra' } })
  expect(await screen.findByText('Nothing matches “zebra”')).toBeTruthy()
  // One button in the field, one under the words.
  fireEvent.click(must(screen.getAllByRole('button', { name: 'Clear the search' }).at(-1), 'button'))
  expect(await screen.findByRole('grid')).toBeTruthy()
})

test('stale figures are dimmed and say from when they are', () => {
  act(() =>
    window.engine.change((world) => {
      world.status = {
        ...world.status,
        lostAt: now,
        link: { at: 'waiting', since: now, until: now + 8_000, attempt: 2, because: 'no-answer' },
      }
    }),
  )
  expect(grid().dataset['stale']).toBe('true')
  expect(screen.getByText(/^Offline since/)).toBeTruthy()
  expect(screen.getByText(/trying again in 8 s/)).toBeTruthy()
  act(() => window.tick(now + 3_000))
  expect(screen.getByText(/trying again in 5 s/)).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'Try now' }))
  expect(window.engine.asked.at(-1)?.channel).toBe('link.retry')
})

test('leaving closes every view it opened, also in StrictMode', async () => {
  expect(window.engine.openViews()).toBeGreaterThan(2)
  unmount()
  await waitFor(() => expect(window.engine.openViews()).toBe(0))
  expect(window.parts.replica.openCount()).toBe(0)
})

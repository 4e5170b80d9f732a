// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, test } from 'vitest'
import { must } from '#shared/lib/must.ts'
import type { OrderListRow } from '#shared/protocol/orders.ts'
import { deliver } from '../../gallery/fake-work.ts'
import type { TestWindow } from '../../testing/window.tsx'
import { bestBin } from './best-bin.ts'
import { dueWords } from './DueMark.tsx'
import { startOfDay } from './moments.ts'
import { now, openScenario, prepareWindows } from '../../testing/scenario.ts'

let window: TestWindow

prepareWindows()

const open = (...scenario: Parameters<typeof openScenario>): void => {
  window = openScenario(...scenario)
}

const column = (name: string) => screen.findByRole('listbox', { name: new RegExp(`^${name}: \\d+ orders$`) })
const cards = (of: HTMLElement) => within(of).getAllByRole('option')
const cursorOf = (of: HTMLElement) =>
  must(document.getElementById(must(of.getAttribute('aria-activedescendant'), 'cursor')), 'card')
const key = (of: HTMLElement, name: string) => fireEvent.keyDown(of, { key: name })

describe('the board', () => {
  test('has a column for each status on the way, with how many and how many of them are late', async () => {
    open('orders-board')
    for (const name of ['Pending', 'Picking', 'Packed', 'Shipped today']) await column(name)
    const pending = screen.getByRole('region', { name: 'Pending' })
    expect(await within(pending).findByText(/^\d+ overdue$/)).toBeTruthy()
    expect(within(pending).getByText(/^[\d,]+ to pick$/)).toBeTruthy()
    expect(screen.queryByRole('listbox', { name: /^Failed/ })).toBeNull()
    fireEvent.click(screen.getByText('Show Failed'))
    await column('Failed')
  })

  test('is used by keys alone: arrows between columns and cards, Enter opens, a digit takes the step', async () => {
    open('orders-board')
    const pending = await column('Pending')
    await waitFor(() => expect(cards(pending).length).toBeGreaterThan(3))
    act(() => pending.focus())
    key(pending, 'ArrowDown')
    const second = cursorOf(pending).textContent
    expect(second).toBe(must(cards(pending)[1], 'a card').textContent)
    key(pending, 'ArrowRight')
    const picking = await column('Picking')
    expect(document.activeElement).toBe(picking)
    key(picking, 'ArrowLeft')
    expect(document.activeElement).toBe(await column('Pending'))
    key(pending, 'Enter')
    const number = must(/^SO-\d+/.exec(second), 'a number')[0]
    expect(await screen.findByRole('complementary', { name: `Order ${number}` })).toBeTruthy()

    expect(screen.getByText(`Keys for ${number}`)).toBeTruthy()
    key(pending, '1')
    await waitFor(() =>
      expect(window.submitted()).toMatchObject([{ kind: 'order.advance', from: 'pending', to: 'picking' }]),
    )
    await within(await column('Picking')).findByRole('option', { name: new RegExp(`^${number}\\b`) })
  })

  test('what a scanner types moves no order', async () => {
    open('orders-board')
    const pending = await column('Pending')
    act(() => pending.focus())
    await screen.findByText(/^Keys for/)
    for (const name of ['1', '2', '3', 'Shift', '1']) key(pending, name)
    await act(() => new Promise((done) => setTimeout(done, 120)))
    expect(window.submitted()).toEqual([])
  })

  test('new order waits while the pointer is over a column', async () => {
    open('orders-board')
    const pending = await column('Pending')
    await waitFor(() => expect(cards(pending).length).toBeGreaterThan(3))
    const first = must(cards(pending)[0], 'a card').textContent
    const over = new MouseEvent('pointermove', { bubbles: true })
    Object.defineProperties(over, { movementX: { value: 4 }, pointerType: { value: 'mouse' } })
    act(() => void pending.dispatchEvent(over))
    const urgent = (row: OrderListRow): OrderListRow => ({ ...row, status: 'pending', priority: 1, dueAt: 1 })
    act(() =>
      window.engine.change(({ orders }) => orders.splice(100, 1, urgent(must(orders[100], 'an order')))),
    )
    expect(await screen.findByText('New order waits for the pointer')).toBeTruthy()
    expect(must(cards(pending)[0], 'a card').textContent).toBe(first)
    fireEvent.pointerOut(pending)
    await waitFor(() => expect(must(cards(pending)[0], 'a card').textContent).not.toBe(first))
  })

  test('is searched and narrowed, and comes back as the list that was left', async () => {
    open('orders-board')
    const pending = await column('Pending')
    const all = pending.getAttribute('aria-label')
    fireEvent.change(screen.getByRole('textbox', { name: 'Order or customer' }), {
      target: { value: 'meyer' },
    })
    await waitFor(async () => expect((await column('Pending')).getAttribute('aria-label')).not.toBe(all))
    expect(cards(await column('Pending')).every((card) => card.textContent.includes('Meyer'))).toBe(true)
    fireEvent.click(screen.getByRole('button', { name: 'List' }))
    expect(await screen.findByRole('grid', { name: 'Orders in Berlin' })).toBeTruthy()
    cleanup()
    open('orders-board')
    expect(await screen.findByRole('grid', { name: 'Orders in Berlin' })).toBeTruthy()
  })
})

describe('the page of an order', () => {
  test('opens the pick of a line with its bin and what is left, and shows it as not sent until it is', async () => {
    open('orders-page')
    const page = await screen.findByRole('complementary', { name: /^Order SO-/ })
    const picks = await within(page).findAllByRole('button', { name: /^Pick \w+ for this order$/ })
    fireEvent.click(must(picks[0], 'a line'))
    const form = await screen.findByRole('dialog', { name: /^Pick \w+ for SO-\d+$/ })
    const left = Number(
      must(
        /· (\d+) (is|are) still to be picked$/.exec(form.textContent.replace(/be picked.*/s, 'be picked')),
        'left',
      )[1],
    )
    fireEvent.click(within(form).getByRole('button', { name: 'Pick' }))
    await waitFor(() => expect(window.submitted()).toHaveLength(1))
    expect(window.submitted()[0]).toMatchObject({ kind: 'pick', quantity: left })
    expect(window.submitted()[0]).toHaveProperty('order_item_id')
  })

  test('says what is short, who picked what, and what was done here', async () => {
    open('orders-page')
    expect(await screen.findByText('2 are in no bin')).toBeTruthy()
    const picked = await screen.findByRole('region', { name: 'Who picked what' })
    expect(await within(picked).findAllByText('Mia Berger')).not.toHaveLength(0)
    const page = screen.getByRole('complementary', { name: /^Order SO-/ })
    fireEvent.click(within(page).getByRole('button', { name: 'Set to Packed' }))
    const here = screen.getByRole('region', { name: 'Done here' })
    expect(await within(here).findByText(/^Set order SO-\d+ from Picking to Packed$/)).toBeTruthy()
    window.change(deliver)
    await waitFor(() => expect(within(page).queryByText(/not sent/)).toBeNull())
  })

  test('asks nothing of a server that does not answer', async () => {
    open('orders-page-offline')
    expect(await screen.findByText(/^Picks by others are kept by the server/)).toBeTruthy()
    expect(window.engine.asked.some(({ channel }) => channel === 'ledger.page')).toBe(false)
  })
})

test('how late an order is is said to the minute, and nothing that has ended is late', () => {
  const dueAt = now - 125 * 60_000
  expect(dueWords({ status: 'packed', dueAt }, now, 'UTC')).toBe('Overdue by 2h 5m')
  expect(dueWords({ status: 'pending', dueAt: now + 30_000 }, now, 'UTC')).toBe('Due in 1m')
  expect(dueWords({ status: 'shipped', dueAt }, now, 'UTC')).toBe('Was due 09:55')
  expect(dueWords({ status: 'pending', dueAt: null }, now, 'UTC')).toBe('No due date')
})

test('a day begins at midnight on the warehouse’s wall, also when the clocks are changed', () => {
  const at = (text: string): number => Date.parse(text)
  expect(startOfDay(at('2026-03-05T12:34:56Z'), 'Europe/Berlin')).toBe(at('2026-03-04T23:00:00Z'))
  expect(startOfDay(at('2026-03-29T12:00:00Z'), 'Europe/Berlin')).toBe(at('2026-03-28T23:00:00Z'))
  expect(startOfDay(at('2026-10-25T12:00:00Z'), 'Europe/Berlin')).toBe(at('2026-10-24T22:00:00Z'))
})

test('a line is picked from the first bin on the way that has enough, or else from the fullest', () => {
  const bins = [
    { bin: 'A-1', onHand: 2 },
    { bin: 'B-1', onHand: 9 },
    { bin: 'C-1', onHand: 20 },
  ]
  expect(bestBin({ ordered: 10, picked: 4, bins })?.bin).toBe('B-1')
  expect(bestBin({ ordered: 60, picked: 4, bins })?.bin).toBe('C-1')
  expect(bestBin({ ordered: 6, picked: 4, bins: [] })).toBeNull()
})

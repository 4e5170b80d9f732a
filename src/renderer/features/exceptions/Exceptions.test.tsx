// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, test } from 'vitest'
import { alertId } from '../../gallery/sample-alerts.ts'
import type { TestWindow } from '../../testing/window.tsx'
import { burstOver, key, openScenario, prepareWindows, press } from '../../testing/scenario.ts'

let window: TestWindow

prepareWindows()

const open = (...scenario: Parameters<typeof openScenario>): void => {
  window = openScenario(...scenario)
}

const grid = () => screen.findByRole('grid', { name: 'Exceptions in Berlin' })
const pane = () => screen.findByRole('complementary', { name: 'Exception' })
const look = (n: number) => act(() => window.parts.screen.setState({ exceptionId: alertId(40 + n) }))
const place = () => window.parts.screen.getState()

test('each kind says how many of it wait, and shows those alone', async () => {
  open('exceptions-open')
  expect(await screen.findByRole('button', { name: 'All 7' })).toBeTruthy()
  press('To count 2')
  await waitFor(async () => expect(within(await grid()).getAllByRole('row')).toHaveLength(3))
  expect(within(await grid()).getByText('Answered, not sent')).toBeTruthy()
  window.change((world) => (world.exceptions = world.exceptions?.slice(0, 1) ?? []))
  expect(await screen.findByText('Nothing here is “To count”')).toBeTruthy()
  press('Show all exceptions')
  expect(await within(await grid()).findByText('SO-10428 was packed with 4 units missing')).toBeTruthy()
})

describe('the next action, in one key', () => {
  test('a short order goes back to picking, and its exception is answered by that', async () => {
    open('exceptions-open')
    await pane()
    key('n')
    await waitFor(() => expect(window.submitted()).toHaveLength(2))
    expect(window.submitted()).toMatchObject([
      { kind: 'order.advance', from: 'packed', to: 'picking' },
      { kind: 'alert.acknowledge', alert_id: alertId(41), note: 'Sent back to picking' },
    ])
    expect(await within(await pane()).findByText('Answered, not sent')).toBeTruthy()
  })

  test('an order that cannot go back stays an exception, with the reason', async () => {
    open('exceptions-open', (world) => {
      world.rules.objections = {
        'order.advance': {
          code: 'illegal_transition',
          facts: { number: 'SO-10428', status: 'shipped', to: 'picking' },
        },
      }
    })
    await pane()
    key('n')
    expect(await screen.findByText(/^Order SO-10428 is shipped and cannot become picking/)).toBeTruthy()
    expect(window.submitted()).toHaveLength(1)
    expect(within(await pane()).queryByText('Answered, not sent')).toBeNull()
  })

  test('… or is accepted as it is', async () => {
    open('exceptions-open')
    await pane()
    key('a')
    await waitFor(() =>
      expect(window.submitted()).toMatchObject([
        { kind: 'alert.acknowledge', alert_id: alertId(41), note: null },
      ]),
    )
  })

  test('a bin below zero is counted: the blind count of that product in that bin opens', async () => {
    open('exceptions-open')
    await pane()
    look(3)
    await within(await pane()).findByRole('heading', { name: /were taken from A3-04/ })
    key('n')
    expect(await screen.findByRole('button', { name: 'Begin counting' })).toBeTruthy()
    expect(place().form).toMatchObject({ kind: 'stock', action: 'count', bin: 'A3-04' })
  })

  test('why work was refused is said in the sentence of the desk, and of work that was handed over beside its note', async () => {
    open('exceptions-open')
    expect(
      await within(await grid()).findByText('Bin A3-04 had 2, you took 5: 3 are missing. Recount?'),
    ).toBeTruthy()
    look(5)
    expect(await within(await pane()).findByText(/^48 were announced under DN-2291/)).toBeTruthy()
    expect(within(await pane()).queryByText('over_receipt')).toBeNull()
  })

  test('refused work leads to the desk where it waits', async () => {
    open('exceptions-open')
    await pane()
    look(6)
    await within(await pane()).findByRole('button', { name: /^Look at it/ })
    key('n')
    await waitFor(() => expect(place().screen).toBe('refused'))
  })

  test('what was handed over is acknowledged, with a note', async () => {
    open('exceptions-open')
    await pane()
    look(5)
    await within(await pane()).findByRole('heading', { name: /^Refused work needs a supervisor/ })
    fireEvent.change(within(await pane()).getByRole('textbox', { name: 'Note (optional)' }), {
      target: { value: 'Sent 12 back' },
    })
    press(/^Acknowledge/, await pane())
    await waitFor(() =>
      expect(window.submitted()).toMatchObject([
        { kind: 'alert.acknowledge', alert_id: alertId(45), note: 'Sent 12 back' },
      ]),
    )
  })

  test('what is answered already is not asked for twice', async () => {
    open('exceptions-offline')
    expect(await within(await pane()).findByText('Answered, not sent')).toBeTruthy()
    key('n')
    key('a')
    await burstOver()
    expect(place().form).toBeNull()
    expect(window.submitted()).toEqual([])
  })
})

describe('an unknown code', () => {
  test('is given to a product that is searched for, chosen by Enter', async () => {
    open('exceptions-code')
    await pane()
    key('n')
    const dialog = await screen.findByRole('dialog', { name: 'Give 4006381333931 to a product' })
    press('Give the code', dialog)
    expect(await within(dialog).findByText('Choose the product it belongs to.')).toBeTruthy()
    const product = within(dialog).getByRole('combobox')
    fireEvent.change(product, { target: { value: '20041' } })
    await within(dialog).findByRole('option', { name: /20041/ })
    key('Enter', product)
    press('Give the code', dialog)
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    expect(window.submitted()).toMatchObject([
      { kind: 'barcode.assign', code: '4006381333931', pack_quantity: 1 },
    ])
    expect(await within(await pane()).findByText('Answered, not sent')).toBeTruthy()
  })

  test('a picker acknowledges it: giving codes is for supervisors', async () => {
    open('exceptions-code', (world) => {
      world.status.memberships = world.status.memberships.map((member) => ({ ...member, role: 'picker' }))
    })
    expect(within(await pane()).queryByRole('button', { name: /Give it to a product/ })).toBeNull()
    key('n')
    await waitFor(() => expect(window.submitted()).toMatchObject([{ kind: 'alert.acknowledge' }]))
  })

  test('is reported from the palette', async () => {
    open('exceptions-open')
    fireEvent.keyDown(document, { key: 'k', ctrlKey: true })
    const search = await screen.findByRole('combobox', { name: 'Go to anything' })
    fireEvent.change(search, { target: { value: 'report unk' } })
    key('Enter', search)
    const dialog = await screen.findByRole('dialog', { name: 'Report an unknown code' })
    fireEvent.change(within(dialog).getByRole('textbox', { name: 'Code' }), { target: { value: ' 0417 ' } })
    press('Report', dialog)
    await waitFor(() =>
      expect(window.submitted()).toMatchObject([
        { kind: 'code.report', code: '0417', bin: null, note: null },
      ]),
    )
  })
})

test('a viewer sees exceptions and can do nothing about them', async () => {
  open('exceptions-viewer')
  expect(await within(await pane()).findByText(/^You are a viewer in Berlin/)).toBeTruthy()
  expect(within(await pane()).queryByRole('button', { name: /Recount|Acknowledge/ })).toBeNull()
  expect(screen.queryByRole('button', { name: 'Report a code' })).toBeNull()
  key('n')
  key('a')
  await burstOver()
  expect(place().form).toBeNull()
  expect(window.submitted()).toEqual([])
})

// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, test } from 'vitest'
import { must } from '#shared/lib/must.ts'
import { deliver } from '../../gallery/fake-work.ts'
import type { TestWindow } from '../../testing/window.tsx'
import { openScenario, prepareWindows, press } from '../../testing/scenario.ts'

let window: TestWindow

prepareWindows()

const open = (...scenario: Parameters<typeof openScenario>): void => {
  window = openScenario(...scenario)
}

const dialog = () => screen.findByRole('dialog')
const receipts = () => screen.getByRole('log', { name: 'Receipts' })

/** Types into a number field as a person does: the figure counts once the field is left. */
function enter(label: string | RegExp, text: string, form: HTMLElement): void {
  const field = within(form).getByRole('textbox', { name: label })
  act(() => field.focus())
  fireEvent.change(field, { target: { value: text } })
  act(() => field.blur())
}

describe('work on a product', () => {
  test('[O1] a pick offline gets its receipt, is in the figures as not sent, and is undone without a trace', async () => {
    open('receipt-offline', (world) => (world.rules.doubts = {}))
    press('Pick', await screen.findByRole('group', { name: /^Work on / }))
    const form = await dialog()
    enter('Quantity', '5', form)
    press('Pick', form)
    expect(
      await within(receipts()).findByText('Saved here. Will be sent when the network is back.'),
    ).toBeTruthy()
    expect(within(receipts()).getByText(/^Picked 5 × \w+ from /)).toBeTruthy()
    expect(screen.queryByRole('dialog')).toBeNull()
    const pane = screen.getByRole('complementary')
    expect(pane.querySelector('dd')?.textContent).toMatch(/^\d+ \(\+7 not sent\)$/)
    press(/^Undo the pick of 5 × /, receipts())
    expect(await within(receipts()).findByText('Taken back. It was never sent.')).toBeTruthy()
    expect(pane.querySelector('dd')?.textContent).toMatch(/^\d+ \(\+12 not sent\)$/)
  })

  test('in the system, the receipt has two ticks, and the figure is solid', async () => {
    open('form-pick')
    const form = await dialog()
    press('Pick', form)
    expect(await within(receipts()).findByText('Saved here. Being sent.')).toBeTruthy()
    expect(screen.getByText(/^1 not sent$/, { selector: 'button' })).toBeTruthy()
    window.change(deliver)
    expect(await within(receipts()).findByText('In the system.')).toBeTruthy()
    expect(screen.queryByText(/not sent/, { selector: 'button' })).toBeNull()
  })

  test('what the station doubts is told with its facts, and kept all the same', async () => {
    open('receipt-offline')
    press('Pick', await screen.findByRole('group', { name: /^Work on / }))
    press('Pick', await dialog())
    expect(
      await within(receipts()).findByText(
        'Bin A3-04 has 2, you take 5: 3 would be missing. Kept all the same.',
      ),
    ).toBeTruthy()
  })

  test('[O2] a double click is one command', async () => {
    open('form-pick')
    const form = await dialog()
    const save = within(form).getByRole('button', { name: 'Pick' })
    fireEvent.click(save)
    fireEvent.click(save)
    fireEvent.submit(must(form.querySelector('form'), 'form'))
    await within(receipts()).findByText(/^Picked 1 /)
    expect(window.submitted()).toHaveLength(1)
  })

  test('[O2] an answer that was lost is asked for again by the very same command, and counts once', async () => {
    open('form-pick', (world) => (world.lostAnswers = ['work.submit']))
    const form = await dialog()
    press('Pick', form)
    expect((await within(form).findByRole('alert')).textContent).toMatch(/it is kept once/)
    // It may be kept already: another quantity would be another command.
    expect(within(form).getByRole<HTMLInputElement>('textbox', { name: 'Quantity' }).disabled).toBe(true)
    press('Try again', form)
    await within(receipts()).findByText(/^Picked 1 /)
    const [first, second] = window.submitted()
    expect(second).toEqual(first)
    window.engine.change(({ work }) => expect(work).toHaveLength(1))
  })

  test('what this station knows to be wrong is not kept; the form stays and can be put right', async () => {
    open('form-objected')
    const form = await dialog()
    press('Pick', form)
    expect((await within(form).findByRole('alert')).textContent).toMatch(
      /^This station knows no product \w+\. Not kept\.$/,
    )
    window.change((world) => (world.rules.objections = {}))
    enter('Quantity', '2', form)
    expect(within(form).queryByRole('alert')).toBeNull()
    press('Pick', form)
    await within(receipts()).findByText(/^Picked 2 /)
  })

  test('an adjustment says why, or is not asked for', async () => {
    open('form-adjust')
    const form = await dialog()
    press('Adjust', form)
    expect(within(form).getByText('Say why, in at most 200 characters.')).toBeTruthy()
    expect(within(form).getByText(/^Enter how many more or fewer/)).toBeTruthy()
    enter('Quantity', '-2', form)
    fireEvent.change(within(form).getByLabelText('Reason'), { target: { value: 'Broken' } })
    press('Adjust', form)
    await within(receipts()).findByText(/^Adjusted \w+ in \S+ by −2$/)
    expect(window.submitted()[0]).toMatchObject({ kind: 'adjust', quantity: -2, reason: 'Broken' })
  })

  test('a count begins first and is blind: no figure of the books is in its form', async () => {
    open('form-count')
    const form = await dialog()
    expect(form.textContent).not.toMatch(/on hand/)
    press('Begin counting', form)
    const counted = await within(form).findByRole<HTMLInputElement>('textbox', { name: /^Counted in / })
    expect(counted.value).toBe('')
    expect(window.asked('work.begin-count')).toHaveLength(1)
    enter(/^Counted in /, '41', form)
    press('Save the count', form)
    await within(receipts()).findByText(/^Counted 41 × /)
    expect(window.submitted()[0]).toMatchObject({ kind: 'count', counted: 41, basis: { seq: 41_902 } })
  })

  test('a viewer sees the stock and is offered no work', async () => {
    open('stock-unsent', (world) => {
      world.status.memberships = world.status.memberships.map((each) => ({ ...each, role: 'viewer' }))
    })
    expect(await screen.findByText(/^You are a viewer in Berlin/)).toBeTruthy()
    expect(screen.queryByRole('group', { name: /^Work on / })).toBeNull()
  })
})

describe('orders and notifications', () => {
  test('a step is taken by one press, and shows as not sent until it is', async () => {
    open('order-open')
    const pane = await screen.findByRole('complementary', { name: /^Order SO-/ })
    press('Set to Packed', pane)
    expect(await within(pane).findAllByText(/not sent/)).not.toHaveLength(0)
    expect(within(pane).getByText('Packed')).toBeTruthy()
    window.change(deliver)
    expect(within(pane).queryByText(/not sent/)).toBeNull()
  })

  test('cancelling asks in words that name the order, and wants a reason', async () => {
    open('order-cancel')
    const form = await screen.findByRole('dialog', { name: /^Cancel order SO-\d+\?$/ })
    press('Cancel the order', form)
    expect(window.submitted()).toHaveLength(0)
    fireEvent.change(within(form).getByLabelText('Reason'), { target: { value: 'Customer called' } })
    press('Cancel the order', form)
    await within(receipts()).findByText(/^Cancelled order SO-\d+$/)
    expect(window.submitted()[0]).toMatchObject({ from: 'picking', reason: 'Customer called' })
  })

  test('a new order takes its products from a search', async () => {
    open('order-create')
    const form = await dialog()
    fireEvent.change(within(form).getByLabelText('Order number'), { target: { value: 'SO-1' } })
    press('Create the order', form)
    expect(within(form).getByText(/^Add at least one product/)).toBeTruthy()
    fireEvent.change(within(form).getByLabelText(/^Add a product/), { target: { value: 'mug' } })
    fireEvent.click((await within(form).findAllByRole('button', { name: /^Add \w+/ }))[0]!)
    press('Create the order', form)
    await within(receipts()).findByText('Created order SO-1')
    expect(window.submitted()[0]).toMatchObject({ order: { number: 'SO-1', items: [{ quantity: 1 }] } })
  })

  test('one notification is read by opening it, all by one press', async () => {
    open('live')
    fireEvent.click(await screen.findByRole('button', { name: 'Notifications' }))
    fireEvent.click(await screen.findByText('Low: 21033'))
    expect(await screen.findByRole('button', { name: '2 unread notifications' })).toBeTruthy()
    press('Mark all as read')
    expect(await screen.findByRole('button', { name: 'No unread notifications' })).toBeTruthy()
    expect(window.submitted().map(({ kind }) => kind)).toEqual(['notification.read', 'notification.read_all'])
  })
})

describe('the work list', () => {
  test('counts what is not sent in the bar and in the navigation, and filters', async () => {
    open('work-offline')
    expect(await screen.findByRole('button', { name: '4 not sent, oldest 12 min' })).toBeTruthy()
    expect(screen.getByRole('button', { name: 'My work 4 not sent' })).toBeTruthy()
    expect(screen.getByRole('button', { name: 'Refused 5 refused' })).toBeTruthy()
    expect(screen.getByText(/^Beside yours, 2 entries of other people/)).toBeTruthy()
    press('Not sent')
    await screen.findByText('4 entries')
    window.change(deliver)
    expect(await screen.findByText('Everything is sent')).toBeTruthy()
  })

  test('Ctrl+Z undoes the last work, a scanner that types letters does not; an undo of what was sent is work of its own', async () => {
    open('form-pick')
    press('Pick', await dialog())
    await within(receipts()).findByText('Saved here. Being sent.')
    window.change(deliver)
    await within(receipts()).findByText('In the system.')
    for (const letter of ['u', 'z', 'Z']) fireEvent.keyDown(document.body, { key: letter })
    expect(window.asked('work.undo')).toHaveLength(0)
    fireEvent.keyDown(document.body, { key: 'z', ctrlKey: true })
    expect(await within(receipts()).findByText(/^Undid earlier work on /)).toBeTruthy()
    expect(window.asked('work.undo')).toHaveLength(1)
  })
})

describe('the refused desk [O3]', () => {
  const pane = () => screen.findByRole('complementary', { name: 'One piece of work' })

  test('says why, with the facts then and now', async () => {
    open('desk-refused')
    const piece = await pane()
    expect(
      within(piece).getByText('Bin A3-04 had 2, you took 5 while offline: 3 are missing. Recount?'),
    ).toBeTruthy()
    const row = must(within(piece).getByText('A3-04').closest('tr'), 'row')
    expect([...row.querySelectorAll('td')].map((cell) => cell.textContent)).toEqual(['7', '2'])
  })

  test('amending opens the form as it was filled in, and takes the place of the refused one', async () => {
    open('desk-refused')
    press('Amend…', await pane())
    const form = await screen.findByRole('dialog', { name: /^Amend: Pick / })
    const quantity = within(form).getByRole<HTMLInputElement>('textbox', { name: 'Quantity' })
    expect(quantity.value).toBe('5')
    enter('Quantity', '2', form)
    press('Pick', form)
    await within(receipts()).findByText(/^Picked 2 × /)
    expect(window.asked('work.amend')).toHaveLength(1)
    await waitFor(() => expect(screen.getByText('4 entries')).toBeTruthy())
  })

  test('discarding asks in words that name it, and wants a reason', async () => {
    open('desk-discard')
    const form = await screen.findByRole('dialog', { name: /^Discard the pick of 5 × / })
    press('Discard', form)
    expect(within(form).getByText('Say why, in at most 200 characters.')).toBeTruthy()
    expect(window.asked('work.discard')).toEqual([])
    fireEvent.change(within(form).getByLabelText('Why it does not count'), { target: { value: 'Put back' } })
    press('Discard', form)
    await waitFor(() => expect(window.asked('work.discard')).toMatchObject([{ reason: 'Put back' }]))
    expect(await screen.findByText('4 entries')).toBeTruthy()
  })

  test('handing over leaves it on the desk, marked', async () => {
    open('desk-refused')
    press('Hand over…', await pane())
    const form = await dialog()
    fireEvent.change(within(form).getByLabelText('What they should know'), {
      target: { value: 'Please look' },
    })
    press('Hand over', form)
    expect(await within(await pane()).findByText(/“Please look”/)).toBeTruthy()
    expect(screen.getByText('5 entries')).toBeTruthy()
  })

  test('sending again leaves the desk, and a count of the bin can be begun from there', async () => {
    open('desk-refused')
    press('Recount…', await pane())
    expect(await screen.findByRole('dialog', { name: /^Count / })).toBeTruthy()
    act(() => window.parts.screen.setState({ form: null }))
    press('Send again', await pane())
    expect(await screen.findByText('4 entries')).toBeTruthy()
  })
})

describe('leaving with unsent work', () => {
  test('says what is not sent, and offers to export it', async () => {
    open('sign-out-unsent')
    const leave = await screen.findByRole('alertdialog')
    expect(
      await within(leave).findByText(
        '2 picks, 1 receipt and 1 count are not sent. They stay on this station and will be sent in your name.',
      ),
    ).toBeTruthy()
    press('Export them first…', leave)
    expect(await within(leave).findByText(/^4 entries written to /)).toBeTruthy()
    press('Sign out all the same', leave)
    await waitFor(() => expect(window.asked('session.sign-out')).toHaveLength(1))
  })

  test('importing says what was taken, and what was known', async () => {
    open('live')
    fireEvent.keyDown(await screen.findByText(/^Live · as of/), { key: 'k', ctrlKey: true })
    fireEvent.change(screen.getByRole('combobox'), { target: { value: 'import' } })
    fireEvent.keyDown(screen.getByRole('combobox'), { key: 'Enter' })
    expect((await within(receipts()).findByText(/^3 entries taken from /)).textContent).toMatch(
      /2 were known already and are not taken twice\.$/,
    )
  })
})

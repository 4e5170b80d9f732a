// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, test } from 'vitest'
import type { Severity } from '#shared/domain/rows.ts'
import { must } from '#shared/lib/must.ts'
import { deliver } from '../../gallery/fake-work.ts'
import { alertId } from '../../gallery/sample-alerts.ts'
import { worldOf } from '../../gallery/scenarios.ts'
import type { TestWindow } from '../../testing/window.tsx'
import { burstOver, key, now, openScenario, prepareWindows, press } from '../../testing/scenario.ts'

let window: TestWindow

prepareWindows()

const open = (...scenario: Parameters<typeof openScenario>): void => {
  window = openScenario(...scenario)
}

const grid = () => screen.findByRole('grid', { name: 'Alerts in Berlin' })
const pane = () => screen.findByRole('complementary', { name: 'Alert' })

describe('by keyboard alone', () => {
  test('Enter opens an alert, A acknowledges it, the arrow goes on to the next, Esc comes back to the list', async () => {
    open('alerts-open', (world) => (world.notifications = []))
    act(() => window.parts.screen.setState({ alertId: null }))
    const list = await grid()
    act(() => list.focus())
    key('Enter', list)
    expect(await within(await pane()).findByRole('heading', { name: /^Aisle C is closed/ })).toBeTruthy()
    key('ArrowDown', list)
    expect(await within(await pane()).findByRole('heading', { name: /is oversold/ })).toBeTruthy()
    key('a', list)
    expect(await within(await pane()).findByText('Acknowledged by you, not sent')).toBeTruthy()
    const [command] = window.submitted()
    expect(command).toMatchObject({
      kind: 'alert.acknowledge',
      alert_id: null,
      key: must(worldOf('alerts-open', now).alerts?.[1], 'oversold').id,
      note: null,
    })
    expect(within(list).queryByText(/is oversold/)).toBeNull()
    window.change(deliver)
    expect(await within(await pane()).findByText('Acknowledged by you')).toBeTruthy()
    key('Escape', await pane())
    expect(screen.queryByRole('complementary')).toBeNull()
    expect(document.activeElement).toBe(list)
  })

  test('what a scanner reads is no answer, wherever the focus is', async () => {
    open('alerts-open')
    await pane()
    for (const letter of 'banana') key(letter)
    key('Enter')
    // A letter that was typed afterwards, alone, is one: by then the scan has had its time.
    await burstOver()
    expect(window.submitted()).toEqual([])
    key('a')
    await waitFor(() => expect(window.submitted()).toHaveLength(1))
  })

  test('an A within a note is part of the note, and goes with it', async () => {
    open('alerts-open')
    const note = within(await pane()).getByRole('textbox', { name: 'Note (optional)' })
    act(() => note.focus())
    key('a', note)
    fireEvent.change(note, { target: { value: ' Ordered more ' } })
    press(/^Acknowledge/, await pane())
    await waitFor(() =>
      expect(window.submitted()).toMatchObject([{ kind: 'alert.acknowledge', note: 'Ordered more' }]),
    )
    expect(await within(await pane()).findByText('“Ordered more”')).toBeTruthy()
  })
})

test('offline, an acknowledgement is kept and says that it was not sent', async () => {
  open('alerts-offline')
  act(() => window.parts.screen.setState({ alertId: alertId(3) }))
  await within(await pane()).findByRole('heading', { name: /was packed with 4 units missing/ })
  press(/^Acknowledge/, await pane())
  expect(await within(await pane()).findByText('Acknowledged by you, not sent')).toBeTruthy()
  expect(screen.getByText('Saved here. Will be sent when the network is back.')).toBeTruthy()
  press('Acknowledged')
  expect(await within(await grid()).findAllByText(/not sent/)).not.toEqual([])
})

test('from an alert to what it is about: product, order, stations, the count', async () => {
  open('alerts-open')
  const at = (id: string) => act(() => window.parts.screen.setState({ screen: 'alerts', alertId: id }))
  press(/^Open product /, await pane())
  expect(window.parts.screen.getState()).toMatchObject({ screen: 'stock' })
  at(alertId(3))
  press(/^Open order /, await pane())
  expect(window.parts.screen.getState()).toMatchObject({ screen: 'orders' })
  at(alertId(2))
  press('Count it…', await pane())
  expect(window.parts.screen.getState().form).toMatchObject({ action: 'count', bin: 'A3-04' })
  expect(await screen.findByRole('button', { name: 'Begin counting' })).toBeTruthy()
})

test('a message shows who has answered and which stations are silent, live', async () => {
  open('alerts-message')
  const aside = await pane()
  expect(await within(aside).findByText('Packing bench')).toBeTruthy()
  expect(within(aside).getByText('Cold room')).toBeTruthy()
  expect(within(aside).getByText('never seen')).toBeTruthy()
  window.change((world) => {
    world.alertReceipts = { [alertId(1)]: { receipts: [], silent: [] } }
    world.alerts =
      world.alerts?.map((row) => ({ ...row, receipts: row.receipts && { answered: 0, stations: 4 } })) ?? []
  })
  expect(await within(aside).findByText('Nobody has answered yet.')).toBeTruthy()
  expect(within(aside).getByText('0 of 4 stations')).toBeTruthy()
})

describe('a viewer', () => {
  test('sees alerts and cannot act on them, not by key either', async () => {
    open('alerts-viewer')
    const aside = await pane()
    expect(await within(aside).findByText(/^You are a viewer in Berlin/)).toBeTruthy()
    expect(within(aside).queryByRole('button', { name: /^Acknowledge/ })).toBeNull()
    expect(screen.queryByRole('button', { name: 'New message' })).toBeNull()
    key('a')
    await burstOver()
    expect(window.submitted()).toEqual([])
  })

  test('can put away what asks for an answer of others', async () => {
    open('banner-viewer')
    press('Hide', await screen.findByRole('region', { name: 'Asks for your answer' }))
    expect(screen.queryByRole('region', { name: 'Asks for your answer' })).toBeNull()
    expect(window.submitted()).toEqual([])
  })
})

describe('what asks for an answer', () => {
  const banner = () => screen.findByRole('region', { name: 'Asks for your answer' })

  test('stands above the work, the critical first, and goes once it is seen', async () => {
    open('banner-critical')
    expect(within(await banner()).getByRole('alert').textContent).toMatch(
      /^CriticalMiriam Okafor: Aisle C is closed/,
    )
    expect(within(await banner()).getByText('2 more after this')).toBeTruthy()
    press('Seen', await banner())
    expect(await within(await banner()).findByText(/^Miriam Okafor: Truck for Hamburg/)).toBeTruthy()
    expect(within(await banner()).queryByRole('alert')).toBeNull()
    expect(window.submitted()).toMatchObject([
      { kind: 'alert.confirm', alert_id: alertId(82), answer: 'seen' },
    ])
  })

  test('a drill that is accepted begins at this station, one that is declined does not', async () => {
    open('banner-drill')
    press('Accept', await banner())
    await waitFor(() => expect(window.asked('drill.start')).toHaveLength(1))
    expect(window.asked('drill.start')[0]).toMatchObject({
      minutes: 5,
      calledBy: { alertId: alertId(83), from: 'Miriam Okafor' },
    })
    expect(window.submitted()).toMatchObject([{ kind: 'alert.confirm', answer: 'accepted' }])
    cleanup()
    open('banner-drill')
    press('Decline', await banner())
    await waitFor(() =>
      expect(window.submitted()).toMatchObject([{ kind: 'alert.confirm', answer: 'declined' }]),
    )
    expect(window.asked('drill.start')).toEqual([])
  })

  test('a drill that does not begin says so', async () => {
    open('banner-drill', (world) => (world.failures['drill.start'] = 'bad-request'))
    press('Accept', await banner())
    expect(await screen.findByText(/^The drill was accepted but did not start\./)).toBeTruthy()
  })

  test('the whole of it is a press away, with who has answered', async () => {
    open('banner-critical')
    press('Read it all', await banner())
    expect(window.parts.screen.getState()).toMatchObject({
      screen: 'alerts',
      alertFilter: 'messages',
      alertId: alertId(82),
    })
  })
})

describe('a message', () => {
  const dialog = () => screen.findByRole('dialog', { name: 'Message in Berlin' })
  const write = async (text: string) =>
    fireEvent.change(within(await dialog()).getByRole('textbox', { name: 'Message' }), {
      target: { value: text },
    })

  test('to all stations: sent once, and its answers are in view afterwards', async () => {
    open('message-new')
    press('Send', await dialog())
    expect(await within(await dialog()).findByText(/^Write what you want to say/)).toBeTruthy()
    await write('  Gate 3 is closed  ')
    fireEvent.click(within(await dialog()).getByRole('radio', { name: /^Critical/ }))
    press('Send', await dialog())
    expect(await within(await pane()).findByRole('heading', { name: 'Gate 3 is closed' })).toBeTruthy()
    expect(within(await pane()).getByText('0 of 4 stations')).toBeTruthy()
    expect(window.submitted()).toMatchObject([
      { kind: 'message.send', severity: 'critical', text: 'Gate 3 is closed', to_user: null },
    ])
  })

  test('to one person: found by a part of the name, chosen by Enter', async () => {
    open('message-new')
    fireEvent.click(within(await dialog()).getByRole('radio', { name: /^One person/ }))
    await write('Please come to the desk')
    press('Send', await dialog())
    expect(await within(await dialog()).findByText('Choose whom it goes to.')).toBeTruthy()
    const name = within(await dialog()).getByRole('combobox', { name: 'Name' })
    fireEvent.change(name, { target: { value: 'wen' } })
    expect(within(await dialog()).getByRole('option', { name: /^Jonas Wendt/ })).toBeTruthy()
    key('Enter', name)
    press('Send', await dialog())
    await waitFor(() =>
      expect(window.submitted()).toMatchObject([{ kind: 'message.send', text: 'Please come to the desk' }]),
    )
    expect(window.submitted()[0]).toHaveProperty('to_user', '00000009-0000-4000-8000-000000000003')
  })
})

test('the rail counts what is critical in words, the bell what is unread', async () => {
  open('alerts-open')
  expect(await screen.findByRole('button', { name: 'Alerts 1 critical alert' })).toBeTruthy()
  expect(screen.getByRole('button', { name: 'Exceptions 7 exceptions wait' })).toBeTruthy()
  expect(screen.getByRole('button', { name: '3 unread notifications' })).toBeTruthy()
  window.change(
    (world) => (world.alerts = world.alerts?.filter(({ severity }) => severity !== 'critical') ?? []),
  )
  expect(await screen.findByRole('button', { name: /^Alerts \d open alerts$/ })).toBeTruthy()
})

describe('the sound for what is critical', () => {
  test('is made when it comes, not for what was there, and not for what is less', async () => {
    open('alerts-open')
    expect(await screen.findByRole('button', { name: 'Alerts 1 critical alert' })).toBeTruthy()
    expect(window.chimes()).toBe(0)
    window.change((world) => (world.alerts = [...(world.alerts ?? []), ...[1, 2].map(another('warning'))]))
    expect(window.chimes()).toBe(0)
    window.change((world) => (world.alerts = [...(world.alerts ?? []), another('critical')(3)]))
    expect(await screen.findByRole('button', { name: 'Alerts 2 critical alerts' })).toBeTruthy()
    expect(window.chimes()).toBe(1)
  })

  test('is switched off in the menu, as notifications on the desktop are', async () => {
    open('alerts-open')
    await screen.findByRole('button', { name: 'Alerts 1 critical alert' })
    press(/^User menu/)
    fireEvent.click(await screen.findByRole('menuitemcheckbox', { name: 'Sound for what is critical' }))
    fireEvent.click(screen.getByRole('menuitemcheckbox', { name: 'Notifications on the desktop' }))
    await waitFor(() =>
      expect(window.asked('settings.desktop-notifications').at(-1)).toEqual({ wanted: false }),
    )
    window.change((world) => (world.alerts = [...(world.alerts ?? []), another('critical')(3)]))
    expect(window.chimes()).toBe(0)
  })
})

const another = (severity: Severity) => (n: number) => ({
  ...must(worldOf('alerts-open', now).alerts?.[0], 'an alert'),
  id: alertId(60 + n),
  severity,
  acknowledged: null,
})

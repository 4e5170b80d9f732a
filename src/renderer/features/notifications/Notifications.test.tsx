// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { must } from '#shared/lib/must.ts'
import { worldOf } from '../../gallery/scenarios.ts'
import type { TestWindow } from '../../testing/window.tsx'
import { burstOver, key, now, openScenario, prepareWindows } from '../../testing/scenario.ts'

let window: TestWindow

prepareWindows()

const open = (...scenario: Parameters<typeof openScenario>): void => {
  window = openScenario(...scenario)
}

const grid = () => screen.findByRole('grid', { name: 'Notifications for Mia Berger' })
const pane = () => screen.findByRole('complementary', { name: 'Notification' })

test('Enter opens one and marks it as read, once; Esc comes back to the list', async () => {
  open('notifications-offline')
  const list = await grid()
  act(() => list.focus())
  key('Enter', list)
  expect(await within(await pane()).findByRole('heading', { name: 'Oversold: 20438A' })).toBeTruthy()
  expect(await screen.findByRole('button', { name: '2 unread notifications' })).toBeTruthy()
  key('Escape', list)
  expect(screen.queryByRole('complementary')).toBeNull()
  key('Enter', list)
  await pane()
  expect(window.submitted()).toMatchObject([{ kind: 'notification.read' }])
})

test('all are read up to the newest one shown, to the millisecond after it: the server counts finer', async () => {
  let newest = 0
  open('notifications-offline', ({ notifications }) => {
    newest = Math.max(...notifications.map(({ createdAt }) => createdAt))
  })
  fireEvent.click(await screen.findByRole('button', { name: 'Mark all as read' }))
  expect(await screen.findByRole('button', { name: 'No unread notifications' })).toBeTruthy()
  expect(window.submitted()).toMatchObject([
    { kind: 'notification.read_all', up_to: new Date(newest + 1).toISOString() },
  ])
  expect(screen.queryByRole('button', { name: 'Mark all as read' })).toBeNull()
})

test('a link opens a place of this window, by its key as well', async () => {
  open('notifications-open')
  expect(await within(await pane()).findByRole('button', { name: /^Open the order/ })).toBeTruthy()
  key('n')
  await waitFor(() => expect(window.parts.screen.getState().screen).toBe('orders'))
  expect(window.parts.screen.getState().orderId).not.toBeNull()
})

test('a link to anywhere else opens nothing', async () => {
  open('notifications-open')
  await pane()
  const strange = must(worldOf('notifications-open', now).notifications[4], 'notification')
  expect(strange.link).toMatch(/^https:/)
  act(() => window.parts.screen.setState({ notificationId: strange.id }))
  await within(await pane()).findByRole('heading', { name: strange.title })
  expect(within(await pane()).queryByRole('button', { name: /^Open/ })).toBeNull()
  expect(within(await pane()).queryByRole('link')).toBeNull()
  key('n')
  await burstOver()
  expect(window.parts.screen.getState().screen).toBe('notifications')
})

test('what stayed unread is marked as told on, with who sent it', async () => {
  open('notifications-offline')
  expect(within(await grid()).getByText(/Told on/)).toBeTruthy()
  expect(within(await grid()).getByText('Miriam Okafor')).toBeTruthy()
})

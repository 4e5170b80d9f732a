// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { describe, expect, test } from 'vitest'
import type { ErrorCode } from '#shared/protocol/reply.ts'
import type { PaperScenario } from '../../gallery/paper-scenarios.ts'
import type { ScenarioName } from '../../gallery/scenarios.ts'
import { openScenario, prepareWindows } from '../../testing/scenario.ts'

prepareWindows()

/** What each state says; those of In and out are looked at beside their screen. */
const words: Record<Exclude<ScenarioName, PaperScenario>, RegExp> = {
  live: /^Live · as of/,
  'catching-up': /^Catching up 320 of 1,204$/,
  'first-download': /12,000 of 100,000 rows are here/,
  connecting: /^Waiting for the first stock$/,
  offline: /^Offline since .*, showing stock as of/,
  'server-error': /the server answered with an error/,
  'signed-out': /^Before you sign in$/,
  'session-ended': /the session ended, sign in again/,
  'first-run': /^Connect to your server$/,
  incompatible: /^This console is too old for the server$/,
  'disk-full': /Disk full: free some space/,
  'engine-gone': /Nothing on this station is lost/,
  'no-permission': /^No warehouse is shared with mia@example.com$/,
  empty: /^No stock in Berlin yet$/,
  loading: /^Opening…$/,
  board: /^Waits for somebody$/,
  'board-offline': /^Offline since/,
  'board-loading': /^Opening…$/,
  degraded: /^Checking every 10 s · as of/,
  'degraded-late': /the last check is late/,
  'clock-fast': /^Clock 12 minutes fast$/,
  'diagnostics-equal': /^Everything shown here matches the server: compared .+ ago\.$/,
  'diagnostics-repaired': /3 rows were found wrong since the start, and put right\./,
  'diagnostics-differs': /^Not everything here matches the server: Berlin differs\.$/,
  'diagnostics-degraded': /^Everything shown here matched the server: compared .+ ago\.$/,
  'diagnostics-offline': /Last compared with the server .+ ago: equal\./,
  'diagnostics-damaged': /^The stock file on this computer is damaged\.$/,
  'diagnostics-new': /^Up to date\. Not compared with the server yet\.$/,
  'diagnostics-signed-out': /^Nobody is signed in, so nothing is compared with the server\.$/,
  'diagnostics-loading': /^Gathering…$/,
  'diagnostics-error': /^The engine does not answer$/,
  'work-unsent': /^4 not sent, oldest 12 min$/,
  'work-offline': /^No answer; tried 3 times, next try at \d\d:\d\d$/,
  'work-empty': /^Nothing done at this station yet$/,
  'work-loading': /^Opening…$/,
  'work-error': /^The engine does not answer$/,
  'desk-refused': /^Bin A3-04 had 2, you took 5 while offline: 3 are missing\. Recount\?$/,
  'desk-offline': /^Offline: what you decide here is saved/,
  'desk-empty': /^Nothing is refused$/,
  'desk-discard': /^Discard the pick of 5 × \w+\?$/,
  'stock-unsent': /^\+12 not sent$/,
  'form-pick': /^Pick \w+$/,
  'form-transfer': /^To warehouse$/,
  'form-adjust': /^More or fewer/,
  'form-count': /^Begin counting$/,
  'form-objected': /^Pick \w+$/,
  'receipt-offline': /^Offline since/,
  'order-open': /^Set to Packed$/,
  'order-cancel': /^Cancel order SO-\d+\?$/,
  'order-create': /^New order in Berlin$/,
  'alerts-open': /^\w+ is oversold: 1 more promised than there are$/,
  'alerts-message': /^2 of 4 stations$/,
  'alerts-acknowledged': /^Acknowledged by Miriam Okafor$/,
  'alerts-offline': /^Acknowledged by you, not sent$/,
  'alerts-viewer': /^You are a viewer in Berlin: you see alerts, and others see to them\.$/,
  'alerts-empty': /^Nothing needs you$/,
  'alerts-none': /^No alert about stations$/,
  'alerts-loading': /^Opening…$/,
  'alerts-error': /^The engine does not answer$/,
  'message-new': /^Message in Berlin$/,
  'message-person': /^each answers for it$/,
  'banner-message': /^Miriam Okafor: Truck for Hamburg leaves at 15:00\./,
  'banner-critical': /^Miriam Okafor: Aisle C is closed until 14:30/,
  'banner-drill': /^Miriam Okafor asks for an outage drill of 5 minutes:/,
  'banner-viewer': /^Hide$/,
  'exceptions-open': /^Accept as it is$/,
  'exceptions-code': /^Blue crate, no label$/,
  'exceptions-offline': /^Offline: what you decide here is saved/,
  'exceptions-viewer': /^You are a viewer in Berlin: you see exceptions/,
  'exceptions-empty': /^No exceptions$/,
  'exceptions-loading': /^Opening…$/,
  'exceptions-error': /^The engine does not answer$/,
  'code-assign': /^Give 4006381333931 to a product$/,
  'code-report': /^Report an unknown code$/,
  'notifications-open': /^Told on to the supervisors: nobody had read it$/,
  'notifications-offline': /^Offline: new notifications come when the network is back\.$/,
  'notifications-empty': /^No notifications$/,
  'notifications-loading': /^Opening…$/,
  'notifications-error': /^The engine does not answer$/,
  'orders-board': /^Shipped today$/,
  'orders-board-offline': /^Offline: orders as of/,
  'orders-board-late': /^Overdue by \d+m$/,
  'orders-empty': /^No orders in Berlin$/,
  'orders-loading': /^Opening the orders…$|^Opening…$/,
  'orders-error': /^The engine does not answer$/,
  'orders-viewer': /^You may look at orders here\./,
  'orders-page': /^2 are in no bin$/,
  'orders-page-offline': /^Picks by others are kept by the server/,
  'orders-gone': /^This order is not here any more$/,
  ledger: /^The newest 100, more below$/,
  'ledger-unsent': /^not sent$/,
  'ledger-offline': /^There is no answer since .* Your own unsent work is below\.$/,
  'ledger-empty': /^Nothing has moved in Berlin yet$/,
  'ledger-denied': /^This ledger is not yours to read$/,
  'ledger-loading': /^Asking the server$/,
  'ledger-error': /^The ledger is kept by the server$/,
  story: /^Why is \w+ \d+\?$/,
  'story-unsent': /^Not sent from here$/,
  'story-offline': /^There is no answer since .* Your own unsent work is below\.$/,
  'story-loading': /^Asking the server$/,
  flow: /^Same weekday, median of 8 weeks$/,
  'flow-offline': /^There is no answer since /,
  'flow-loading': /^Asking the server$/,
  'flow-none': /^No order is open\.$/,
  fleet: /^Silent$/,
  'fleet-picker': /^Silent$/,
  'fleet-offline': /^Offline since/,
  'fleet-drill': /^Drill: offline until/,
  'fleet-drill-report': /^Equal to the server’s$/,
  'fleet-empty': /^No station has reported in Berlin$/,
  'fleet-loading': /^Opening/,
  'fleet-error': /^The engine does not answer$/,
  'fleet-no-permission': /^No warehouse is shared with mia@example.com$/,
  'sign-out-unsent': /^2 picks, 1 receipt and 1 count are not sent\. They stay on this station/,
}

test.each(Object.keys(words) as (keyof typeof words)[])(
  'the window says in words what is: %s',
  async (name) => {
    openScenario(name)
    expect((await screen.findAllByText(words[name])).length).toBeGreaterThan(0)
  },
)

describe('signing in', () => {
  const failures: [ErrorCode, RegExp][] = [
    ['wrong-password', /Email or password is wrong/],
    ['no-answer', /No answer from the server/],
    ['rate-limited', /Too many tries/],
    ['disk-full', /disk of this station is full/],
  ]
  test.each(failures)('a failure by kind has its own words: %s', async (code, text) => {
    const { engine } = openScenario('signed-out')
    engine.change((world) => (world.failures['session.sign-in'] = code))
    fireEvent.change(await screen.findByLabelText('Email'), { target: { value: 'mia@example.com' } })
    fireEvent.change(screen.getByLabelText('Password'), { target: { value: 'wrong' } })
    fireEvent.click(screen.getByRole('button', { name: 'Sign in' }))
    expect((await screen.findByRole('alert')).textContent).toMatch(text)
  })

  test('nothing is asked while an entry is missing', async () => {
    const { engine } = openScenario('signed-out')
    fireEvent.click(await screen.findByRole('button', { name: 'Sign in' }))
    expect(screen.getByText('Enter your email address.')).toBeTruthy()
    expect(engine.asked.map(({ channel }) => channel)).not.toContain('session.sign-in')
  })
})

describe('a first run', () => {
  const failures: [ErrorCode, RegExp][] = [
    ['no-answer', /No answer from the server/],
    ['not-supabase', /it is not a Supabase project/],
    ['wrong-key', /refused this key/],
  ]
  test.each(failures)('a server that cannot be kept has its own words: %s', async (code, text) => {
    const { engine } = openScenario('first-run')
    engine.change((world) => (world.failures['server.configure'] = code))
    fireEvent.change(await screen.findByLabelText('Project URL'), { target: { value: 'http://127.0.0.1:1' } })
    fireEvent.change(screen.getByLabelText('Anon key'), { target: { value: 'key' } })
    fireEvent.click(screen.getByRole('button', { name: 'Connect' }))
    expect((await screen.findByRole('alert')).textContent).toMatch(text)
  })

  test('an address that is none is refused before it is asked', async () => {
    openScenario('first-run')
    fireEvent.change(await screen.findByLabelText('Project URL'), { target: { value: 'my server' } })
    fireEvent.click(screen.getByRole('button', { name: 'Connect' }))
    expect(screen.getByText(/Enter a full address/)).toBeTruthy()
  })
})

test('[L3] an engine that restarts is not live until it has spoken again', async () => {
  const { engine } = openScenario('live')
  await screen.findByText(/^Live · as of/)
  act(() => engine.restart())
  expect(screen.getByText(/^The engine of this console stopped/)).toBeTruthy()
  expect(await screen.findByText(/^Live · as of/)).toBeTruthy()
})

test('what is unusual about the window stands at its foot', async () => {
  openScenario('live')
  expect(await screen.findByText('Demo warehouse: signed in as mia@example.com by itself')).toBeTruthy()
  expect(screen.getByText('Development runtime: Electron 33.2.1')).toBeTruthy()
  expect(screen.getByText('Session kept unencrypted on this computer')).toBeTruthy()
})

test('signing out asks first, in words that name who', async () => {
  const { engine, parts } = openScenario('live')
  await screen.findByText(/^Live · as of/)
  act(() => parts.screen.setState({ overlay: 'sign-out' }))
  expect(screen.getByRole('alertdialog', { name: 'Sign out mia@example.com?' })).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'Sign out' }))
  await waitFor(() => expect(engine.asked.at(-1)?.channel).toBe('session.sign-out'))
})

test('the other screens are live lists too', async () => {
  const { engine } = openScenario('live')
  fireEvent.click(await screen.findByRole('button', { name: 'Orders' }))
  expect(await screen.findByText('SO-10432')).toBeTruthy()
  act(() => engine.change(({ orders }) => orders.splice(0, 1)))
  await waitFor(() => expect(screen.queryByText('SO-10432')).toBeNull())
  fireEvent.click(screen.getByRole('button', { name: 'Notifications' }))
  expect(await screen.findByText('SO-10428 failed')).toBeTruthy()
})

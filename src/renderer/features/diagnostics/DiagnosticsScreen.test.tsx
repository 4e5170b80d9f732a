// @vitest-environment happy-dom
import { act, fireEvent, screen, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { openScenario, prepareWindows } from '../../testing/scenario.ts'

prepareWindows()

/** The happy-dom document has no commands. */
function withCopyCommand(command: () => boolean): void {
  Object.defineProperty(document, 'execCommand', { configurable: true, value: command })
}

const heading = () => screen.findByRole('heading', { level: 2, name: 'Diagnostics' })
const table = (title: string) => within(screen.getByRole('region', { name: title }))

test('the bar leads there, and Esc leads back', async () => {
  openScenario('live')
  fireEvent.click(await screen.findByRole('button', { name: 'Details of the connection' }))
  await heading()
  expect(screen.queryByRole('button', { name: 'Details of the connection' })).toBeNull()
  fireEvent.keyDown(document.body, { key: 'Escape' })
  expect(await screen.findByRole('grid', { name: 'Stock in Berlin' })).toBeTruthy()
})

test('the palette leads there', async () => {
  const { parts } = openScenario('live')
  await screen.findByText(/^Live · as of/)
  act(() => parts.screen.setState({ overlay: 'palette' }))
  fireEvent.change(screen.getByRole('combobox'), { target: { value: 'diag' } })
  fireEvent.keyDown(screen.getByRole('combobox'), { key: 'Enter' })
  await heading()
})

test('who cannot sign in can look there too, and come back', async () => {
  openScenario('signed-out')
  fireEvent.click(await screen.findByRole('button', { name: 'Details of the connection' }))
  await heading()
  fireEvent.click(screen.getByRole('button', { name: 'Back to signing in' }))
  expect(await screen.findByLabelText('Password')).toBeTruthy()
})

test('what is shared is told in the words of those who share it', async () => {
  openScenario('diagnostics-repaired')
  await heading()
  const rows = (await screen.findAllByRole('rowheader')).map((cell) => cell.textContent)
  expect(rows).toEqual(
    expect.arrayContaining(['Shared data', 'Berlin', 'Hamburg Harbour', 'Portland', 'Yours']),
  )
  expect(table('Data on this computer').getByText('3 rows repaired')).toBeTruthy()
})

test('a scope that is behind says by how much', async () => {
  const { engine } = openScenario('diagnostics-equal')
  await screen.findByText(/^Everything shown here matches/)
  act(() =>
    engine.change((world) => {
      const { scopes } = world.diagnostics
      const behind = scopes.map((scope, at) => (at === 0 ? { ...scope, head: scope.cursor + 1_204 } : scope))
      world.diagnostics = { ...world.diagnostics, scopes: behind }
    }),
  )
  expect(await screen.findByText('1,204 changes behind')).toBeTruthy()
})

test('the strip of the day has its words, and its table below', async () => {
  openScenario('diagnostics-degraded')
  const strip = await screen.findByRole('img', { name: /^The last 24 hours: / })
  expect(strip.getAttribute('aria-label')).toMatch(/Live 9h 58m, Checking 1h 8m, Offline 18m/)
  expect(table('Connection history').getAllByText('Checking')).toHaveLength(2)
})

test('long tables show the rest when asked', async () => {
  openScenario('diagnostics-equal')
  const comparisons = within(await screen.findByRole('region', { name: 'Comparisons with the server' }))
  expect(comparisons.getAllByRole('row')).toHaveLength(9)
  fireEvent.click(comparisons.getByRole('button', { name: 'Show all 15' }))
  expect(comparisons.getAllByRole('row')).toHaveLength(16)
})

test('what changes while somebody looks is shown', async () => {
  const { engine } = openScenario('diagnostics-equal')
  await screen.findByText(/^Everything shown here matches/)
  act(() => engine.change((world) => (world.diagnostics = { ...world.diagnostics, misses: 7 })))
  const name = await screen.findByText('Live updates missed since the start')
  expect(name.nextElementSibling?.textContent).toBe('7')
})

test('a report is copied within the press itself, and said to be', async () => {
  openScenario('diagnostics-equal')
  const copied: string[] = []
  withCopyCommand(() => {
    const event = new Event('copy', { bubbles: true })
    const clipboardData = { setData: (_type: string, text: string) => copied.push(text) }
    return document.dispatchEvent(Object.assign(event, { clipboardData }))
  })
  fireEvent.click(await screen.findByRole('button', { name: 'Copy report' }))
  expect(await screen.findByText('Copied')).toBeTruthy()
  expect(copied).toEqual([expect.stringContaining('Everything shown here matches the server')])
})

test('a report that the clipboard refuses is not said to be copied', async () => {
  openScenario('diagnostics-equal')
  withCopyCommand(() => false)
  fireEvent.click(await screen.findByRole('button', { name: 'Copy report' }))
  expect(await screen.findByText('Not copied: the clipboard refused it')).toBeTruthy()
})

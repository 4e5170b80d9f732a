// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, test } from 'vitest'
import { must } from '#shared/lib/must.ts'
import { MINUTE_MS } from '#shared/lib/time.ts'
import type { ScenarioName } from '../../gallery/scenarios.ts'
import type { TestWindow } from '../../testing/window.tsx'
import { now, openScenario, prepareWindows } from '../../testing/scenario.ts'

prepareWindows()

async function open(scenario: ScenarioName): Promise<TestWindow> {
  const window = openScenario(scenario)
  await screen.findByRole('heading', { level: 2, name: 'Stations' })
  return window
}
const grid = () => screen.getByRole('grid')
const names = () =>
  within(grid())
    .getAllByRole('rowheader')
    .map((cell) => cell.textContent)
const rowOf = (name: string) => must(within(grid()).getByText(name).closest('[role=row]'), name).textContent
const type = (text: string) =>
  fireEvent.change(screen.getByRole('textbox', { name: 'Station or person' }), { target: { value: text } })

describe('the list', () => {
  test('[L3] who is silent, since when, and what of their work nobody else has', async () => {
    await open('fleet')
    await waitFor(() => expect(names()).toHaveLength(8))
    expect(rowOf('Gate 3')).toMatch(/Silent.*17m ago.*Aylin Demir.*12/)
    expect(screen.getByText('unsent at risk', { exact: false }).textContent).toContain('1 station')
  })

  test('is narrowed by group and by word, also by the name of who is there', async () => {
    await open('fleet')
    await waitFor(() => expect(names()).toHaveLength(8))
    fireEvent.click(screen.getByRole('button', { name: /silent/ }))
    expect(names()).toEqual(['Gate 3'])
    fireEvent.click(screen.getByRole('button', { name: /8\s*stations/ }))
    type('becker')
    expect(names()).toEqual(['Gate 2', 'Packing'])
    type('nobody like this')
    expect(screen.getByRole('heading', { name: 'No station like this' })).toBeTruthy()
    fireEvent.click(screen.getByRole('button', { name: 'Show all stations' }))
    await waitFor(() => expect(names()).toHaveLength(8))
  })

  test('Enter opens a station with all it told, Esc goes back to the list', async () => {
    await open('fleet')
    await waitFor(() => expect(names()).toHaveLength(8))
    act(() => grid().focus())
    for (const key of ['ArrowDown', 'ArrowDown', 'Enter']) fireEvent.keyDown(grid(), { key })
    const pane = screen.getByRole('complementary', { name: 'Station Gate 3' })
    expect(pane.textContent).toContain('12 commands are on its disk alone')
    expect(within(pane).queryByRole('button', { name: 'Rename this station' })).toBeNull()
    fireEvent.keyDown(within(pane).getByRole('button'), { key: 'Escape' })
    expect(screen.queryByRole('complementary')).toBeNull()
    expect(document.activeElement).toBe(grid())
  })
})

describe('this station', () => {
  test('is given another name', async () => {
    const window = await open('fleet')
    await waitFor(() => expect(names()).toHaveLength(8))
    fireEvent.click(must(within(grid()).getByText('Office').closest('[role=row]'), 'the office'))
    fireEvent.click(screen.getByRole('button', { name: 'Rename this station' }))
    fireEvent.change(screen.getByRole('textbox', { name: 'Name' }), { target: { value: ' Front desk ' } })
    fireEvent.click(screen.getByRole('button', { name: 'Rename' }))
    await waitFor(() =>
      expect(window.asked('station.rename')).toEqual([{ name: 'Front desk', kind: 'desk' }]),
    )
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  })

  test('goes offline for a drill by its supervisor', async () => {
    const window = await open('fleet')
    fireEvent.click(await screen.findByRole('button', { name: 'Drill this station' }))
    fireEvent.click(screen.getByRole('button', { name: 'Go offline' }))
    await waitFor(() => expect(window.asked('drill.start')).toEqual([{ minutes: 15, calledBy: null }]))
  })

  test('[L3] a drill is said on top, before anything else, and is ended there', async () => {
    const window = await open('fleet-drill')
    const bar = screen.getByRole('group', { name: 'How fresh the figures are' })
    const until = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
    expect(bar.textContent).toContain(`Drill: offline until ${until.format(now + 11 * MINUTE_MS)}`)
    expect(bar.textContent).toContain('called by Jonas Weiß')
    fireEvent.click(within(bar).getByRole('button', { name: 'End the drill' }))
    await waitFor(() => expect(window.asked('drill.end')).toHaveLength(1))
  })

  test('shows how the last drill went, until that was read', async () => {
    await open('fleet-drill-report')
    const report = await screen.findByRole('region', { name: 'How the last drill went' })
    for (const text of ['34', '14m 20s', 'Equal to the server’s']) expect(report.textContent).toContain(text)
    fireEvent.click(within(report).getByRole('button', { name: 'Put the report away' }))
    expect(screen.queryByRole('region', { name: 'How the last drill went' })).toBeNull()
  })
})

describe('a drill that is called', () => {
  test('asks those who are here, and nobody who could not hear it', async () => {
    const window = await open('fleet')
    await waitFor(() => expect(names()).toHaveLength(8))
    fireEvent.click(screen.getByRole('button', { name: 'Call a drill' }))
    const box = (name: RegExp) => screen.getByRole<HTMLInputElement>('checkbox', { name })
    expect(box(/Gate 1/).checked).toBe(true)
    expect(box(/Gate 3/).checked).toBe(false)
    for (const name of [/Gate 2/, /Goods in/, /Office/, /Packing/]) fireEvent.click(box(name))
    fireEvent.click(screen.getByRole('button', { name: 'Call the drill' }))
    await waitFor(() => expect(window.asked('work.submit')).toHaveLength(1))
    let gate: string | undefined
    act(() => window.engine.change(({ fleet }) => (gate = fleet?.stations[0]?.id)))
    expect(window.asked('work.submit')).toMatchObject([
      { command: { kind: 'drill.call', minutes: 15, stations: [gate] } },
    ])
  })

  test('must be for somebody', async () => {
    const window = await open('fleet')
    await waitFor(() => expect(names()).toHaveLength(8))
    fireEvent.click(screen.getByRole('button', { name: 'Call a drill' }))
    for (const box of screen.getAllByRole<HTMLInputElement>('checkbox')) if (box.checked) fireEvent.click(box)
    fireEvent.click(screen.getByRole('button', { name: 'Call the drill' }))
    expect(screen.getByText('Choose at least one station.')).toBeTruthy()
    expect(window.asked('work.submit')).toEqual([])
  })

  test('is no picker’s to call', async () => {
    await open('fleet-picker')
    await waitFor(() => expect(names()).toHaveLength(8))
    expect(screen.queryByRole('button', { name: /drill/i })).toBeNull()
  })
})

describe('without stations', () => {
  test.each([
    ['fleet-empty', 'No station has reported in Berlin'],
    ['fleet-error', 'The engine does not answer'],
  ] as const)('%s: %s', async (scenario, words) => {
    await open(scenario)
    expect(await screen.findByRole('heading', { name: words })).toBeTruthy()
  })
})

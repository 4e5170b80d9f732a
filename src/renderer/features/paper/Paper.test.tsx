// @vitest-environment happy-dom
import { screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import type { PaperScenario } from '../../gallery/paper-scenarios.ts'
import { openScenario, prepareWindows } from '../../testing/scenario.ts'

prepareWindows()

test.each<[PaperScenario, string | RegExp]>([
  ['paper-empty', 'Nothing to print yet'],
  ['paper-label', /^Page 1 of 3: 20204/],
  ['paper-error', 'The preview could not be drawn'],
  ['import-none', 'Import a file'],
  ['import-checked', 'Enter a name for the product.'],
  ['import-unreadable', /^Its first line does not name the columns.*Artikel, Menge, Preis/],
  ['import-broken', 'The server does not answer.'],
  ['import-done', /10 were there already/],
  ['paper-offline', /^No network: a file can be checked now/],
])('%s says what is, and what to do', async (scenario, words) => {
  openScenario(scenario)
  if (scenario === 'import-none') (await screen.findByRole('button', { name: 'Import' })).click()
  if (scenario === 'paper-label') expect(await screen.findByRole('img', { name: words })).toBeTruthy()
  else expect(await screen.findByText(words)).toBeTruthy()
})

test('who is no manager is told so, before any file is chosen', async () => {
  const { engine } = openScenario('import-no-permission', undefined, { screen: 'paper' })
  ;(await screen.findByRole('button', { name: 'Import' })).click()
  expect(await screen.findByText('Importing is for managers')).toBeTruthy()
  expect(engine.asked.map(({ channel }) => channel)).not.toContain('import.choose')
})

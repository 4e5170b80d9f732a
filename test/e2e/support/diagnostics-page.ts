import { expect, type Locator, type Page } from '@playwright/test'

/** The diagnostics screen as a person reads it. */
export interface DiagnosticsPage {
  readonly window: Page
  /** One of its titled parts. */
  part(title: string): Locator
  row(title: string, text: string | RegExp): Locator
  /** What stands beside a name under "This computer". */
  fact(name: string): Locator
}

/** Opens it from the freshness bar. */
export async function openDiagnostics(window: Page): Promise<DiagnosticsPage> {
  await window.getByRole('button', { name: 'Details of the connection' }).click()
  await expect(window.getByRole('heading', { name: 'Diagnostics', level: 2 })).toBeVisible()
  const part = (title: string) => window.getByRole('region', { name: title, exact: true })
  return {
    window,
    part,
    row: (title, text) => part(title).getByRole('row').filter({ hasText: text }),
    fact: (name) =>
      part('This computer')
        .locator('div')
        .filter({ has: window.getByRole('term').filter({ hasText: name }) })
        .getByRole('definition'),
  }
}

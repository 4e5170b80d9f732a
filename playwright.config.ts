import { defineConfig } from '@playwright/test'

/* End to end: the built console in a real window. One at a time, because windows share one display and one keyboard focus. */
export default defineConfig({
  testDir: 'test/e2e',
  testMatch: '**/*.e2e.ts',
  outputDir: 'test-results',
  workers: 1,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [['line'], ['json', { outputFile: '.cache/test/playwright.json' }]],
})

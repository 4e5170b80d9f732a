import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      'src/**/*.test.{ts,tsx}',
      'scripts/**/*.test.ts',
      'supabase/**/*.test.ts',
      'tools/**/*.test.ts',
      'test/{bench,contract,conformance,stories,durability,fuzz,harness,traps}/**/*.test.ts',
    ],
    // Bounds of waits, for the slowest machine: they say when a test is given up, never how fast something is.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 30_000 } },
  },
})

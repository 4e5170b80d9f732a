import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      'src/**/*.test.{ts,tsx}',
      'scripts/**/*.test.ts',
      'supabase/**/*.test.ts',
      'tools/**/*.test.ts',
      'test/{contract,conformance,stories,durability,fuzz,harness,traps}/**/*.test.ts',
    ],
    testTimeout: 90_000,
    hookTimeout: 120_000,
  },
})

import { expect, test } from 'vitest'
import { durabilityRun } from './run.ts'

/* A short dose of `npm run test:durability`. */

const SEED = 20261123

test('[O1] [O2] [O3] a console killed five times while it works, on a bad network: every receipt is kept, once', async () => {
  const { tally } = await durabilityRun({ kills: 5, seed: SEED })
  const { lost, appliedTwice, wrong, inOutbox } = tally
  const again = `npm run test:durability -- --kills 5 --seed ${SEED}`
  expect({ lost, appliedTwice, wrong, inOutbox }, again).toEqual({
    lost: [],
    appliedTwice: [],
    wrong: [],
    inOutbox: 0,
  })
  expect(tally.receipted).toBe(tally.applied + tally.refused + tally.takenBack)
  expect(tally.receipted).toBeGreaterThan(5)
}, 180_000)

import type { Scenario } from './scenario.ts'

/** All there are, in the order in which they run. */
export const scenarios: readonly Scenario[] = []

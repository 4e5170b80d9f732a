import { windowLatency } from '../scenarios/window-latency.ts'
import { windowStart } from '../scenarios/window-start.ts'
import { windowSteady } from '../scenarios/window-steady.ts'
import type { Scenario } from './scenario.ts'

/** In the real window. They share a stage: the first of them sets it. */
const inTheWindow = [windowStart, windowLatency, windowSteady]

/** All there are, in the order in which they run. */
export const scenarios: readonly Scenario[] = [...inTheWindow]

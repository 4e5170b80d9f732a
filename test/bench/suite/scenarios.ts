import { anyWindow } from '../scenarios/any-window.ts'
import { bulkApply } from '../scenarios/bulk-apply.ts'
import { catchUp } from '../scenarios/catch-up.ts'
import { liveList } from '../scenarios/live-list.ts'
import { oneChange } from '../scenarios/one-change.ts'
import { start } from '../scenarios/start.ts'
import { drain } from '../scenarios/drain.ts'
import { stations } from '../scenarios/stations.ts'
import { windowCatchUp } from '../scenarios/window-catch-up.ts'
import { windowFirstDownload } from '../scenarios/window-first-download.ts'
import { windowIdle } from '../scenarios/window-idle.ts'
import { windowLatency } from '../scenarios/window-latency.ts'
import { windowOneChange } from '../scenarios/window-one-change.ts'
import { windowStart } from '../scenarios/window-start.ts'
import { windowSteady } from '../scenarios/window-steady.ts'
import type { Scenario } from './scenario.ts'

/** In Node alone. Those after the first share a mirror on disk for each size. */
const inTheEngine = [liveList, bulkApply, start, oneChange, anyWindow, catchUp]

/** In the real window, but for the first. They share a site, which is small until somebody asks for more; most share a console. */
const onOneSite = [
  drain,
  windowStart,
  windowFirstDownload,
  windowIdle,
  windowLatency,
  windowOneChange,
  windowSteady,
  windowCatchUp,
]

/** All there are, in the order in which they run. */
export const scenarios: readonly Scenario[] = [...inTheEngine, ...onOneSite, stations]

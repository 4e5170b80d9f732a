import '../lib/jitless.ts'
import '@fontsource-variable/inter/opsz.css'
import '../styles/base.css'
import { must } from '#shared/lib/must.ts'
import { mountConsole } from '../mount.tsx'
import { createFakeEngine } from './fake-engine.ts'
import { deliver } from './fake-work.ts'
import { seeded } from './random.ts'
import { withFigures } from './sample-data.ts'
import { scenarioNames, startOf, worldOf } from './scenarios.ts'

/*
 * The whole window on a stand-in engine, for looking at it without Electron:
 * `npx vite src/renderer`, then /gallery/index.html?scenario=offline&rate=5 (changes a second). Development only: no part
 * of the product's build.
 */
const query = new URLSearchParams(location.search)
const scenario = scenarioNames.find((name) => name === query.get('scenario')) ?? 'live'
const rate = Number(query.get('rate') ?? 2)

const engine = createFakeEngine(worldOf(scenario, Date.now()))
mountConsole(engine.shelf, must(document.getElementById('root'), '#root'), undefined, startOf(scenario))

const random = seeded(3)
function pickSomething(): void {
  engine.change((world) => {
    const now = Date.now()
    const at = random.below(Math.min(world.stock.length, Number(query.get('among') ?? 40)))
    const row = world.stock[at]
    if (row) world.stock[at] = withFigures(row, row.onHand - 1 - random.below(3), row.allocated, now)
    world.status = { ...world.status, asOf: now }
  })
}
/** What was done is in the system a moment later, as long as there is a network. */
setInterval(() => {
  engine.change((world) => {
    world.now = Date.now()
    if (world.status.link.at === 'live' && !scenario.startsWith('work-')) deliver(world)
  })
}, 1_500)
if (rate > 0 && scenario === 'live') setInterval(pickSomething, 1000 / rate)
Object.assign(window, { engine })

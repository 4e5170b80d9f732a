import { must } from '#shared/lib/must.ts'
import { MINUTE_MS, type Millis } from '#shared/lib/time.ts'
import type { ImportState } from '#shared/protocol/import.ts'
import type { ScreenState } from '../stores/screen.ts'
import type { World } from './fake-engine.ts'
import { importing, sampleCheck } from './fake-paper.ts'
import { sampleOrders, sampleStock, sampleWarehouses } from './sample-data.ts'

/* What comes in and goes out, in the states worth looking at. */

export const paperScenarioNames = [
  'paper-empty',
  'paper-label',
  'paper-pick-list',
  'paper-no-orders',
  'paper-error',
  'paper-loading',
  'paper-offline',
  'paper-exporting',
  'import-none',
  'import-no-permission',
  'import-reading',
  'import-checked',
  'import-unreadable',
  'import-sending',
  'import-broken',
  'import-done',
] as const
export type PaperScenario = (typeof paperScenarioNames)[number]

export const isPaperScenario = (name: string): name is PaperScenario =>
  paperScenarioNames.some((each) => each === name)

const file = {
  file: '/home/mia/Downloads/stock-berlin.csv',
  warehouseId: must(sampleWarehouses[0], 'Berlin').id,
}

/** Managers import; the window opens where an import is. */
const importEdit =
  (state: ImportState) =>
  (world: World): void => {
    world.status.memberships = world.status.memberships.map((each) => ({ ...each, role: 'manager' }))
    importing(world, state)
  }

export const paperEdits: Record<PaperScenario, (world: World, now: Millis) => void> = {
  'paper-empty': () => undefined,
  'paper-label': () => undefined,
  'paper-pick-list': () => undefined,
  'paper-no-orders': (world) => {
    world.orders = []
  },
  'paper-error': (world) => {
    world.failures = { 'paper.preview': 'internal' }
  },
  'paper-loading': (world) => {
    world.failures = { 'paper.state': 'not-ready' }
  },
  'paper-offline': (world, now) => {
    world.status = {
      ...world.status,
      link: { at: 'waiting', since: now, until: now + 25_000, attempt: 4, because: 'no-answer' },
      asOf: now - 13 * MINUTE_MS,
      lostAt: now - 13 * MINUTE_MS,
    }
    importEdit({ at: 'checked', ...file, check: sampleCheck })(world)
  },
  'paper-exporting': (world) => {
    world.paper.state = { ...world.paper.state, export: { doneRows: 2_500, totalRows: 4_070 } }
  },
  'import-none': importEdit({ at: 'none' }),
  'import-no-permission': () => undefined,
  'import-reading': importEdit({ at: 'reading', ...file, readBytes: 4e6, totalBytes: 9e6, lines: 180_000 }),
  'import-checked': importEdit({ at: 'checked', ...file, check: sampleCheck }),
  'import-unreadable': importEdit({
    ...{ at: 'unreadable', ...file, because: 'unknown-columns', line: null },
    found: ['Artikel', 'Menge', 'Preis'],
  }),
  'import-sending': importEdit({
    at: 'sending',
    ...file,
    doneRows: 6_000,
    totalRows: 10_264,
    isBooking: false,
  }),
  'import-broken': importEdit({
    at: 'broken',
    ...file,
    because: 'no-answer',
    doneRows: 6_000,
    totalRows: 10_264,
  }),
  'import-done': importEdit({
    ...{ at: 'done', ...file, planned: sampleCheck.planned },
    booked: { ...sampleCheck.planned, products: 3_970 },
  }),
}

export function paperStart(name: PaperScenario): Partial<ScreenState> {
  const screen = 'paper' as const
  if (name === 'paper-label' || name === 'paper-error') {
    const { sku, name: called } = must(sampleStock(20, 0)[12], 'product')
    return {
      screen,
      paper: { kind: 'label', label: { sku, name: called, barcode: '4006381333931', copies: 3 } },
    }
  }
  if (name === 'paper-pick-list') {
    const orders = sampleOrders(240, 0).filter(({ status }) => status === 'picking' || status === 'pending')
    return { screen, paper: { kind: 'pick-list', orderIds: orders.slice(0, 2).map(({ id }) => id) } }
  }
  if (name === 'paper-no-orders') return { screen, paper: { kind: 'pick-list', orderIds: [] } }
  return { screen }
}

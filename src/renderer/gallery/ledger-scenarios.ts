import { MINUTE_MS, SECOND_MS, type Millis } from '#shared/lib/time.ts'
import type { AskChannel } from '#shared/protocol/contract.ts'
import type { ErrorCode } from '#shared/protocol/reply.ts'
import type { ScreenState } from '../stores/screen.ts'
import type { World } from './fake-engine.ts'
import { leaveUnsent } from './fake-ledger.ts'
import { sampleStock } from './sample-data.ts'

/* The ledger, the story of a figure, and the flow of a day, in the states worth looking at. */

export const ledgerScenarios = [
  'ledger',
  'ledger-unsent',
  'ledger-offline',
  'ledger-empty',
  'ledger-denied',
  'ledger-loading',
  'ledger-error',
  'story',
  'story-unsent',
  'story-offline',
  'story-loading',
  'flow',
  'flow-offline',
  'flow-loading',
  'flow-none',
] as const
export type LedgerScenario = (typeof ledgerScenarios)[number]

export const isLedgerScenario = (name: string): name is LedgerScenario =>
  ledgerScenarios.some((each) => each === name)

const [first] = sampleStock(1, 0)

export function ledgerStart(name: LedgerScenario): Partial<ScreenState> {
  if (name.startsWith('flow')) return { screen: 'flow' }
  if (!name.startsWith('story') || !first) return { screen: 'ledger' }
  return { screen: 'ledger', story: { productId: first.id, bin: null, from: 'stock' } }
}

type Edit = (world: World, now: Millis) => void

const asks: readonly AskChannel[] = ['ledger.page', 'ledger.story', 'stock.at', 'stock.history', 'flow.day']

const failing =
  (code: ErrorCode): Edit =>
  (world) => {
    world.failures = Object.fromEntries(asks.map((channel) => [channel, code]))
  }

const away: Edit = (world, now) => {
  leaveUnsent(world)
  failing('no-answer')(world, now)
  world.status = {
    ...world.status,
    link: { at: 'waiting', since: now, until: now + 25 * SECOND_MS, attempt: 4, because: 'no-answer' },
    asOf: now - 13 * MINUTE_MS,
    lostAt: now - 12 * MINUTE_MS,
  }
}

const silent: Edit = (world) => {
  world.silentAsks = [...asks]
}

export const ledgerEdits: Record<LedgerScenario, Edit> = {
  ledger: () => undefined,
  'ledger-unsent': leaveUnsent,
  'ledger-offline': away,
  'ledger-empty': (world) => {
    world.stock = []
  },
  'ledger-denied': failing('not-allowed'),
  'ledger-loading': silent,
  'ledger-error': failing('server-error'),
  story: () => undefined,
  'story-unsent': leaveUnsent,
  'story-offline': away,
  'story-loading': silent,
  flow: () => undefined,
  'flow-offline': away,
  'flow-loading': silent,
  'flow-none': (world) => {
    world.orders = []
  },
}

import { MINUTE_MS, SECOND_MS, type Millis } from '#shared/lib/time.ts'
import type { ScreenState } from '../stores/screen.ts'
import type { World } from './fake-engine.ts'
import { sampleOrders } from './sample-data.ts'

/* The orders board and the page of an order, in the states worth looking at. */

export const orderScenarios = [
  'orders-board',
  'orders-board-offline',
  'orders-board-late',
  'orders-empty',
  'orders-loading',
  'orders-error',
  'orders-viewer',
  'orders-page',
  'orders-page-offline',
  'orders-gone',
] as const
export type OrderScenario = (typeof orderScenarios)[number]

/** One that is being picked, with a line that is short. */
const openOrder =
  sampleOrders(240, 0).find(({ status, lines }) => status === 'picking' && lines > 3)?.id ?? null

export function orderStart(name: OrderScenario): Partial<ScreenState> {
  const isOpen = name.startsWith('orders-page') || name === 'orders-viewer' || name === 'orders-gone'
  return { screen: 'orders', ...(isOpen && { orderId: openOrder }) }
}

type Edit = (world: World, now: Millis) => void

const offline: Edit = (world, now) => {
  world.status = {
    ...world.status,
    link: { at: 'waiting', since: now, until: now + 25 * SECOND_MS, attempt: 4, because: 'no-answer' },
    asOf: now - 194 * SECOND_MS,
    lostAt: now - 190 * SECOND_MS,
  }
  world.orders = world.orders.map((row) => (row.id === openOrder ? { ...row, unsent: true } : row))
}

export const orderEdits: Record<OrderScenario, Edit> = {
  'orders-board': () => undefined,
  'orders-board-offline': offline,
  'orders-board-late': (world, now) => {
    world.orders = world.orders.map((row, n) => ({
      ...row,
      dueAt: now + (n % 7) * 20 * MINUTE_MS - 50 * MINUTE_MS,
    }))
  },
  'orders-empty': (world) => {
    world.orders = []
  },
  'orders-loading': (world) => {
    world.silentViews = ['orders.list', 'orders.summary', 'order.detail']
  },
  'orders-error': (world) => {
    world.failingViews = ['orders.list', 'orders.summary', 'order.detail']
  },
  'orders-viewer': (world) => {
    const { memberships } = world.status
    world.status = { ...world.status, memberships: memberships.map((each) => ({ ...each, role: 'viewer' })) }
  },
  'orders-page': () => undefined,
  'orders-page-offline': offline,
  'orders-gone': (world) => {
    world.orders = world.orders.filter(({ id }) => id !== openOrder)
  },
}

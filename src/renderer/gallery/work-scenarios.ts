import { must } from '#shared/lib/must.ts'
import { MINUTE_MS, SECOND_MS, type Millis } from '#shared/lib/time.ts'
import type { MutationId, OrderId, ProductId, WarehouseId } from '#shared/domain/ids.ts'
import type { SendTrouble } from '#shared/protocol/work.ts'
import type { ScreenState } from '../stores/screen.ts'
import type { StockAction, WorkForm } from '../stores/work-form.ts'
import type { World } from './fake-engine.ts'
import { sampleOrders, sampleStock, sampleWarehouses } from './sample-data.ts'
import { giveWork, workId } from './sample-work.ts'

/* Work done offline, in the states worth looking at. */

export type WorkScenario =
  | 'work-unsent'
  | 'work-offline'
  | 'work-empty'
  | 'work-loading'
  | 'work-error'
  | 'desk-refused'
  | 'desk-offline'
  | 'desk-empty'
  | 'desk-discard'
  | 'stock-unsent'
  | 'form-pick'
  | 'form-transfer'
  | 'form-adjust'
  | 'form-count'
  | 'form-objected'
  | 'receipt-offline'
  | 'order-open'
  | 'order-cancel'
  | 'order-create'
  | 'sign-out-unsent'

function goOffline(world: World, now: Millis): void {
  world.status = {
    ...world.status,
    link: { at: 'waiting', since: now, until: now + 25 * SECOND_MS, attempt: 4, because: 'no-answer' },
    asOf: now - 13 * MINUTE_MS,
    lostAt: now - 13 * MINUTE_MS,
  }
}

const noAnswer = (now: Millis): SendTrouble => ({
  because: 'no-answer',
  at: now - 20 * SECOND_MS,
  nextAt: now + 2 * MINUTE_MS,
  attempts: 3,
})

function offlineWork(world: World, now: Millis): void {
  goOffline(world, now)
  giveWork(world, { unsent: true, trouble: noAnswer(now) })
}

export const workEdits: Record<WorkScenario, (world: World, now: Millis) => void> = {
  'work-unsent': (world) => giveWork(world, { unsent: true }),
  'work-offline': (world, now) => {
    goOffline(world, now)
    giveWork(world, { unsent: true, refused: true, trouble: noAnswer(now) })
    world.unsentOfOthers = 2
  },
  'work-empty': () => undefined,
  'work-loading': (world) => {
    world.silentViews = ['work.list']
  },
  'work-error': (world) => {
    world.failingViews = ['work.list']
  },
  'desk-refused': (world) => giveWork(world, { refused: true }),
  'desk-offline': (world, now) => {
    goOffline(world, now)
    giveWork(world, { refused: true })
  },
  'desk-empty': (world) => giveWork(world, {}),
  'desk-discard': (world) => giveWork(world, { refused: true }),
  'stock-unsent': offlineWork,
  'form-pick': () => undefined,
  'form-transfer': () => undefined,
  'form-adjust': () => undefined,
  'form-count': () => undefined,
  'form-objected': (world) => {
    world.rules.objections = { pick: { code: 'unknown_product', facts: {} } }
  },
  'receipt-offline': (world, now) => {
    goOffline(world, now)
    giveWork(world, { unsent: true, trouble: null })
    world.rules.doubts = {
      pick: { code: 'insufficient_stock', facts: { bin: 'A3-04', on_hand: 2, asked: 5 } },
    }
  },
  'order-open': () => undefined,
  'order-cancel': () => undefined,
  'order-create': () => undefined,
  'sign-out-unsent': (world, now) => {
    goOffline(world, now)
    giveWork(world, { unsent: true, refused: true, trouble: noAnswer(now) })
  },
}

const berlin: WarehouseId = must(sampleWarehouses[0], 'Berlin').id
/** The same products and orders as in the world of every scenario. */
const product = (at: number): ProductId => must(sampleStock(4_070, 0)[at], 'product').id
const order = must(
  sampleOrders(40, 0).find(({ status }) => status === 'picking'),
  'order',
)
const orderId: OrderId = order.id

const stockForm = (action: StockAction, at: number): Partial<ScreenState> => ({
  productId: product(at),
  form: {
    kind: 'stock',
    action,
    warehouseId: berlin,
    productId: product(at),
    amends: null,
  } satisfies WorkForm,
})
const firstRefused: MutationId = workId(1)

export const workStarts: Partial<Record<string, Partial<ScreenState>>> = {
  'desk-refused': { screen: 'refused', workId: firstRefused },
  'desk-offline': { screen: 'refused', workId: firstRefused },
  'desk-empty': { screen: 'refused' },
  'desk-discard': { screen: 'refused', workId: firstRefused, form: { kind: 'discard', id: firstRefused } },
  'stock-unsent': { productId: product(3) },
  'form-pick': stockForm('pick', 12),
  'form-transfer': stockForm('transfer', 12),
  'form-adjust': stockForm('adjust', 12),
  'form-count': stockForm('count', 12),
  'form-objected': stockForm('pick', 12),
  'receipt-offline': { productId: product(3) },
  'order-open': { screen: 'orders', orderId },
  'order-cancel': {
    screen: 'orders',
    orderId,
    form: { kind: 'cancel-order', warehouseId: berlin, order, amends: null },
  },
  'order-create': {
    screen: 'orders',
    form: { kind: 'create-order', warehouseId: berlin, amends: null },
  },
  'sign-out-unsent': { overlay: 'sign-out' },
}

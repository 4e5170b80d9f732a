import type { CommandIntent } from '#shared/domain/commands.ts'
import type { MutationId, OrderId, ProductId, RowId } from '#shared/domain/ids.ts'
import type { Answer, Question } from '#shared/protocol/contract.ts'
import type { Reply } from '#shared/protocol/reply.ts'
import { MirrorError } from '#engine/mirror/mirror.ts'
import type { LocalMirror, OpenProblem } from '#engine/mirror/mirror.ts'
import { createWorkDesk } from '#engine/outbox/work-desk.ts'
import type { WorkChannel, WorkDesk } from '#engine/outbox/work.ts'
import { fakeOutbox } from './fake-outbox.ts'
import type { FakeOutbox } from './fake-outbox.ts'
import {
  EIGHT_O_CLOCK,
  Feed,
  id,
  mirrorFolder,
  north,
  owner,
  ownerScope,
  product,
  stock,
  warehouse,
} from './mirror-data.ts'
import { mutation } from './outbox-data.ts'

/* A work desk over a real mirror and an outbox in memory: two mugs' bins, an order of three of them, a strict warehouse or not. */

export const mug = id<ProductId>('mug')
export const order = id<OrderId>('order')
export const orderLine = id<RowId>('order line')
export const serverUrl = 'http://localhost:54321'
const user = { id: owner, email: 'mia@shelf.test' }

/** Some pieces more in a bin. */
export const receive = (name: string, quantity = 5, bin = 'A-1'): CommandIntent => ({
  kind: 'receive',
  mutation_id: mutation(name),
  warehouse_id: north,
  product_id: mug,
  bin,
  reference: null,
  quantity,
})

export const pick = (name: string, quantity = 1, more: { order_item_id?: RowId } = {}): CommandIntent => ({
  kind: 'pick',
  mutation_id: mutation(name),
  warehouse_id: north,
  product_id: mug,
  bin: 'A-1',
  reference: null,
  quantity,
  ...more,
})

export interface DeskStage {
  desk: WorkDesk
  outbox: FakeOutbox
  mirror: LocalMirror
  folder: ReturnType<typeof mirrorFolder>
  feed: Feed
  nudges(): number
  troubles: OpenProblem[]
  /** Every drawing is refused like this while it is set. */
  refuseDrawing: OpenProblem | null
  /** What is done when a receipt is on its way: at once, unless a test puts it off. */
  soon: (work: () => void) => void
  ask<C extends WorkChannel>(channel: C, question: Question<C>): Reply<Answer<C>>
  /** The answer of a question that must not fail. */
  asked<C extends WorkChannel>(channel: C, question: Question<C>): Answer<C>
  submit(command: CommandIntent): Answer<'work.submit'>
  /** It was sent, and the server said no. */
  refuse(name: string, facts?: Record<string, unknown>): void
  onHand(bin?: string): number
  /** The same files after a restart. */
  reopened(): WorkDesk
  remove(): void
}

export function deskStage({ strict = false } = {}): DeskStage {
  const folder = mirrorFolder()
  const mirror = folder.open().mirror
  const outbox = fakeOutbox(folder.clock)
  const feed = new Feed()
  let nudges = 0

  const policy = strict ? { negative_stock: 'refuse' } : {}
  mirror.apply(feed.site(['products', product('mug', { name: 'Mug' })]))
  mirror.apply(
    feed.batch(ownerScope, [
      ['warehouse_members', { id: id('member'), user_id: owner, warehouse_id: north, role: 'manager' }],
    ]),
  )
  mirror.apply(
    feed.north(
      ['warehouses', { ...warehouse(north, 'N'), ...policy }],
      ['inventory', stock('mug', 10, { quantity_allocated: 3 })],
      ['inventory', stock('mug', 4, { bin: 'B-2' })],
      [
        'sales_orders',
        {
          ...{ id: order, warehouse_id: north, number: 'SO-7', customer: null, status: 'pending' },
          ...{ priority: 3, due_at: null, created_at: EIGHT_O_CLOCK, changed_at: EIGHT_O_CLOCK },
        },
      ],
      [
        'sales_order_items',
        {
          ...{ id: orderLine, order_id: order, warehouse_id: north, product_id: mug },
          ...{ line_no: 1, quantity_ordered: 3, quantity_picked: 0 },
        },
      ],
    ),
  )

  const careful = new Proxy(mirror, {
    get(target, key) {
      if (stage.refuseDrawing && (key === 'draw' || key === 'redraw')) {
        return () => {
          throw new MirrorError(stage.refuseDrawing ?? 'io-error', 'The drawing is refused.')
        }
      }
      const value: unknown = Reflect.get(target, key)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
  const openDesk = (): WorkDesk =>
    createWorkDesk({
      outbox,
      mirror: careful,
      clock: folder.clock,
      log: folder.log,
      user,
      serverUrl,
      station: null,
      operator: null,
      soon: (work) => stage.soon(work),
      changed: ({ settled }) => outbox.settled(settled),
      nudge: () => (nudges += 1),
      unsentOfOthers: () => 0,
      diskRefused: (problem) => stage.troubles.push(problem),
    })

  const stage: DeskStage = {
    outbox,
    mirror,
    folder,
    feed,
    nudges: () => nudges,
    troubles: [],
    refuseDrawing: null,
    soon: (work) => work(),
    desk: undefined as never,
    ask: (channel, question) => stage.desk.answer(channel, question),
    asked(channel, question) {
      const reply = stage.ask(channel, question)
      if (!reply.ok) throw new Error(`${channel}: ${reply.error.message}`)
      return reply.value
    },
    submit: (command) => stage.asked('work.submit', { command }),
    refuse(name, facts = { on_hand: 2 }) {
      const mutation_id: MutationId = mutation(name)
      outbox.sending([mutation_id])
      const told = { outcome: 'refused', code: 'insufficient_stock', message: 'Not enough.', facts } as const
      outbox.answered([{ mutation_id, ...told }])
      mirror.draw({ drawn: [], erased: [mutation_id] })
    },
    onHand: (bin = 'A-1') =>
      mirror
        .look()
        .bins(north, mug)
        .find((held) => held.bin === bin)?.onHand ?? 0,
    reopened() {
      stage.desk.stop()
      stage.desk = openDesk()
      stage.desk.redraw()
      return stage.desk
    },
    remove() {
      stage.desk.stop()
      folder.remove()
    },
  }
  stage.desk = openDesk()
  return stage
}

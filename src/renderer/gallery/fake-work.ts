import { CommandIntent, isWord, type Command } from '#shared/domain/commands.ts'
import type { MutationId } from '#shared/domain/ids.ts'
import type { OrderStatus } from '#shared/domain/rows.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { AskChannel, Question } from '#shared/protocol/contract.ts'
import { failed, ok, type Reply } from '#shared/protocol/reply.ts'
import { unsentStates, type Refusal, type WorkDetail, type WorkFilter } from '#shared/protocol/work.ts'
import type { WorkItem, WorkState, WorkSummary } from '#shared/protocol/work.ts'
import { drawWord, sendWords } from './fake-alerts.ts'
import type { World } from './fake-engine.ts'
import { withFigures } from './sample-data.ts'

/** What the stand-in engine keeps of one command. */
export type WorkRecord = WorkDetail

/** How the stand-in's rules answer the next commands of a kind. */
export interface FakeRules {
  objections: Partial<Record<CommandIntent['kind'], Refusal>>
  doubts: Partial<Record<CommandIntent['kind'], Refusal>>
}

export function workList(work: readonly WorkRecord[], filter: WorkFilter): WorkItem[] {
  const items = work.map(({ item }) => item)
  if (filter === 'all') return items
  return items.filter(({ state }) =>
    filter === 'refused' ? state === 'refused' : unsentStates.includes(state),
  )
}

export function workSummary({ work, unsentOfOthers }: World): WorkSummary {
  const unsent = workList(work, 'unsent')
  return {
    unsent: unsent.length,
    oldestUnsentAt: unsent.reduce<Millis | null>(
      (oldest, { keptAt }) => Math.min(oldest ?? keptAt, keptAt),
      null,
    ),
    refused: workList(work, 'refused').length,
    unsentOfOthers,
  }
}

/** Answers what windows ask about work; null for any other question. */
export function answerWork(world: World, channel: AskChannel, question: unknown): Reply<unknown> | null {
  switch (channel) {
    case 'work.submit':
      return submit(world, (question as Question<'work.submit'>).command)
    case 'work.undo':
      return undo(world, question as Question<'work.undo'>)
    case 'work.begin-count':
      return ok({
        basis: { epoch: '00000000-0000-4000-8000-000000000001', seq: 41_902, on_hand: 0, includes: [] },
      })
    case 'work.retry': {
      const { id } = question as Question<'work.retry'>
      const record = find(world, id)
      if (record) {
        move(world, record, 'amended')
        keep(world, { ...record.item.command, mutation_id: crypto.randomUUID() as MutationId }, null)
      }
      return ok({})
    }
    case 'work.amend': {
      const { id, command } = question as Question<'work.amend'>
      const submission = submit(world, command)
      const record = find(world, id)
      if (record && submission.ok) move(world, record, 'amended')
      return submission
    }
    case 'work.discard': {
      const { id, reason } = question as Question<'work.discard'>
      const record = find(world, id)
      if (record) move(world, record, 'discarded', reason)
      return ok({})
    }
    case 'work.assign': {
      const { id, note } = question as Question<'work.assign'>
      const record = find(world, id)
      if (record) record.item = { ...record.item, assigned: { note, at: world.now } }
      return ok({})
    }
    case 'work.export':
      return ok({ file: '/home/mia/unsent-work.json', commands: workList(world.work, 'unsent').length })
    case 'work.import':
      return ok({ file: '/home/mia/unsent-work.json', taken: 3, known: 2 })
    default:
      return null
  }
}

const find = (world: World, id: MutationId): WorkRecord | undefined =>
  world.work.find(({ item }) => item.id === id)

function submit(world: World, asked: CommandIntent): Reply<unknown> {
  const read = CommandIntent.safeParse(asked)
  if (!read.success) return failed('bad-request', read.error.message)
  const command = read.data
  const objection = world.rules.objections[command.kind]
  if (objection) return ok({ kind: 'objected', refusal: objection })
  const record =
    find(world, command.mutation_id) ??
    keep(world, stamped(world, command), world.rules.doubts[command.kind] ?? null)
  return ok({
    kind: 'kept',
    receipt: { id: record.item.id, keptAt: record.item.keptAt, doubt: record.doubt },
  })
}

const stamped = (world: World, intent: CommandIntent): Command => ({
  ...intent,
  station_id: null,
  operator_id: null,
  happened_at: new Date(world.now).toISOString(),
})

function keep(world: World, command: Command, doubt: Refusal | null): WorkRecord {
  const at = world.now
  const product =
    'product_id' in command ? world.stock.find(({ id }) => id === command.product_id) : undefined
  const orderId = 'order_id' in command ? command.order_id : null
  const order = world.orders.find(({ id }) => id === orderId)
  const record: WorkRecord = {
    item: {
      id: command.mutation_id,
      command,
      state: 'queued',
      keptAt: at,
      product: product ? { id: product.id, sku: product.sku, name: product.name, unit: product.unit } : null,
      order: order ? { id: order.id, number: order.number } : null,
      trouble: null,
      refusal: null,
      assigned: null,
      undoable: !isWord(command),
      undoneBy: null,
    },
    binsThen: [],
    binsNow: [],
    orderThen: order?.status ?? null,
    orderNow: order?.status ?? null,
    doubt,
    history: [{ at, event: 'queued', note: null }],
  }
  world.work.unshift(record)
  draw(world, command, 1)
  return record
}

function move(world: World, record: WorkRecord, state: WorkState, note: string | null = null): void {
  const isEnded = ['refused', 'discarded', 'amended', 'taken-back'].includes(state)
  record.item = { ...record.item, state, undoable: record.item.undoable && !isEnded, trouble: null }
  record.history = [...record.history, { at: world.now, event: state, note }]
}

function undo(world: World, { id, undoes }: Question<'work.undo'>): Reply<unknown> {
  const record = find(world, undoes)
  if (!record?.item.undoable) return ok({ kind: 'objected', refusal: { code: 'not_undoable', facts: {} } })
  draw(world, record.item.command, -1)
  if (record.item.state === 'queued') {
    move(world, record, 'taken-back')
    return ok({ kind: 'taken-back' })
  }
  record.item = { ...record.item, undoable: false, undoneBy: id }
  const by = keep(world, { ...everyCommand(world), kind: 'undo', mutation_id: id, undoes }, null)
  by.item = { ...by.item, product: record.item.product, order: record.item.order }
  return ok({ kind: 'kept', receipt: { id, keptAt: by.item.keptAt, doubt: null } })
}

const everyCommand = (world: World) => ({
  station_id: null,
  operator_id: null,
  happened_at: new Date(world.now).toISOString(),
})

/** The server takes everything that was not sent. */
export function deliver(world: World): void {
  for (const record of world.work) {
    if (unsentStates.includes(record.item.state)) move(world, record, 'applied')
  }
  world.stock = world.stock.map((row) => (row.unsentOnHand === 0 ? row : { ...row, unsentOnHand: 0 }))
  world.orders = world.orders.map((row) => (row.unsent ? { ...row, unsent: false } : row))
  sendWords(world)
}

/** What a command adds to what lies on the shelves of its warehouse; only as true as a picture needs. */
function added(command: Command): number {
  switch (command.kind) {
    case 'receive':
    case 'return':
      return command.quantity
    case 'pick':
    case 'scrap':
      return -command.quantity
    case 'adjust':
      return command.quantity
    default:
      return 0
  }
}

function draw(world: World, command: Command, sign: 1 | -1): void {
  drawWord(world, command)
  if ('product_id' in command) {
    const at = world.stock.findIndex(({ id }) => id === command.product_id)
    const row = world.stock[at]
    if (row) {
      const change = sign * added(command)
      const drawn = withFigures(row, row.onHand + change, row.allocated, world.now)
      world.stock[at] = { ...drawn, unsentOnHand: row.unsentOnHand + change }
    }
  }
  if (command.kind === 'order.advance' || command.kind === 'order.cancel') {
    const to: OrderStatus = command.kind === 'order.advance' ? command.to : 'cancelled'
    world.orders = world.orders.map((row) =>
      row.id === command.order_id ? { ...row, status: sign > 0 ? to : command.from, unsent: sign > 0 } : row,
    )
  }
  if (command.kind === 'notification.read') {
    const ids = new Set<string>(command.notification_ids)
    world.notifications = world.notifications.map((row) =>
      ids.has(row.id) ? { ...row, readAt: sign > 0 ? world.now : null } : row,
    )
  }
}

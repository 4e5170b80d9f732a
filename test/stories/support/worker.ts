import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { CommandIntent } from '#shared/domain/commands.ts'
import { MutationId, ProductId } from '#shared/domain/ids.ts'
import type { WarehouseId } from '#shared/domain/ids.ts'
import { must } from '#shared/lib/must.ts'
import type { Answer, Question } from '#shared/protocol/contract.ts'
import type { ViewId } from '#shared/protocol/delta.ts'
import type { StockDetail, ViewSpec } from '#shared/protocol/views.ts'
import type { Receipt, UndoAnswer, WorkItem, WorkState, WorkSummary } from '#shared/protocol/work.ts'
import type { WorkChannel } from '#engine/outbox/work.ts'
import type { Premises, Warehouse } from './premises.ts'
import { soon } from './soon.ts'
import type { Terminal } from './terminal.ts'

type Kind = CommandIntent['kind']
type Given<K extends Kind> = Omit<Extract<CommandIntent, { kind: K }>, 'kind' | 'mutation_id'>

/** One bin of one product, as commands name it. */
export interface Bin {
  warehouse_id: WarehouseId
  product_id: ProductId
  bin: string
  reference: null
}

/** Somebody who works at a terminal, as its window would ask. */
export interface Worker {
  ask<C extends WorkChannel>(channel: C, question: Question<C>): Promise<Answer<C>>
  /** Does it, and hears the receipt. */
  does<K extends Kind>(kind: K, given: Given<K>): Promise<Receipt>
  undo(id: MutationId): Promise<UndoAnswer>
  /** Newest first. */
  work(): Promise<WorkItem[]>
  state(id: MutationId): Promise<WorkState>
  summary(): Promise<WorkSummary>
  /** What the window says of a product; null when it knows of none there. */
  detail(bin: Bin): Promise<StockDetail | null>
  /** On hand, and how much of it was not sent. */
  onHand(bin: Bin): Promise<[onHand: number, unsent: number]>
  /** Waits until nothing of this person's work is on its way. */
  settles(): Promise<void>
}

export function workerAt({ engine, window }: Terminal): Worker {
  let views = 0
  async function view<T>(spec: ViewSpec): Promise<T> {
    const viewId = `worker-${++views}` as ViewId
    const reply = await engine.ask(window, 'view.open', { viewId, view: spec })
    await engine.ask(window, 'view.close', { viewId })
    if (!reply.ok) throw new Error(reply.error.message)
    const { result } = reply.value
    return (result.kind === 'value' ? result.value : result.rows) as T
  }

  const worker: Worker = {
    async ask(channel, question) {
      const reply = await engine.ask(window, channel, question)
      if (!reply.ok) throw new Error(`${channel}: ${reply.error.code}, ${reply.error.message}`)
      return reply.value
    },
    async does(kind, given) {
      const command = { kind, mutation_id: newId(), ...given } as unknown as CommandIntent
      const answer = await worker.ask('work.submit', { command })
      if (answer.kind !== 'kept') throw new Error(`${kind} was objected to: ${answer.refusal.code}`)
      return answer.receipt
    },
    undo: (undoes) => worker.ask('work.undo', { id: newId(), undoes }),
    work: () => view({ name: 'work.list', params: { filter: 'all', offset: 0, limit: 500 } }),
    state: async (id) =>
      must(
        (await worker.work()).find((item) => item.id === id),
        'the command',
      ).state,
    summary: () => view({ name: 'work.summary', params: {} }),
    detail: ({ warehouse_id, product_id }) =>
      view({ name: 'stock.detail', params: { warehouseId: warehouse_id, productId: product_id } }),
    async onHand(bin) {
      const detail = await worker.detail(bin)
      return [detail?.onHand ?? 0, detail?.unsentOnHand ?? 0]
    },
    settles: () =>
      soon(async () => {
        const onTheWay = (await worker.work()).filter(({ state }) => onItsWay.includes(state))
        expect(onTheWay.map(({ command, state }) => `${command.kind} ${state}`)).toEqual([])
      }, 40_000),
  }
  return worker
}

const onItsWay: readonly WorkState[] = ['queued', 'sending', 'applied']

export const newId = (): MutationId => MutationId.parse(randomUUID())

/** So many bins A-1 of a warehouse, each of another product. */
export async function binsOf(premises: Premises, warehouse: Warehouse, count: number): Promise<Bin[]> {
  const rows = await premises.backend.sql<{ product_id: string; bin: string }>(
    'select product_id, bin from inventory where warehouse_id = $1 order by product_id, bin limit $2',
    [warehouse.id, count],
  )
  return rows.map(({ product_id, bin }) => ({
    warehouse_id: warehouse.id,
    product_id: ProductId.parse(product_id),
    bin,
    reference: null,
  }))
}

/** What the server's own tables say: on hand in a bin, and what the ledger has of commands. */
export async function stockOf(
  { backend }: Premises,
  { warehouse_id, product_id, bin }: Bin,
): Promise<number> {
  const rows = await backend.sql<{ n: number }>(
    'select quantity_on_hand as n from inventory where (warehouse_id, product_id, bin) = ($1, $2, $3)',
    [warehouse_id, product_id, bin],
  )
  return rows[0]?.n ?? 0
}

export interface LedgerLine extends Record<string, unknown> {
  id: MutationId
  user: string
  outcome: 'applied' | 'refused'
}

export const ledgerOf = ({ backend }: Premises, ids: readonly MutationId[]): Promise<LedgerLine[]> =>
  backend.sql<LedgerLine>(
    `select mutation_id::text as id, user_id as user, outcome ->> 'outcome' as outcome
     from command_ledger where mutation_id = any ($1::uuid[])`,
    [ids],
  )

/** Movements booked for these commands. */
export async function bookedFor({ backend }: Premises, ids: readonly MutationId[]): Promise<number> {
  const [row] = await backend.sql<{ n: number }>(
    'select count(*)::int as n from stock_movements where mutation_id = any ($1::uuid[])',
    [ids],
  )
  return row?.n ?? 0
}

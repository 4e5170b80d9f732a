import type { Command, CommandOutcome } from '#shared/domain/commands.ts'
import type { MutationId, ProductId } from '#shared/domain/ids.ts'
import type { SendTrouble } from '#shared/protocol/work.ts'
import { binLane } from '#engine/commands/spec.ts'
import type { NewWork } from '#engine/outbox/outbox.ts'
import { EIGHT_O_CLOCK, id, north, northScope } from './mirror-data.ts'

/* Work for tests of the outbox, by names a reader can follow: work('a') is the same command everywhere. */

export const mutation = (name: string): MutationId => id<MutationId>(`work ${name}`)

/** One piece of something received into A-1. */
export function work(name: string, more: Partial<NewWork> = {}): NewWork {
  const at = { warehouse_id: north, product_id: id<ProductId>('mug'), bin: 'A-1' }
  const command: Command = {
    kind: 'receive',
    mutation_id: mutation(name),
    station_id: null,
    operator_id: null,
    happened_at: EIGHT_O_CLOCK,
    ...at,
    quantity: 1,
    reference: null,
  }
  return {
    command,
    lanes: [binLane(at.warehouse_id, at.product_id, at.bin)],
    effects: [{ on: 'bin', ...at, onHand: 1, allocated: 0 }],
    doubt: null,
    seen: { bins: [{ bin: 'A-1', onHand: 3, allocated: 0 }], order: null },
    ...more,
  }
}

export const applied = (name: string, seq = 1): CommandOutcome => ({
  mutation_id: mutation(name),
  outcome: 'applied',
  scope: northScope,
  seq,
})

export const refused = (name: string): CommandOutcome => ({
  mutation_id: mutation(name),
  outcome: 'refused',
  code: 'insufficient_stock',
  message: 'There is not enough.',
  facts: { on_hand: 2 },
})

export const trouble = (more: Partial<SendTrouble> = {}): SendTrouble => ({
  because: 'no-answer',
  at: 1_000,
  nextAt: 2_000,
  attempts: 1,
  ...more,
})

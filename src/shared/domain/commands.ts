import { z } from 'zod'
import { MutationId, OperatorId, ProductId, StationId, WarehouseId } from './ids.ts'

/*
 * What a person means to do, named and validated. The server applies each at most once, by mutation id
 * (`apply_commands` in supabase/migrations); its outcome is kept and given again to a repeat.
 */

const bin = z.string().min(1).max(40)
const positive = z.int().min(1).max(1_000_000)

const base = {
  mutation_id: MutationId,
  warehouse_id: WarehouseId,
  product_id: ProductId,
  bin,
  station_id: StationId.nullable(),
  operator_id: OperatorId.nullable(),
  /** By the terminal's clock, ISO 8601 with offset. */
  happened_at: z.iso.datetime({ offset: true }),
  reference: z.string().max(200).nullable(),
}

export const ReceiveCommand = z.object({ kind: z.literal('receive'), ...base, quantity: positive })
export const PickCommand = z.object({ kind: z.literal('pick'), ...base, quantity: positive })
export const AdjustCommand = z.object({
  kind: z.literal('adjust'),
  ...base,
  /** Signed: what to add to the bin. Never 0. */
  quantity: z
    .int()
    .min(-1_000_000)
    .max(1_000_000)
    .refine((n) => n !== 0),
  reason: z.string().min(1).max(200),
})

export const Command = z.discriminatedUnion('kind', [ReceiveCommand, PickCommand, AdjustCommand])
export type Command = z.infer<typeof Command>

/** Why the server refused a command. The message is for logs; the console words it from code and facts. */
export const RefusalCode = z.enum([
  'invalid',
  'not_allowed',
  'unknown_product',
  'unknown_warehouse',
  'insufficient_stock',
])
export type RefusalCode = z.infer<typeof RefusalCode>

/** Scope and seq say which head contains the effect: the command is settled when our cursor has reached it. */
export const CommandOutcome = z.discriminatedUnion('outcome', [
  z.object({
    mutation_id: MutationId,
    outcome: z.literal('applied'),
    scope: z.string(),
    seq: z.int(),
    facts: z.record(z.string(), z.unknown()).optional(),
  }),
  z.object({
    mutation_id: z.string(),
    outcome: z.literal('refused'),
    code: RefusalCode,
    message: z.string(),
    facts: z.record(z.string(), z.unknown()),
  }),
])
export type CommandOutcome = z.infer<typeof CommandOutcome>

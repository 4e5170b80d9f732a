import { z } from 'zod'

/*
 * How a view travels: a full snapshot at `(epoch, seq)`, then deltas numbered seq + 1, seq + 2, … of the same epoch.
 * A new epoch (the view was re-parameterised, the engine restarted, the user changed) makes older deltas void; a
 * delta numbered 0 opens such an epoch by itself and is whole. The replica that sees a gap asks for a new snapshot [D1].
 */

/** Chosen by the window, unique within it. */
export const ViewId = z.string().min(1).max(64).brand<'ViewId'>()
export type ViewId = z.infer<typeof ViewId>

const position = { viewId: ViewId, epoch: z.int(), seq: z.int() }
const anyRow = z.looseObject({ id: z.string() })

/** The full answer of a view. Rows of a list are in order, starting at `offset` of `total`. */
export const ViewResult = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('list'), total: z.int(), offset: z.int(), rows: z.array(anyRow) }),
  z.object({ kind: z.literal('value'), value: z.unknown() }),
])
export type ViewResult = z.infer<typeof ViewResult>

export const Snapshot = z.object({ ...position, result: ViewResult })
export type Snapshot = z.infer<typeof Snapshot>

/**
 * What changed since seq - 1. For a list: `upserts` are new or changed rows, `order` the ids of the whole window in their
 * new order (left out when membership and order stayed); rows not in `order` any more are forgotten.
 */
export const ViewChange = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('list'),
    total: z.int(),
    upserts: z.array(anyRow),
    order: z.array(z.string()).optional(),
  }),
  z.object({ kind: z.literal('value'), value: z.unknown() }),
])
export type ViewChange = z.infer<typeof ViewChange>

export const Delta = z.object({ ...position, change: ViewChange })
export type Delta = z.infer<typeof Delta>

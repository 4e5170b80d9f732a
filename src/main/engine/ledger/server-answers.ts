import { z } from 'zod'
import { MutationId, ProductId, RowId, StationId, UserId } from '#shared/domain/ids.ts'
import { FlowDay, LedgerCursor, LedgerKind } from '#shared/protocol/ledger.ts'

/* What the functions of supabase/migrations/20261103090600_ledger.sql answer. */

const moment = z
  .string()
  .transform((text) => Date.parse(text))
  .refine((ms) => Number.isFinite(ms), 'not a moment')

export const ServerMovement = z.object({
  id: RowId,
  product_id: ProductId,
  bin: z.string(),
  quantity: z.int(),
  kind: LedgerKind.catch('other'),
  reason: z.string().nullable(),
  reference: z.string().nullable(),
  station_id: StationId.nullable(),
  user_id: UserId.nullable(),
  mutation_id: MutationId.nullable(),
  order_item_id: RowId.nullable(),
  happened_at: moment,
  received_at: moment,
})
export type ServerMovement = z.infer<typeof ServerMovement>

const answered = { server_time: moment }

export const ServerPage = z.object({
  ...answered,
  rows: z.array(ServerMovement),
  next: LedgerCursor.nullable(),
})

export const ServerStory = z.object({
  ...answered,
  on_hand: z.int(),
  movements: z.int(),
  rows: z.array(ServerMovement.extend({ balance: z.int() })),
  next: LedgerCursor.nullable(),
})

export const ServerStockAt = z.object({
  ...answered,
  total: z.int(),
  movements: z.int(),
  bins: z.array(z.object({ bin: z.string(), quantity: z.int() })),
})

export const ServerHistory = z.object({
  ...answered,
  opening: z.int(),
  points: z.array(z.tuple([moment, z.int()])),
  part_ms: z.number().nullable(),
  offline: z.array(z.tuple([moment, moment])),
})

export const ServerFlowDay = z
  .object({
    ...answered,
    time_zone: z.string(),
    weeks: z.int(),
    hours: z.array(
      z.object({
        hour: z.int(),
        movements: z.int(),
        units: z.int(),
        usual_movements: z.number().nullable(),
        usual_units: z.number().nullable(),
      }),
    ),
  })
  .transform(({ server_time, time_zone, weeks, hours }) => ({
    serverTime: server_time,
    timeZone: time_zone,
    weeks,
    hours: hours.map(({ usual_movements, usual_units, ...hour }) => ({
      ...hour,
      usualMovements: usual_movements,
      usualUnits: usual_units,
    })),
  }))
  .pipe(FlowDay)

import { z } from 'zod'
import { MutationId, OrderId, ProductId, RowId, StationId, UserId, WarehouseId } from '../domain/ids.ts'
import { MovementKind, OrderStatus } from '../domain/rows.ts'

/*
 * The ledger is not mirrored: it grows without end. It is asked of the server when somebody looks, and what this station has not
 * sent is shown beside it, from its own disk.
 */

const millis = z.number()
const bin = z.string().min(1).max(40)
const pageLimit = z.int().min(1).max(500)

const ProductName = z.object({ id: ProductId, sku: z.string(), name: z.string(), unit: z.string() })
const OrderName = z.object({ id: OrderId, number: z.string() })

/** A newer server's kind of movement reads as `other`: the page must not go unread for one of them. */
export const LedgerKind = z.union([MovementKind, z.literal('other')])
export type LedgerKind = z.infer<typeof LedgerKind>

/** The two clocks of a movement: the terminal's when it happened, the server's when it heard of it. */
export const LedgerClock = z.enum(['happened', 'received'])
export type LedgerClock = z.infer<typeof LedgerClock>

/** The place of a page's last row, as the server wrote it; the next page begins there. */
export const LedgerCursor = z.object({
  received_at: z.string().max(60),
  happened_at: z.string().max(60),
  id: z.guid(),
  /** Of a story: the balance there. */
  balance: z.int().optional(),
})
export type LedgerCursor = z.infer<typeof LedgerCursor>

/** What is absent leaves nothing out. */
export const LedgerFilter = z.object({
  productId: ProductId.optional(),
  bin: bin.optional(),
  /** The number of an order that it was moved for, or its reference. */
  document: z.string().min(1).max(200).optional(),
  userId: UserId.optional(),
  stationId: StationId.optional(),
  kind: MovementKind.optional(),
  /** Received at this moment or later, and before that one. */
  from: millis.optional(),
  to: millis.optional(),
})
export type LedgerFilter = z.infer<typeof LedgerFilter>

export const LedgerMovement = z.object({
  id: RowId,
  productId: ProductId,
  /** Null when this station does not know the product. */
  product: ProductName.nullable(),
  bin: z.string(),
  /** Signed: what it added to the bin. */
  quantity: z.int(),
  kind: LedgerKind,
  reason: z.string().nullable(),
  reference: z.string().nullable(),
  order: OrderName.nullable(),
  /** By the names the warehouse knows; null where it knows none, as of an import. */
  person: z.string().nullable(),
  station: z.string().nullable(),
  mutationId: MutationId.nullable(),
  /** By the terminal's clock, corrected by nothing. */
  happenedAt: millis,
  receivedAt: millis,
  /** How long the server did not know of it; null when that was under a minute, or when it was imported. */
  offlineMs: millis.nullable(),
})
export type LedgerMovement = z.infer<typeof LedgerMovement>

/** A movement of a story, with what was there after it. */
export const StoryMovement = LedgerMovement.extend({ balance: z.int() })
export type StoryMovement = z.infer<typeof StoryMovement>

const answered = { serverTime: millis }

/** Newest first; `next` is null on the last page. */
export const LedgerPage = z.object({
  ...answered,
  movements: z.array(LedgerMovement),
  next: LedgerCursor.nullable(),
})
export type LedgerPage = z.infer<typeof LedgerPage>

/**
 * What made a figure, newest first. The newest balance is `onHand`; when `next` is null, the oldest balance without its quantity is
 * what was there before the ledger began.
 */
export const LedgerStory = z.object({
  ...answered,
  onHand: z.int(),
  /** In all, on every page. */
  count: z.int(),
  movements: z.array(StoryMovement),
  next: LedgerCursor.nullable(),
})
export type LedgerStory = z.infer<typeof LedgerStory>

export const StockAt = z.object({
  ...answered,
  total: z.int(),
  /** How many movements made it. */
  movements: z.int(),
  /** Every bin that had seen a movement by then. */
  bins: z.array(z.object({ bin: z.string(), quantity: z.int() })),
})
export type StockAt = z.infer<typeof StockAt>

export const StockHistory = z.object({
  ...answered,
  /** What was there when the span began. */
  opening: z.int(),
  points: z.array(z.object({ at: millis, quantity: z.int() })),
  /** Set when there were too many movements to tell each: points are the last of each part of this length. */
  partMs: millis.nullable(),
  /** Times between a movement and the server's hearing of it, beyond a minute. */
  offline: z.array(z.object({ from: millis, to: millis })),
})
export type StockHistory = z.infer<typeof StockHistory>

/** How busy the hours of a day were, in the warehouse's time zone, beside what is usual on that weekday. */
export const FlowDay = z.object({
  ...answered,
  timeZone: z.string(),
  /** How many of the eight weeks before had anything on that day: the usual is their median, and null without any. */
  weeks: z.int(),
  hours: z
    .array(
      z.object({
        hour: z.int(),
        movements: z.int(),
        units: z.int(),
        usualMovements: z.number().nullable(),
        usualUnits: z.number().nullable(),
      }),
    )
    .length(24),
})
export type FlowDay = z.infer<typeof FlowDay>

/** One movement of this station that the rows do not show yet. */
export const UnsettledMovement = z.object({
  /** Of the command, and the bin it moves. */
  id: z.string(),
  mutationId: MutationId,
  product: ProductName,
  bin: z.string(),
  quantity: z.int(),
  /** `undo` takes another one back. */
  kind: z.union([LedgerKind, z.literal('undo')]),
  reference: z.string().nullable(),
  order: OrderName.nullable(),
  stationId: StationId.nullable(),
  happenedAt: millis,
  /** `unsent`: not known to be at the server. `sent`: there, and on its way back. */
  at: z.enum(['unsent', 'sent']),
})
export type UnsettledMovement = z.infer<typeof UnsettledMovement>

/** Where the mirror is in a warehouse's history: moves with every change there. */
export const Pulse = z.object({ epoch: z.string().nullable(), seq: z.int() })
export type Pulse = z.infer<typeof Pulse>

/** Who and what the ledger can be asked for: everybody who ever belonged to the warehouse, by name. */
export const LedgerNames = z.object({
  people: z.array(z.object({ id: UserId, name: z.string() })),
  stations: z.array(z.object({ id: StationId, name: z.string() })),
})
export type LedgerNames = z.infer<typeof LedgerNames>

/** Open orders of one status by when they were made, in slots of ten minutes: their age is the asker's clock's to say. */
export const OrderAges = z.array(
  z.object({
    status: OrderStatus,
    orders: z.int(),
    slots: z.array(z.object({ at: millis, orders: z.int() })),
  }),
)
export type OrderAges = z.infer<typeof OrderAges>

/** Questions about the ledger; a part of the contract. */
export const ledgerAsks = {
  'ledger.page': {
    question: z.object({
      warehouseId: WarehouseId,
      filter: LedgerFilter,
      before: LedgerCursor.nullable(),
      limit: pageLimit,
    }),
    answer: LedgerPage,
  },
  /** `bin` null: all bins of the product together. */
  'ledger.story': {
    question: z.object({
      warehouseId: WarehouseId,
      productId: ProductId,
      bin: bin.nullable(),
      before: LedgerCursor.nullable(),
      limit: pageLimit,
    }),
    answer: LedgerStory,
  },
  /** What was in stock at a moment (included), by the ledger. */
  'stock.at': {
    question: z.object({
      warehouseId: WarehouseId,
      productId: ProductId,
      moment: millis,
      clock: LedgerClock,
    }),
    answer: StockAt,
  },
  'stock.history': {
    question: z.object({
      warehouseId: WarehouseId,
      productId: ProductId,
      from: millis,
      to: millis,
      clock: LedgerClock,
    }),
    answer: StockHistory,
  },
  /** `day` as "2026-03-02", in the warehouse's time zone. */
  'flow.day': {
    question: z.object({ warehouseId: WarehouseId, day: z.iso.date() }),
    answer: FlowDay,
  },
} as const

/** Views about the ledger that this station answers by itself. */
export const ledgerViews = {
  pulse: { params: z.object({ warehouseId: WarehouseId }), value: Pulse },
  'ledger.names': { params: z.object({ warehouseId: WarehouseId }), value: LedgerNames },
  /** This station's own work that the rows do not show yet, newest first, of a product or of all. */
  'ledger.unsettled': {
    params: z.object({ warehouseId: WarehouseId, productId: ProductId.nullable() }),
    value: z.array(UnsettledMovement),
  },
  'orders.ages': { params: z.object({ warehouseId: WarehouseId }), value: OrderAges },
} as const

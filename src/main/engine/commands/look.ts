import type { MutationId, OrderId, ProductId, RowId, UserId, WarehouseId } from '#shared/domain/ids.ts'
import type {
  MemberRole,
  ProductRow,
  SalesOrderItemRow,
  SalesOrderRow,
  WarehouseRow,
} from '#shared/domain/rows.ts'
import type { Command } from '#shared/domain/commands.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { Effect } from './effects.ts'

/** What is in one bin. */
export interface BinFigures {
  bin: string
  onHand: number
  allocated: number
}

/** A command this station has kept, with what it expected of it. */
export interface KeptCommand {
  command: Command
  effects: readonly Effect[]
  /** `queued`: never left this station. `refused` and `undone` ones have no effect any more. */
  state: 'queued' | 'sent' | 'applied' | 'settled' | 'refused' | 'discarded' | 'undone'
}

/** What a command's rules may look at: the mirror's rows with the station's unsettled work drawn over them. */
export interface Look {
  now(): Millis
  user(): UserId
  warehouse(id: WarehouseId): WarehouseRow | null
  /** The user's role there, as far as the station knows. */
  role(id: WarehouseId): MemberRole | null
  product(id: ProductId): ProductRow | null
  bins(warehouse: WarehouseId, product: ProductId): readonly BinFigures[]
  order(id: OrderId): SalesOrderRow | null
  orderByNumber(warehouse: WarehouseId, number: string): SalesOrderRow | null
  orderLine(id: RowId): SalesOrderItemRow | null
  orderLines(id: OrderId): readonly SalesOrderItemRow[]
  /** The user's notifications that had come by this moment of the server's time, and are not read. */
  unreadUpTo(moment: Millis): readonly RowId[]
  kept(id: MutationId): KeptCommand | null
}

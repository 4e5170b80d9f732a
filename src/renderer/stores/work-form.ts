import type { CommandIntent } from '#shared/domain/commands.ts'
import type { MutationId, ProductId, RowId, WarehouseId } from '#shared/domain/ids.ts'
import type { OrderListRow } from '#shared/protocol/orders.ts'

/** Work on the stock of one product, in the order its keys are shown. */
export const stockActions = [
  'receive',
  'pick',
  'putaway',
  'transfer',
  'count',
  'adjust',
  'return',
  'scrap',
] as const
export type StockAction = (typeof stockActions)[number]

/** A refused command that the form puts another in the place of. */
export interface Amends {
  readonly id: MutationId
  readonly command: CommandIntent
}

/** The line of an order that goods are picked for. */
export interface OrderLineToPick {
  readonly id: RowId
  /** The order's number. */
  readonly order: string
  /** Still to be picked. */
  readonly left: number
}

/** What is being filled in. */
export type WorkForm =
  | {
      readonly kind: 'stock'
      readonly action: StockAction
      readonly warehouseId: WarehouseId
      readonly productId: ProductId
      /** Chosen already, if it is. */
      readonly bin?: string
      readonly orderLine?: OrderLineToPick
      readonly amends: Amends | null
    }
  | {
      readonly kind: 'cancel-order'
      readonly order: Pick<OrderListRow, 'id' | 'number' | 'customer' | 'status'> & {
        /** Null where only the order's number and status are known. */
        readonly unitsOrdered: number | null
        readonly unitsPicked: number | null
      }
      readonly warehouseId: WarehouseId
      readonly amends: Amends | null
    }
  | { readonly kind: 'create-order'; readonly warehouseId: WarehouseId; readonly amends: Amends | null }
  | { readonly kind: 'discard' | 'assign'; readonly id: MutationId }
  | { readonly kind: 'message' | 'report-code'; readonly warehouseId: WarehouseId }
  | { readonly kind: 'assign-code'; readonly warehouseId: WarehouseId; readonly code: string }

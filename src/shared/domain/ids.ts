import { z } from 'zod'

const id = z.guid()

export const WarehouseId = id.brand<'WarehouseId'>()
export type WarehouseId = z.infer<typeof WarehouseId>
export const ProductId = id.brand<'ProductId'>()
export type ProductId = z.infer<typeof ProductId>
export const OrderId = id.brand<'OrderId'>()
export type OrderId = z.infer<typeof OrderId>
export const UserId = id.brand<'UserId'>()
export type UserId = z.infer<typeof UserId>
export const StationId = id.brand<'StationId'>()
export type StationId = z.infer<typeof StationId>
export const OperatorId = id.brand<'OperatorId'>()
export type OperatorId = z.infer<typeof OperatorId>

/** Client-made UUID of one command: its idempotency key on the server. */
export const MutationId = id.brand<'MutationId'>()
export type MutationId = z.infer<typeof MutationId>

/** Any row's primary key, where the table is not known statically. */
export const RowId = id.brand<'RowId'>()
export type RowId = z.infer<typeof RowId>

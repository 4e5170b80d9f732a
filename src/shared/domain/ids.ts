import { z } from 'zod'

const id = <Brand extends string>() => z.guid().brand<Brand>()

export const WarehouseId = id<'WarehouseId'>()
export type WarehouseId = z.infer<typeof WarehouseId>
export const ProductId = id<'ProductId'>()
export type ProductId = z.infer<typeof ProductId>
export const OrderId = id<'OrderId'>()
export type OrderId = z.infer<typeof OrderId>
export const UserId = id<'UserId'>()
export type UserId = z.infer<typeof UserId>
export const StationId = id<'StationId'>()
export type StationId = z.infer<typeof StationId>
export const OperatorId = id<'OperatorId'>()
export type OperatorId = z.infer<typeof OperatorId>

/** Client-made UUID of one command: its idempotency key on the server. */
export const MutationId = id<'MutationId'>()
export type MutationId = z.infer<typeof MutationId>

/** Any row's primary key, where the table is not known statically. */
export const RowId = id<'RowId'>()
export type RowId = z.infer<typeof RowId>

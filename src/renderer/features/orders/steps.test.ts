import { expect, test } from 'vitest'
import { objectionTo } from '#engine/commands/index.ts'
import type { Look } from '#engine/commands/look.ts'
import type { Command } from '#shared/domain/commands.ts'
import type { MutationId, OrderId, WarehouseId } from '#shared/domain/ids.ts'
import { isCancellable, nextSteps } from '#shared/domain/orders.ts'
import { OrderStatus } from '#shared/domain/rows.ts'

const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const stamp = {
  mutation_id: id(1) as MutationId,
  station_id: null,
  operator_id: null,
  happened_at: '2026-03-05T12:00:00Z',
  warehouse_id: id(2) as WarehouseId,
  order_id: id(3) as OrderId,
}

/** An order in `status`, some of it picked or nothing, for somebody who may do anything. */
const look = (status: OrderStatus, picked: number): Look =>
  ({
    warehouse: () => ({}),
    role: () => 'manager',
    order: () => ({ id: stamp.order_id, number: 'SO-1', status }),
    orderLines: () => [{ quantity_ordered: 9, quantity_picked: picked }],
  }) as unknown as Look

const isTaken = (command: Command, at: Look): boolean => objectionTo(command, at) === null

test.each(OrderStatus.options)('from %s, the steps offered are those that the station takes', (from) => {
  for (const picked of [0, 4]) {
    const at = look(from, picked)
    const taken = OrderStatus.options.filter((to) =>
      isTaken({ kind: 'order.advance', ...stamp, from, to }, at),
    )
    expect([...nextSteps(from, picked > 0)].sort()).toEqual([...taken].sort())
    const cancel: Command = { kind: 'order.cancel', ...stamp, from, reason: 'Called' }
    expect(isCancellable(from)).toBe(isTaken(cancel, at))
  }
})

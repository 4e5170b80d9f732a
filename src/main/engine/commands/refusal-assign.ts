import { checkProduct, checkRole } from './checks.ts'
import { inboxLane } from './spec.ts'
import type { CommandOf, CommandSpec } from './spec.ts'

/** Raises an alert for the supervisors of a warehouse; no figure changes, and the refused command stays on the desk. */
export const refusalAssign: CommandSpec<CommandOf<'refusal.assign'>> = {
  kind: 'refusal.assign',
  lanes: () => [inboxLane],
  check: ({ warehouse_id, product_id }, look) =>
    checkRole(look, warehouse_id, 'picker') ?? (product_id === null ? null : checkProduct(look, product_id)),
  effects: () => [],
}

import { checkProduct, checkRole } from './checks.ts'
import type { Look } from './look.ts'
import { inboxLane } from './spec.ts'
import type { CommandOf, CommandSpec } from './spec.ts'

/*
 * What is said at the supervisor's desk, and answered to it. No figure changes: what the windows show of it before the server
 * has it is read from the outbox itself.
 */

type Word = 'alert.acknowledge' | 'alert.confirm' | 'message.send' | 'drill.call' | 'code.report'

const wordBy = <K extends Word>(kind: K, role: 'picker' | 'supervisor') => ({
  kind,
  lanes: () => [inboxLane],
  check: ({ warehouse_id }: CommandOf<Word>, look: Look) => checkRole(look, warehouse_id, role),
  effects: () => [],
})

export const alertAcknowledge = wordBy('alert.acknowledge', 'picker')
export const alertConfirm = wordBy('alert.confirm', 'picker')
export const codeReport = wordBy('code.report', 'picker')
export const messageSend = wordBy('message.send', 'supervisor')
export const drillCall = wordBy('drill.call', 'supervisor')

export const barcodeAssign: CommandSpec<CommandOf<'barcode.assign'>> = {
  kind: 'barcode.assign',
  lanes: () => [inboxLane],
  check: ({ warehouse_id, product_id }, look) =>
    checkRole(look, warehouse_id, 'supervisor') ?? checkProduct(look, product_id),
  effects: () => [],
}

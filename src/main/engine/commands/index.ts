import type { Command } from '#shared/domain/commands.ts'
import { adjust } from './adjust.ts'
import { count } from './count.ts'
import {
  alertAcknowledge,
  alertConfirm,
  barcodeAssign,
  codeReport,
  drillCall,
  messageSend,
} from './desk-words.ts'
import { summed } from './effects.ts'
import type { Effect } from './effects.ts'
import type { Look } from './look.ts'
import { notificationReadAll } from './notification-read-all.ts'
import { notificationRead } from './notification-read.ts'
import { orderCreate } from './order-create.ts'
import { orderAdvance, orderCancel } from './order-steps.ts'
import { pick } from './pick.ts'
import { receive } from './receive.ts'
import { refusalAssign } from './refusal-assign.ts'
import { returnGoods } from './return-goods.ts'
import { scrap } from './scrap.ts'
import type { CommandOf, CommandSpec, Lane, Objection } from './spec.ts'
import { putaway, transfer } from './transfer.ts'
import { undoWith } from './undo.ts'

/* The rules of every kind of command, by kind: a missing one does not compile. */

const specs: { [K in Command['kind']]: CommandSpec<CommandOf<K>> } = {
  receive,
  putaway,
  pick,
  transfer,
  adjust,
  count,
  return: returnGoods,
  scrap,
  'order.create': orderCreate,
  'order.advance': orderAdvance,
  'order.cancel': orderCancel,
  'notification.read': notificationRead,
  undo: undoWith((command, look) => lanesOf(command, look)),
  'refusal.assign': refusalAssign,
  'notification.read_all': notificationReadAll,
  'alert.acknowledge': alertAcknowledge,
  'alert.confirm': alertConfirm,
  'message.send': messageSend,
  'drill.call': drillCall,
  'code.report': codeReport,
  'barcode.assign': barcodeAssign,
}

/** The table's type proves that a kind meets its own rules; TypeScript cannot follow the index. */
const specOf = (command: Command): CommandSpec<Command> => specs[command.kind]

/** The lanes a command keeps its place in. */
export const lanesOf = (command: Command, look: Look): Lane[] => specOf(command).lanes(command, look)

/** What speaks against it on what this station knows, or null. */
export const objectionTo = (command: Command, look: Look): Objection | null =>
  specOf(command).check(command, look)

/** What it will change, each thing once. */
export const effectsOf = (command: Command, look: Look): Effect[] =>
  summed(specOf(command).effects(command, look))

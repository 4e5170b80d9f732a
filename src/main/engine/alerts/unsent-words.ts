import type { Command } from '#shared/domain/commands.ts'
import type { ProductId, RowId, UserId } from '#shared/domain/ids.ts'
import type { AlertAnswer } from '#shared/domain/rows.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { Acknowledgement } from './alert-keys.ts'

/** A command of this station that the rows do not show yet. */
export interface UnsettledCommand {
  command: Command
  keptAt: Millis
}

/** What this station's people have said to alerts and the server has not brought back yet: queued, on its way, or applied. */
export interface UnsentWords {
  byKey: ReadonlyMap<string, Acknowledgement>
  byAlert: ReadonlyMap<RowId, Acknowledgement>
  answers: ReadonlyMap<RowId, AlertAnswer>
  /** Whether a count of this bin is on its way. */
  isCounted(product: ProductId | null, bin: unknown): boolean
  /** Whether this code is on its way to a product. */
  isAssigned(code: unknown): boolean
}

/** @param nameOf the name of whoever is signed in */
export function unsentWords(
  unsettled: readonly UnsettledCommand[],
  user: UserId,
  nameOf: () => string,
): UnsentWords {
  const byKey = new Map<string, Acknowledgement>()
  const byAlert = new Map<RowId, Acknowledgement>()
  const answers = new Map<RowId, AlertAnswer>()
  const counted = new Set<string>()
  const codes = new Set<string>()
  for (const { command, keptAt } of unsettled) {
    switch (command.kind) {
      case 'alert.acknowledge': {
        const { note, key, alert_id } = command
        const word = { userId: user, name: nameOf(), at: keptAt, sent: false, note }
        if (alert_id !== null) byAlert.set(alert_id, word)
        else if (key !== null) byKey.set(key, word)
        break
      }
      case 'alert.confirm':
        answers.set(command.alert_id, command.answer)
        break
      case 'count':
        counted.add(`${command.product_id} ${command.bin}`)
        break
      case 'barcode.assign':
        codes.add(command.code)
        break
      default:
    }
  }
  return {
    byKey,
    byAlert,
    answers,
    isCounted: (product, bin) => counted.has(`${String(product)} ${String(bin)}`),
    isAssigned: (code) => typeof code === 'string' && codes.has(code),
  }
}

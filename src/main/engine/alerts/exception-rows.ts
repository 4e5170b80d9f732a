import { ExceptionKind, type ExceptionRow } from '#shared/protocol/alerts.ts'
import type { WorkItem } from '#shared/protocol/work.ts'
import type { FleetStation } from '#shared/protocol/fleet.ts'
import type { NamedUser, ToldAlert } from '../mirror/alert-rows.ts'
import { textIn } from './told-rows.ts'
import type { UnsentWords } from './unsent-words.ts'

/* What went otherwise than planned, as a window shows it. */

/** Those that are rows of the server; `refused` is this station's own. */
export const toldExceptions = ExceptionKind.options.filter((kind) => kind !== 'refused')

/** Work of the signed-in person at this station that the server refused. */
export function refusedRow(
  { id, command, keptAt, product, order, refusal, assigned }: WorkItem,
  by: NamedUser,
  here: Pick<FleetStation, 'id' | 'name'> | null,
): ExceptionRow {
  return {
    id,
    kind: 'refused',
    alertId: null,
    workId: id,
    product,
    order,
    bin: 'bin' in command ? command.bin : null,
    facts: { ...refusal?.facts, code: refusal?.code ?? null, refused_kind: command.kind },
    raisedAt: keptAt,
    raisedBy: by,
    station: here && { id: here.id, name: here.name },
    // Handed to a supervisor, it waits for them.
    answered: assigned !== null,
  }
}

export function exceptionRow(alert: ToldAlert, words: UnsentWords): ExceptionRow {
  const { id, product, order, facts, raisedAt, raisedBy, station } = alert
  const bin = textIn(facts, 'bin')
  return {
    id,
    kind: ExceptionKind.parse(alert.kind),
    alertId: id,
    workId: null,
    ...{ product, order, bin, facts, raisedAt, raisedBy, station },
    answered: isAnswered(alert, bin, words),
  }
}

function isAnswered(
  { id, kind, product, facts }: ToldAlert,
  bin: string | null,
  words: UnsentWords,
): boolean {
  if (words.byAlert.has(id)) return true
  if (kind === 'count_task' || kind === 'negative_stock') return words.isCounted(product?.id ?? null, bin)
  return kind === 'unknown_code' && words.isAssigned(facts['code'])
}

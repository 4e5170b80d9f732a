import { Command, RefusalCode } from '#shared/domain/commands.ts'
import { presences } from '#shared/domain/presence.ts'
import { MovementKind, OrderStatus, Severity, StationKind } from '#shared/domain/rows.ts'
import { stockStates } from '#shared/domain/stock.ts'
import { ComputedAlertKind, ExceptionKind, ToldAlertKind } from '#shared/protocol/alerts.ts'
import { WorkState } from '#shared/protocol/work.ts'
import { t, textOr } from '../../texts/text.ts'
import { tickOf } from '../work/ticks.ts'

/*
 * The word that the screen has for each code of a column. What the screen tells in a sentence of several figures stands in the file
 * as a short word, with the figures in columns of their own.
 */

const wordsOf = <C extends string>(codes: readonly C[], word: (code: C) => string): Record<C, string> =>
  Object.fromEntries(codes.map((code) => [code, word(code)])) as Record<C, string>

const commandKinds = Command.options.map(({ shape }) => shape.kind.value)
/** As stations tell of them; a newer station's other word is left as it is. */
const links = ['live', 'degraded', 'catching-up', 'connecting', 'waiting', 'offline'].concat(
  'signed-out',
  'incompatible',
  'stopped',
)

export const columnWords = {
  alert: wordsOf([...ComputedAlertKind.options, ...ToldAlertKind.options], (kind) =>
    t(`export.alert.${kind}`),
  ),
  exception: wordsOf(ExceptionKind.options, (kind) => t(`exceptions.kind.${kind}`)),
  link: wordsOf(links, (link) => textOr(`fleet.link.${link}`, link)),
  movement: wordsOf([...MovementKind.options, 'other'] as const, (kind) => t(`ledger.kind.${kind}`)),
  order: wordsOf(OrderStatus.options, (status) => t(`orders.status.${status}`)),
  presence: wordsOf(presences, (presence) => t(`fleet.presence.${presence}`)),
  refusal: wordsOf(RefusalCode.options, (code) => t(`export.refused.${code}`)),
  severity: wordsOf(Severity.options, (severity) => t(`severity.${severity}`)),
  station: wordsOf(StationKind.options, (kind) => t(`fleet.kind.${kind}`)),
  stock: wordsOf(stockStates, (state) => t(`stock.state.${state}`)),
  tick: wordsOf(WorkState.options, (state) => t(tickOf({ state, undoneBy: null, trouble: null }).word)),
  work: wordsOf(commandKinds, (kind) => t(`export.work.${kind}`)),
} as const

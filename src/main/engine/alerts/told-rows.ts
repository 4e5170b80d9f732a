import { ToldAlertKind, type AlertListRow } from '#shared/protocol/alerts.ts'
import type { StationId, UserId } from '#shared/domain/ids.ts'
import type { FleetStation } from '#shared/protocol/fleet.ts'
import { ACKNOWLEDGED_FOR_MS } from './alert-keys.ts'
import type { ToldAlert, ToldReceipt } from '../mirror/alert-rows.ts'
import type { UnsentWords } from './unsent-words.ts'

/* Alerts that are rows, as a window shows them. */

/** Who looks, and where. */
export interface Onlooker {
  user: UserId
  station: StationId | null
  words: UnsentWords
  stations: readonly FleetStation[]
  receipts: (alertId: string) => readonly ToldReceipt[]
}

export const asks = ({ kind }: Pick<ToldAlert, 'kind'>): boolean => kind === 'message' || kind === 'drill'

export function toldRow(alert: ToldAlert, by: Onlooker): AlertListRow {
  const known = ToldAlertKind.safeParse(alert.kind)
  const receipts = asks(alert) ? by.receipts(alert.id) : []
  return {
    id: alert.id,
    source: 'told',
    kind: known.success ? known.data : 'other',
    severity: alert.severity,
    message: alert.message,
    product: alert.product,
    order: alert.order,
    station: alert.station,
    bin: textIn(alert.facts, 'bin'),
    facts: alert.facts,
    raisedAt: alert.raisedAt,
    raisedBy: alert.raisedBy,
    acknowledged: acknowledgedOf(alert, by.words),
    receipts: asks(alert) ? counted(alert, receipts, by) : null,
    mine: asks(alert) ? (by.words.answers.get(alert.id) ?? answerOf(receipts, by)) : null,
  }
}

function acknowledgedOf(
  { id, acknowledged, facts }: ToldAlert,
  words: UnsentWords,
): AlertListRow['acknowledged'] {
  if (acknowledged === null) return words.byAlert.get(id) ?? null
  const { by, at } = acknowledged
  return { userId: by?.userId ?? null, name: by?.name ?? '', at, sent: true, note: textIn(facts, 'note') }
}

/** What this person has answered at this station, as far as the server has brought it back. */
export const answerOf = (
  receipts: readonly ToldReceipt[],
  { user, station }: Pick<Onlooker, 'user' | 'station'>,
): ToldReceipt['answer'] | null =>
  receipts.find((receipt) => receipt.user.id === user && (receipt.station?.id ?? null) === station)?.answer ??
  null

function counted(alert: ToldAlert, receipts: readonly ToldReceipt[], by: Onlooker): AlertListRow['receipts'] {
  const answered = new Set(receipts.map(({ station, user }) => station?.id ?? user.id))
  if (by.words.answers.has(alert.id)) answered.add(by.station ?? by.user)
  const stations = new Set<string>([...answered, ...addressed(alert, by.stations).map(({ id }) => id)])
  return { answered: answered.size, stations: stations.size }
}

/** The stations that a message or drill is for. */
export function addressed(alert: ToldAlert, stations: readonly FleetStation[]): readonly FleetStation[] {
  if (alert.kind === 'drill') {
    const named = stationsIn(alert)
    return named.length === 0 ? stations : stations.filter(({ id }) => named.includes(id))
  }
  return stations.filter(
    ({ id, isThis, seenAt }) =>
      id !== alert.station?.id &&
      (isThis || (seenAt !== null && seenAt > alert.raisedAt - ACKNOWLEDGED_FOR_MS)),
  )
}

/** The stations that a drill names; none where it is for all. */
export function stationsIn({ facts }: ToldAlert): readonly string[] {
  const named = facts['stations']
  return Array.isArray(named) ? named.filter((id) => typeof id === 'string') : []
}

export function textIn(facts: Record<string, unknown>, name: string): string | null {
  const text = facts[name]
  return typeof text === 'string' ? text : null
}

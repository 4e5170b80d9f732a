import type { AlertListRow } from '#shared/protocol/alerts.ts'
import type { FleetStation } from '#shared/protocol/fleet.ts'
import { MINUTE_MS, type Millis } from '#shared/lib/time.ts'
import type { ShortLine } from '../mirror/alert-lists.ts'
import { keyOf, type Acknowledgements, type ComputedKind } from './alert-keys.ts'

/* Alerts that this station makes from what it has: of stock, of other stations, of its own refused work. */

/** A clock that is further off than this is wrong enough to matter for whoever reads its times. */
export const CLOCK_WRONG_MS = 2 * MINUTE_MS
/** A station that knows so many changes to be missing, or whose figures are so old, is behind. */
export const BEHIND_CHANGES = 500
export const BEHIND_MS = 2 * MINUTE_MS
/** Who has been silent for so long and holds no work is away, and no alert any more. */
export const AWAY_AFTER_MS = 7 * 24 * 60 * MINUTE_MS

const severities = {
  low: 'info',
  out: 'warning',
  oversold: 'warning',
  refused_here: 'warning',
  station_silent: 'warning',
  station_behind: 'warning',
  clock_wrong: 'warning',
} as const satisfies Record<ComputedKind, AlertListRow['severity']>

type Computed = Pick<AlertListRow, 'facts' | 'raisedAt'> & Partial<Pick<AlertListRow, 'product' | 'station'>>

const computed = (
  kind: ComputedKind,
  about: string,
  { facts, raisedAt, product = null, station = null }: Computed,
  acknowledgements: Acknowledgements,
): AlertListRow => {
  const id = keyOf(kind, about)
  return {
    ...{
      id,
      source: 'computed',
      kind,
      severity: severities[kind],
      message: null,
      product,
      station,
      facts,
      raisedAt,
    },
    ...{ order: null, bin: null, raisedBy: null, receipts: null, mine: null },
    acknowledged: acknowledgements.get(id),
  }
}

export function stockRow(line: ShortLine, acknowledgements: Acknowledgements): AlertListRow {
  const { id, sku, name, unit, onHand, allocated, unsentOnHand, reorderPoint, changedAt } = line
  const facts = {
    on_hand: onHand,
    allocated,
    available: onHand - allocated,
    reorder_point: reorderPoint,
    unsent_on_hand: unsentOnHand,
  }
  return computed(
    line.state,
    id,
    { facts, raisedAt: changedAt, product: { id, sku, name, unit } },
    acknowledgements,
  )
}

/** @param newest the command that was refused last: another one asks again */
export const refusedRow = (
  count: number,
  newest: { id: string; keptAt: Millis },
  acknowledgements: Acknowledgements,
): AlertListRow =>
  computed('refused_here', newest.id, { facts: { count }, raisedAt: newest.keptAt }, acknowledgements)

/**
 * @param judgedAt server time: now while this station is caught up, else the moment up to which its figures are complete
 * @param since when this station first saw a condition that nobody has dated
 */
export function stationRows(
  stations: readonly FleetStation[],
  judgedAt: Millis,
  acknowledgements: Acknowledgements,
  since: (key: string) => Millis,
): AlertListRow[] {
  return stations.flatMap((station) => {
    const { id, name, seenAt, isThis, unsent, oldestUnsentAt, clockOffsetMs, completeAsOf } = station
    const row = (kind: ComputedKind, raisedAt: Millis, facts: Record<string, unknown>): AlertListRow =>
      computed(kind, id, { facts, raisedAt, station: { id, name } }, acknowledgements)
    const rows: AlertListRow[] = []
    if (isSilent(station, judgedAt)) {
      const facts = {
        unsent,
        oldest_unsent_at: oldestUnsentAt,
        last_seen_at: seenAt,
        user: station.user?.name ?? null,
      }
      rows.push(row('station_silent', station.expectedBy ?? judgedAt, facts))
    }
    if (isBehind(station)) {
      rows.push(
        row('station_behind', since(keyOf('station_behind', id)), {
          behind: station.behind,
          complete_as_of: completeAsOf,
        }),
      )
    }
    if (clockOffsetMs !== null && Math.abs(clockOffsetMs) > CLOCK_WRONG_MS && (isThis || isHere(station))) {
      rows.push(
        row('clock_wrong', since(keyOf('clock_wrong', id)), {
          offset_ms: roundedOffset(clockOffsetMs),
          is_this: isThis,
        }),
      )
    }
    return rows
  })
}

const isHere = ({ presence }: FleetStation): boolean => presence === 'here'

const isSilent = ({ presence, expectedBy, unsent }: FleetStation, judgedAt: Millis): boolean =>
  presence === 'silent' && expectedBy !== null && (unsent > 0 || judgedAt - expectedBy < AWAY_AFTER_MS)

/** Of itself a station says so in its status. */
const isBehind = (station: FleetStation): boolean =>
  !station.isThis &&
  isHere(station) &&
  ((station.behind ?? 0) >= BEHIND_CHANGES ||
    (station.seenAt !== null &&
      station.completeAsOf !== null &&
      station.seenAt - station.completeAsOf > BEHIND_MS))

/** To the second: what is measured anew each minute is never the same to the millisecond. */
const roundedOffset = (offsetMs: number): number => Math.round(offsetMs / 1_000) * 1_000

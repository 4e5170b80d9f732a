import type {
  AlertDetail,
  AlertFilter,
  AlertListRow,
  AlertSummary,
  AskingAlert,
  ExceptionRow,
} from '#shared/protocol/alerts.ts'
import type { ProductId, RowId, StationId, WarehouseId } from '#shared/domain/ids.ts'
import type { FleetStation } from '#shared/protocol/fleet.ts'
import type { ListParams, ValueParams } from '#shared/protocol/views.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { ShortState } from '../mirror/alert-lists.ts'
import type { AlertRows, ToldAlert, ToldQuery } from '../mirror/alert-rows.ts'
import type { Mirror, MirrorReader, Page } from '../mirror/mirror.ts'
import type { WorkReader } from '../outbox/work.ts'
import { fleetOf, type FleetFacts } from '../views/fleet-view.ts'
import { ACKNOWLEDGED_FOR_MS, Acknowledgements } from './alert-keys.ts'
import { refusedRow as refusedAlert, stationRows, stockRow } from './computed-rows.ts'
import { exceptionRow, refusedRow, toldExceptions } from './exception-rows.ts'
import { pageOf, sectionOf, type Section } from './sections.ts'
import { addressed, answerOf, asks, stationsIn, toldRow, type Onlooker } from './told-rows.ts'
import { unsentWords, type UnsettledCommand } from './unsent-words.ts'

/** What the views ask of one person's alerts at this station. */
export interface AlertReader {
  list(params: ListParams<'alerts.list'>, facts: FleetFacts): Page<AlertListRow>
  exceptions(params: ListParams<'exceptions.list'>, facts: FleetFacts): Page<ExceptionRow>
  summary(params: ValueParams<'alerts.summary'>, facts: FleetFacts): AlertSummary
  detail(params: ValueParams<'alerts.detail'>, facts: FleetFacts): AlertDetail | null
  asking(facts: FleetFacts): AskingAlert[]
}

export interface AlertPorts {
  mirror: Pick<MirrorReader, 'readAlerts' | 'fleet'> & Pick<Mirror, 'owner'>
  /** Null where no work can be taken. */
  work: Pick<WorkReader, 'list' | 'summary' | 'unsettled'> | null
}

/** What was said to all asks for so long. */
const ASKS_FOR_MS = ACKNOWLEDGED_FOR_MS
/** The worst first. */
const shortStates: readonly ShortState[] = ['oversold', 'out', 'low']
/** Rows that stand in a list beside what is computed of the same. */
const stockKinds = ['negative_stock', 'count_task']
const saidKinds = ['message', 'drill']

/**
 * Makes alerts of what this station has: rows of the server, stock with its own unsent work in it, what other stations told of
 * themselves, its refused work. All of it is on disk, so an outage takes nothing away.
 */
export function createAlertReader({ mirror, work }: AlertPorts): AlertReader {
  /** When a condition was first seen that nobody has dated, by warehouse. */
  const seen = new Map<WarehouseId, Map<string, Millis>>()

  const unsettled = (): readonly UnsettledCommand[] => work?.unsettled() ?? []

  /** Everything a warehouse's alerts are made of, at one moment. */
  function look(
    rows: AlertRows,
    warehouseId: WarehouseId,
    stations: readonly FleetStation[],
    facts: FleetFacts,
  ) {
    const user = mirror.owner()
    const words = unsentWords(unsettled(), user, () => rows.nameOf(warehouseId, user))
    const told = rows.acknowledgements(warehouseId, facts.judgedAt - ACKNOWLEDGED_FOR_MS)
    const acknowledgements = new Acknowledgements(told, words)
    const onlooker: Onlooker = {
      ...{ user, words, stations },
      station: facts.here?.id ?? null,
      receipts: (alertId) => rows.receipts(alertId),
    }
    const refused = refusedHere(acknowledgements)
    const ofStations = stationAlerts(warehouseId, stations, facts.judgedAt, acknowledgements)
    const computed = [...refused, ...ofStations]
    const acknowledgedShort = shortStates.flatMap((state) =>
      rows.shortOf(warehouseId, acknowledgements.products(state)).filter((line) => line.state === state),
    )
    let waiting: readonly RowId[] | null = null
    const asking = (): readonly RowId[] => (waiting ??= askingIn(rows, facts).map(({ id }) => id))
    const query = (which: ToldQuery['which'], kinds: ToldQuery['kinds'] = null): ToldQuery => ({
      ...{ which, kinds },
      acknowledgedHere: [...words.byAlert.keys()],
      first: which === 'open' ? asking() : [],
    })
    const toldSection = (asked: ToldQuery): Section<AlertListRow> => ({
      total: rows.countTold(warehouseId, asked),
      rows: (offset, limit) =>
        rows.told(warehouseId, asked, offset, limit).map((alert) => toldRow(alert, onlooker)),
    })
    const shortSections = (): Section<AlertListRow>[] => {
      const totals = rows.shortTotals(warehouseId)
      return shortStates.map((state) => {
        const except = acknowledgedShort.filter((line) => line.state === state).map(({ id }) => id)
        return {
          total: totals[state] - except.length,
          rows: (offset, limit) =>
            rows
              .short(warehouseId, state, except, offset, limit)
              .map((line) => stockRow(line, acknowledgements)),
        }
      })
    }
    return {
      ...{ words, onlooker, acknowledgements, computed, ofStations, acknowledgedShort, query },
      ...{ toldSection, shortSections },
    }
  }

  function refusedHere(acknowledgements: Acknowledgements): AlertListRow[] {
    const count = work?.summary().refused ?? 0
    const [newest] = count > 0 ? (work?.list({ filter: 'refused', offset: 0, limit: 1 }).rows ?? []) : []
    return newest ? [refusedAlert(count, newest, acknowledgements)] : []
  }

  function stationAlerts(
    warehouseId: WarehouseId,
    stations: readonly FleetStation[],
    judgedAt: Millis,
    acknowledgements: Acknowledgements,
  ): AlertListRow[] {
    const before = seen.get(warehouseId)
    const now = new Map<string, Millis>()
    const since = (key: string): Millis => {
      const at = before?.get(key) ?? judgedAt
      now.set(key, at)
      return at
    }
    seen.set(warehouseId, now)
    return stationRows(stations, judgedAt, acknowledgements, since)
  }

  /** Messages and drills that wait for the person at this station. */
  function askingIn(rows: AlertRows, { here, judgedAt }: FleetFacts): ToldAlert[] {
    const user = mirror.owner()
    const station: StationId | null = here?.id ?? null
    const answers = unsentWords(unsettled(), user, () => '').answers
    return rows.said(judgedAt - ASKS_FOR_MS).filter((alert) => {
      const isMine = alert.raisedBy?.userId === user && (alert.station?.id ?? null) === station
      const isFor = alert.kind === 'drill' ? isForDrill(alert, here) : !isMine && isForHall(alert, here)
      return isFor && !answers.has(alert.id) && answerOf(rows.receipts(alert.id), { user, station }) === null
    })
  }

  const stationsOf = (warehouseId: WarehouseId, facts: FleetFacts): readonly FleetStation[] =>
    fleetOf(mirror.fleet({ warehouseId }), warehouseId, facts).stations

  /** One reading of everything about a warehouse. */
  function reading<T>(
    warehouseId: WarehouseId,
    facts: FleetFacts,
    read: (rows: AlertRows, at: ReturnType<typeof look>, stations: readonly FleetStation[]) => T,
  ): T {
    const stations = stationsOf(warehouseId, facts)
    return mirror.readAlerts((rows) => read(rows, look(rows, warehouseId, stations, facts), stations))
  }

  function sectionsOf(filter: AlertFilter, at: ReturnType<typeof look>): Section<AlertListRow>[] {
    const open = at.computed.filter(({ acknowledged }) => acknowledged === null)
    const closed = at.computed.filter(({ acknowledged }) => acknowledged !== null)
    const closedStock = at.acknowledgedShort.map((line) => stockRow(line, at.acknowledgements))
    switch (filter) {
      case 'open':
        return [at.toldSection(at.query('open')), sectionOf(open), ...at.shortSections()]
      case 'stock':
        return [at.toldSection(at.query('open', stockKinds)), ...at.shortSections()]
      case 'stations':
        return [sectionOf(at.ofStations.filter(({ acknowledged }) => acknowledged === null))]
      case 'messages':
        return [at.toldSection(at.query('any', saidKinds))]
      case 'acknowledged':
        return [sectionOf([...closed, ...closedStock]), at.toldSection(at.query('acknowledged'))]
    }
  }

  return {
    list: ({ warehouseId, filter, offset, limit }, facts) =>
      reading(warehouseId, facts, (_rows, at) => pageOf(sectionsOf(filter, at), offset, limit)),

    exceptions({ warehouseId, kind, offset, limit }, facts) {
      const stations = stationsOf(warehouseId, facts)
      return mirror.readAlerts((rows) => {
        const user = mirror.owner()
        const me = { userId: user, name: rows.nameOf(warehouseId, user) }
        const words = unsentWords(unsettled(), user, () => me.name)
        const here = stations.find(({ isThis }) => isThis) ?? null
        const refused: Section<ExceptionRow> = {
          total: work?.summary().refused ?? 0,
          rows: (from, most) =>
            (work?.list({ filter: 'refused', offset: from, limit: most }).rows ?? []).map((item) =>
              refusedRow(item, me, here),
            ),
        }
        const kinds = kind === null ? toldExceptions : [kind]
        const asked: ToldQuery = { which: 'open', kinds, acknowledgedHere: [], first: [] }
        const told: Section<ExceptionRow> = {
          total: rows.countTold(warehouseId, asked),
          rows: (from, most) =>
            rows.told(warehouseId, asked, from, most).map((alert) => exceptionRow(alert, words)),
        }
        const sections = kind === null ? [refused, told] : [kind === 'refused' ? refused : told]
        return pageOf(sections, offset, limit)
      })
    },

    summary: ({ warehouseId }, facts) =>
      reading(warehouseId, facts, (rows, at) => {
        const totals = rows.shortTotals(warehouseId)
        const open = (state: ShortState): number =>
          totals[state] - at.acknowledgedShort.filter((line) => line.state === state).length
        const told = at.query('open')
        return {
          ...{ low: open('low'), out: open('out'), oversold: open('oversold') },
          others:
            rows.countTold(warehouseId, told) +
            at.computed.filter(({ acknowledged }) => acknowledged === null).length,
          critical: rows.countCritical(warehouseId, told),
          exceptions:
            (work?.summary().refused ?? 0) + rows.countTold(warehouseId, at.query('open', toldExceptions)),
          unreadNotifications: rows.unreadNotifications(),
        }
      }),

    detail: ({ warehouseId, id }, facts) =>
      reading(warehouseId, facts, (rows, at, stations) => {
        const told = rows.toldById(warehouseId, id)
        if (told === null) {
          const alert =
            at.computed.find((row) => row.id === id) ??
            rows
              .shortOf(warehouseId, [productIn(id)])
              .map((line) => stockRow(line, at.acknowledgements))
              .find((row) => row.id === id)
          return alert ? { alert, receipts: [], silent: [] } : null
        }
        const receipts = asks(told) ? rows.receipts(id) : []
        const answered = new Set<string | null>(receipts.map(({ station }) => station?.id ?? null))
        if (at.words.answers.has(id as RowId)) answered.add(at.onlooker.station)
        return {
          alert: toldRow(told, at.onlooker),
          receipts: [...receipts],
          silent: (asks(told) ? addressed(told, stations) : [])
            .filter((station) => !answered.has(station.id))
            .map(({ id: station, name, seenAt, isThis }) => ({
              ...{ id: station, name },
              lastSeenAt: isThis ? facts.judgedAt : seenAt,
            })),
        }
      }),

    asking: (facts) =>
      mirror.readAlerts((rows) =>
        askingIn(rows, facts).map(
          ({ id, kind, severity, message, raisedBy, raisedAt, warehouseId, facts: said }) => ({
            ...{ id, severity, text: message, at: raisedAt, warehouseId },
            kind: kind === 'drill' ? 'drill' : 'message',
            from: raisedBy?.name ?? '',
            minutes: typeof said['minutes'] === 'number' ? said['minutes'] : null,
          }),
        ),
      ),
  }
}

/** A station whose warehouse nobody has chosen hears them all. */
const isForHall = ({ warehouseId }: ToldAlert, here: FleetFacts['here']): boolean =>
  here === null || here.warehouseId === null || here.warehouseId === warehouseId

function isForDrill(alert: ToldAlert, here: FleetFacts['here']): boolean {
  if (here === null) return false
  const named = stationsIn(alert)
  return named.length === 0 ? isForHall(alert, here) : named.includes(here.id)
}

const productIn = (key: string): ProductId => key.slice(key.indexOf('/') + 1) as ProductId

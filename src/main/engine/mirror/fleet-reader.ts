import type { StationId, UserId } from '#shared/domain/ids.ts'
import type { MemberRole, StationKind } from '#shared/domain/rows.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { Db, Statement } from './database.ts'
import { momentMs } from './row-codec.ts'
import { compareNames } from './text-keys.ts'

/** A station as it told last. Moments are server time. */
export interface ToldStation {
  id: StationId
  name: string
  kind: StationKind
  user: { id: UserId; name: string } | null
  version: string | null
  link: string | null
  behind: number | null
  completeAsOf: Millis | null
  unsent: number | null
  oldestUnsentAt: Millis | null
  refused: number | null
  lastScanAt: Millis | null
  clockOffsetMs: number | null
  seenAt: Millis | null
  expectedBy: Millis | null
}

export interface ToldPerson {
  userId: UserId
  name: string
  /** Null of somebody who has left. */
  role: MemberRole | null
}

export interface ToldFleet {
  stations: ToldStation[]
  people: ToldPerson[]
}

type Moment = 'completeAsOf' | 'oldestUnsentAt' | 'lastScanAt' | 'seenAt' | 'expectedBy'

type StoredStation = Omit<ToldStation, 'user' | Moment> &
  Record<Moment, string | null> & { userId: UserId | null; userName: string | null }

/** Reads what stations told of themselves, and who works in a warehouse. */
export interface FleetReader {
  /** @param warehouse number of its scope; null when the mirror does not hold it */
  fleet(warehouse: number | null): ToldFleet
  /** When the next station is overdue that is not yet at this moment; null when none is expected. */
  nextOverdue(after: Millis): Millis | null
}

const nobody: ToldFleet = { stations: [], people: [] }

export function fleetReader(db: Db): FleetReader {
  // A file from before reports, on a disk that does not let it be brought forward.
  if (!db.prepare(`select 1 from pragma_table_info('stations') where name = 'seen_at'`).get()) {
    return { fleet: () => nobody, nextOverdue: () => null }
  }
  const stations: Statement<[scope: number], StoredStation> = db.prepare(`
    select s.id, s.name, s.kind, s.user_id as userId, p.display_name as userName, s.app_version as version, s.link,
           s.behind, s.complete_as_of as completeAsOf, s.unsent, s.oldest_unsent_at as oldestUnsentAt, s.refused,
           s.last_scan_at as lastScanAt, s.clock_offset_ms as clockOffsetMs, s.seen_at as seenAt,
           s.expected_by as expectedBy
      from stations s left join people p on p.user_id = s.user_id and p.scope = s.scope
      where s.scope = ?`)
  const people: Statement<[scope: number], ToldPerson> = db.prepare(
    'select user_id as userId, display_name as name, role from people where scope = ?',
  )
  const expected = db
    .prepare<[], string>('select expected_by from stations where expected_by is not null')
    .pluck()

  return {
    fleet: (warehouse) =>
      warehouse === null
        ? nobody
        : {
            stations: stations
              .all(warehouse)
              .map(told)
              .sort((a, b) => compareNames(a.name, b.name) || compareNames(a.id, b.id)),
            people: people
              .all(warehouse)
              .sort((a, b) => compareNames(a.name, b.name) || compareNames(a.userId, b.userId)),
          },
    nextOverdue(after) {
      const later = expected
        .all()
        .map(momentMs)
        .filter((at) => at >= after)
      return later.length > 0 ? Math.min(...later) : null
    },
  }
}

const moment = (text: string | null): Millis | null => (text === null ? null : momentMs(text))

function told({ userId, userName, ...row }: StoredStation): ToldStation {
  return {
    ...row,
    user: userId === null ? null : { id: userId, name: userName ?? '' },
    completeAsOf: moment(row.completeAsOf),
    oldestUnsentAt: moment(row.oldestUnsentAt),
    lastScanAt: moment(row.lastScanAt),
    seenAt: moment(row.seenAt),
    expectedBy: moment(row.expectedBy),
  }
}

import { z } from 'zod'
import { RowId, StationId, UserId, WarehouseId } from '../domain/ids.ts'
import { presences } from '../domain/presence.ts'
import { MemberRole, StationKind } from '../domain/rows.ts'

/*
 * Stations and the people at them. What other stations say of themselves is as old as their last report; of itself a station
 * says what is true now.
 */

const millis = z.number()

/** One station of a warehouse. Moments are server time. */
export const FleetStation = z.object({
  id: StationId,
  name: z.string(),
  kind: StationKind,
  /** The station whose window this is: its facts are its own, of this moment. */
  isThis: z.boolean(),
  /** Who is signed in there. */
  user: z.object({ id: UserId, name: z.string() }).nullable(),
  version: z.string().nullable(),
  /** Its link as it told last: a word of LinkStatus. */
  link: z.string().nullable(),
  presence: z.enum(presences),
  /** Changes that it knew to be missing. */
  behind: z.int().nullable(),
  /** Up to when its figures were complete. */
  completeAsOf: millis.nullable(),
  /** Work done there that the server does not have. */
  unsent: z.int(),
  oldestUnsentAt: millis.nullable(),
  refused: z.int(),
  /** When work was last done there. */
  lastScanAt: millis.nullable(),
  /** Its clock minus the server's. */
  clockOffsetMs: z.int().nullable(),
  /** Its last report; null of this station, and of one that never reported. */
  seenAt: millis.nullable(),
  /** When it is overdue; null once it said goodbye. */
  expectedBy: millis.nullable(),
})
export type FleetStation = z.infer<typeof FleetStation>

export const FleetPerson = z.object({
  userId: UserId,
  name: z.string(),
  /** Null of somebody who has left and is still signed in somewhere. */
  role: MemberRole.nullable(),
  /** Names of the stations where they are signed in now, as far as those are here. */
  stations: z.array(z.string()),
  /** When a station last reported them; null when none ever did. */
  lastSeenAt: millis.nullable(),
})
export type FleetPerson = z.infer<typeof FleetPerson>

/** The value of `fleet`. */
export const Fleet = z.object({
  stations: z.array(FleetStation),
  people: z.array(FleetPerson),
  /** Work at stations that are not here: done, and known to nobody else until they come back. */
  atRisk: z.object({ commands: z.int(), stations: z.int(), oldestAt: millis.nullable() }),
})
export type Fleet = z.infer<typeof Fleet>

/** Who asked for a drill: its alert, and the name of who called it. Null where somebody started it at the station itself. */
export const DrillCaller = z.object({ alertId: RowId, warehouseId: WarehouseId, from: z.string().max(200) })
export type DrillCaller = z.infer<typeof DrillCaller>

/** How a drill went, told once everything was back. Moments are this terminal's clock. */
export const DrillReport = z.object({
  startedAt: millis,
  endedAt: millis,
  endedBy: z.enum(['time', 'person']),
  calledBy: DrillCaller.nullable(),
  offlineMs: z.int(),
  /** Commands done while offline, and how long the oldest of them had waited when the network came back. */
  done: z.int(),
  oldestMs: z.int().nullable(),
  /** From the network to live, and to the last of that work being in the system; null when that did not come in time. */
  liveAfterMs: z.int().nullable(),
  sentAfterMs: z.int().nullable(),
  /** Of the commands done offline. */
  refused: z.int(),
  /** Whether the figures were the server's afterwards, by digest; `unproven` when it could not be compared in time. */
  figures: z.enum(['equal', 'repaired', 'differs', 'unproven']),
})
export type DrillReport = z.infer<typeof DrillReport>

/** The value of `drill`. */
export const Drill = z.object({
  state: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('idle') }),
    /** What was done before is sent before the network goes. */
    z.object({ kind: z.literal('starting'), calledBy: DrillCaller.nullable() }),
    z.object({
      kind: z.literal('running'),
      since: millis,
      until: millis,
      calledBy: DrillCaller.nullable(),
    }),
    /** The network is back; what it takes until all is as before is being measured. */
    z.object({ kind: z.literal('returning'), since: millis, calledBy: DrillCaller.nullable() }),
  ]),
  /** The last one's, at this station since it was started. */
  report: DrillReport.nullable(),
})
export type Drill = z.infer<typeof Drill>

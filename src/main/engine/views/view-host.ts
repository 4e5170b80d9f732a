import type { ViewId, Snapshot, ViewResult } from '#shared/protocol/delta.ts'
import type { Reply } from '#shared/protocol/reply.ts'
import type { Diagnostics } from '#shared/protocol/diagnostics.ts'
import type { WarehouseId } from '#shared/domain/ids.ts'
import type { Drill } from '#shared/protocol/fleet.ts'
import type { Status } from '#shared/protocol/status.ts'
import type { ViewSpec } from '#shared/protocol/views.ts'
import type { Changeset, LocalMirror } from '../mirror/mirror.ts'
import type { WorkReader } from '../outbox/work.ts'
import type { WindowId } from '../ports.ts'
import type { FleetFacts } from './fleet-view.ts'
import type { ActivityReader } from './answers.ts'

/*
 * The views the windows watch. After each commit the affected ones are run again and compared; what differs is posted,
 * at once, and a stream of changes ten times a second. Without a mirror (nobody signed in) lists are empty and values are blank.
 */
export interface ViewHost {
  open(window: WindowId, viewId: ViewId, view: ViewSpec): Reply<Snapshot>
  /** A view as it is now, watched by nobody. */
  read(view: ViewSpec): Reply<ViewResult>
  close(window: WindowId, viewId: ViewId): void
  forget(window: WindowId): void
  /** A mirror transaction was committed. Said at once, for a window never shows a part of what is committed; followed by `show`. */
  noted(changeset: Changeset): void
  /** Tells windows what was noted, when there is time for it. */
  show(): void
  /** Something of the station's own work changed: where a command stands, or how many wait. */
  workChanged(): void
  /** The value of the `status` view; posted when it differs from the last. */
  setStatus(status: Status): void
  /** How to gather the value of the `diagnostics` view; called when a window watches it, again after each such call. */
  setDiagnostics(gather: () => Diagnostics): void
  /** How to read what was heard, or null; called again by whoever has heard more. */
  setActivity(read: ActivityReader | null): void
  /** What this station knows of itself, and by which moment it judges the others; asked each time a fleet is shown. */
  setFleet(gather: () => FleetFacts): void
  /** Something of it changed, or time has passed that turned a station silent. */
  fleetChanged(): void
  /** The value of the `drill` view. */
  setDrill(drill: Drill): void
  /** The warehouse that the windows look at; null when none shows one. */
  watchedWarehouse(): WarehouseId | null
  /** Whether any window has a view of this name open. */
  isWatched(name: ViewSpec['name']): boolean
  /** Another mirror and another person's work (or none) from now on: every open view starts a new epoch with a full delta. */
  attach(mirror: LocalMirror | null, work?: WorkReader | null): void
  stop(): void
}

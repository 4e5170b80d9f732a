import type { ViewId, Snapshot, ViewResult } from '#shared/protocol/delta.ts'
import { failed, ok, type Reply } from '#shared/protocol/reply.ts'
import type { Diagnostics } from '#shared/protocol/diagnostics.ts'
import type { WarehouseId } from '#shared/domain/ids.ts'
import type { Drill } from '#shared/protocol/fleet.ts'
import type { Status } from '#shared/protocol/status.ts'
import type { ViewSpec } from '#shared/protocol/views.ts'
import { isOfAlerts } from '../alerts/alert-concerns.ts'
import { createAlertReader, type AlertReader } from '../alerts/alert-reader.ts'
import { MirrorError, type Changeset, type LocalMirror } from '../mirror/mirror.ts'
import { OutboxError } from '../outbox/outbox.ts'
import type { WorkReader } from '../outbox/work.ts'
import type { Clock, Log, Post, WindowId } from '../ports.ts'
import { answerOf, readAgain, type ActivityReader, type StationFacts, type ViewAnswer } from './answers.ts'
import { concerns, isOfWork } from './concerns.ts'
import { diff, whole } from './diff.ts'
import type { FleetFacts } from './fleet-view.ts'
import { BULK_MS, FRAME_MS, Frames } from './frames.ts'
import type { Concern } from './stock-window.ts'
import type { ViewHost } from './view-host.ts'
import { WalkAhead } from './walk-ahead.ts'

export interface ViewHostOptions {
  clock: Clock
  post: Post
  log: Log
  /** The disk failed a view. The window keeps what it shows; whoever owns the mirror may open another. */
  trouble?: (error: MirrorError) => void
}

/** A commit of more lines is a part of a download or a catch-up. */
const MANY_LINES = 500

interface OpenView {
  viewId: ViewId
  spec: ViewSpec
  epoch: number
  /** Number of the last delta posted in this epoch. */
  seq: number
  /** What the window has; null when the view must be posted whole. */
  shown: ViewAnswer | null
  /** What of it must be read before it is shown again. */
  stale: Concern
  /** How long it may look as it does, from when it was last told. */
  leastMs: number
  frames: Frames
}

type OpenWindow = Map<ViewId, OpenView>

/** Answers views from the mirror, and tells windows what changed: [D1] what a window shows is the view at some (epoch, seq). */
export function createViewHost(options: ViewHostOptions): ViewHost {
  return new SqlViewHost(options)
}

class SqlViewHost implements ViewHost {
  private readonly options: ViewHostOptions
  private readonly log: Log
  private readonly windows = new Map<WindowId, OpenWindow>()
  private mirror: LocalMirror | null = null
  private work: WorkReader | null = null
  private alerts: AlertReader | null = null
  private readonly station: StationFacts
  private readonly ahead: WalkAhead
  private lastEpoch: number

  constructor(options: ViewHostOptions) {
    this.options = options
    this.log = options.log.with({ component: 'views' })
    this.ahead = new WalkAhead(options.clock, () => this.walkAhead())
    this.station = {
      status: blankStatus(options.clock.now()),
      diagnostics: () => blankDiagnostics,
      fleet: () => ({ here: null, judgedAt: options.clock.now() }),
      drill: { state: { kind: 'idle' }, report: null },
      activity: null,
    }
    // Begins at the time of day, so that no epoch of an earlier run of the engine comes again.
    this.lastEpoch = Math.floor(options.clock.now())
  }

  open(window: WindowId, viewId: ViewId, spec: ViewSpec): Reply<Snapshot> {
    try {
      const shown = this.answer(spec)
      const epoch = this.nextEpoch()
      this.close(window, viewId)
      const frames = new Frames(this.options.clock, () => this.refresh(window, viewId))
      this.window(window).set(viewId, {
        viewId,
        spec,
        epoch,
        seq: 0,
        shown,
        stale: 'none',
        leastMs: FRAME_MS,
        frames,
      })
      if (shown.stock) this.ahead.start()
      return ok({ viewId, epoch, seq: 0, result: shown.result })
    } catch (error) {
      this.tell(error, spec)
      return failed('internal', 'The view could not be read from the local copy.', true)
    }
  }

  read(spec: ViewSpec): Reply<ViewResult> {
    try {
      return ok(answerOf(spec, this.mirror, this.work, this.station).result)
    } catch (error) {
      this.tell(error, spec)
      return failed('internal', 'The view could not be read from the local copy.', true)
    }
  }

  close(window: WindowId, viewId: ViewId): void {
    const views = this.windows.get(window)
    views?.get(viewId)?.frames.stop()
    views?.delete(viewId)
  }

  forget(window: WindowId): void {
    for (const { frames } of this.views(window)) frames.stop()
    this.windows.delete(window)
  }

  noted(changeset: Changeset): void {
    const { mirror } = this
    if (!mirror) return
    this.mark(
      (view) => (view.shown ? this.concern(view.spec, view.shown, changeset, mirror) : 'whole'),
      changeset.lines.length > MANY_LINES ? BULK_MS : FRAME_MS,
    )
  }

  show(): void {
    for (const view of [...this.views()]) if (view.stale !== 'none') view.frames.request(view.leastMs)
  }

  workChanged(): void {
    this.markAll(({ spec }) => isOfWork(spec))
  }

  setStatus(status: Status): void {
    this.station.status = status
    this.markAll(({ spec }) => spec.name === 'status')
  }

  setFleet(gather: () => FleetFacts): void {
    this.station.fleet = gather
    this.fleetChanged()
  }

  fleetChanged(): void {
    this.markAll(({ spec }) => spec.name === 'fleet' || isOfAlerts(spec.name))
  }

  setDrill(drill: Drill): void {
    this.station.drill = drill
    this.markAll(({ spec }) => spec.name === 'drill')
  }

  watchedWarehouse(): WarehouseId | null {
    for (const { spec } of this.views()) {
      if (spec.name === 'stock.list' || spec.name === 'summary') return spec.params.warehouseId
    }
    return null
  }

  setDiagnostics(gather: () => Diagnostics): void {
    this.station.diagnostics = gather
    this.markAll(({ spec }) => spec.name === 'diagnostics')
  }

  setActivity(read: ActivityReader | null): void {
    this.station.activity = read
    this.markAll(({ spec }) => spec.name === 'activity')
  }

  isWatched(name: ViewSpec['name']): boolean {
    for (const { spec } of this.views()) if (spec.name === name) return true
    return false
  }

  attach(mirror: LocalMirror | null, work: WorkReader | null = null): void {
    this.mirror = mirror
    this.work = work
    this.alerts = mirror && createAlertReader({ mirror, work })
    for (const view of this.views()) {
      view.epoch = this.nextEpoch()
      view.seq = -1
      view.shown = null
      view.leastMs = FRAME_MS
    }
    this.markAll(() => true)
  }

  stop(): void {
    this.ahead.stop()
    for (const { frames } of this.views()) frames.stop()
    this.windows.clear()
  }

  private answer(spec: ViewSpec): ViewAnswer {
    return answerOf(spec, this.mirror, this.work, this.station, this.alerts)
  }

  private walkAhead(): boolean {
    try {
      return this.mirror?.walkAhead() ?? false
    } catch (error) {
      this.tell(error, { name: 'stock.list' })
      return false
    }
  }

  private nextEpoch(): number {
    return (this.lastEpoch += 1)
  }

  private window(id: WindowId): OpenWindow {
    const held = this.windows.get(id)
    if (held) return held
    const opened: OpenWindow = new Map()
    this.windows.set(id, opened)
    return opened
  }

  /** Of one window, or of all. */
  private *views(window?: WindowId): Iterable<OpenView> {
    for (const [id, views] of this.windows) if (window === undefined || id === window) yield* views.values()
  }

  /** Has views run again as a whole. */
  private markAll(isStale: (view: OpenView) => boolean): void {
    this.mark((view) => (isStale(view) ? 'whole' : 'none'))
    this.show()
  }

  /** Marks views to be read again. Whatever else happens to one in which hundreds of lines moved is told along with them. */
  private mark(staleness: (view: OpenView) => Concern, leastMs = FRAME_MS): void {
    for (const view of this.views()) {
      // A view that is run again as a whole: what it shows is no measure for this change.
      const concern = view.stale === 'whole' ? 'whole' : staleness(view)
      if (concern === 'none') continue
      view.leastMs = Math.max(leastMs, view.stale === 'none' ? FRAME_MS : view.leastMs)
      view.stale = concern
    }
  }

  private concern(spec: ViewSpec, shown: ViewAnswer, changeset: Changeset, mirror: LocalMirror): Concern {
    try {
      return concerns(spec, shown, changeset, mirror)
    } catch (error) {
      this.tell(error, spec)
      return 'whole'
    }
  }

  /** @returns whether the window was told anything */
  private refresh(window: WindowId, viewId: ViewId): boolean {
    const view = this.windows.get(window)?.get(viewId)
    if (!view || view.stale === 'none') return false
    try {
      return this.refreshView(window, view)
    } catch (error) {
      // Whatever it knew of itself may be half of what it should.
      view.stale = 'whole'
      this.tell(error, view.spec)
      return false
    }
  }

  /** A view that cannot be read stays stale: the next change tries again. */
  private refreshView(window: WindowId, view: OpenView): boolean {
    const known = view.stale === 'rows' && view.shown && this.mirror && readAgain(view.shown, this.mirror)
    const next = known || this.answer(view.spec)
    const change = view.shown ? diff(view.shown.result, next.result) : whole(next.result)
    view.shown = next
    view.stale = 'none'
    if (!change) return false
    view.seq += 1
    const { viewId, epoch, seq } = view
    this.options.post(window, 'view.delta', { viewId, epoch, seq, change })
    return true
  }

  private tell(error: unknown, { name }: Pick<ViewSpec, 'name'>): void {
    if (error instanceof OutboxError) {
      this.log.error('view.work-unreadable', { view: name, problem: error.problem })
      return
    }
    if (!(error instanceof MirrorError)) {
      this.log.error('view.failed', { view: name, error: String(error) })
      return
    }
    this.log.error('view.unreadable', { view: name, problem: error.problem })
    this.options.trouble?.(error)
  }
}

/** Before the engine has said anything of itself. */
const blankStatus = (now: number): Status => ({
  link: { at: 'offline', since: now },
  asOf: null,
  lostAt: null,
  clockOffsetMs: null,
  user: null,
  server: null,
  memberships: [],
  disk: 'ok',
  drill: null,
})

const blankDiagnostics: Diagnostics = {
  feed: 'broadcast',
  history: [],
  scopes: [],
  proofs: [],
  misses: 0,
  rowsRepaired: 0,
  mirror: null,
}

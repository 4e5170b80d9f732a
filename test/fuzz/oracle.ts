import { isMirroredByDefault } from '#shared/domain/scope.ts'
import type { Status } from '#shared/protocol/status.ts'
import { BULK_MS, STREAM_MS } from '#engine/views/frames.ts'
import { isSameRow } from '#test/harness/site/differences.ts'
import { REQUEST_DEADLINE_MS } from '#test/harness/site/line.ts'
import type { HeldScope } from '#test/harness/site/mirror-file.ts'
import type { SiteConsole } from '#test/harness/site/site-console.ts'
import type { Row } from '#test/harness/site/tables.ts'
import type { Site } from '#test/harness/site.ts'
import type { Problem, ProblemKind } from './problems.ts'
import type { WorkOracle } from './work-oracle.ts'

/*
 * Holds what consoles say against what is true, at each step and with each status that appears on a screen.
 *
 * The facts come from the site, never from the engine: what was committed when, what the line does, what the mirror's file
 * holds.
 */

/** A dead line is noticed after a heartbeat (15 s) and its deadline (5 s); the rest is room for a timer's turn. */
const NOTICED_AFTER_MS = 22_000
/** The timer pull of a healthy link comes once a minute, spread by a fifth, and its answer may take its time. */
const LIVE_FIGURES_AT_MOST_MS = 72_000 + REQUEST_DEADLINE_MS + 5_000
/** A console that slept unnoticed needs this long to see it. */
const WAKES_WITHIN_MS = 11_000

interface Watch {
  asOf: number | null
  /** By the terminal's own steady clock. */
  asOfSince: number
  downSince: number | null
  awakeSince: number
  wasAsleep: boolean
}

export class Oracle {
  readonly problems: Problem[] = []
  /** Where people work. */
  work: WorkOracle | null = null
  private readonly site: Site
  private readonly watches = new Map<SiteConsole, Watch>()
  private readonly reported = new Set<string>()
  private pruned = false
  private steps = 0

  constructor(site: Site) {
    this.site = site
    site.onStatus = (console, status) => this.holdStatus(console, status)
  }

  /** Tombstones were forgotten: that the server does not know of a row proves less from now on. */
  notePruned(): void {
    this.pruned = true
  }

  /** Looks at everything. */
  async step(): Promise<void> {
    this.steps += 1
    // What is under way changes the mirror while a status is on its way to us.
    await this.site.clock.settle()
    for (const console of this.site.consoles()) {
      if (!console.isRunning()) {
        this.watches.delete(console)
        continue
      }
      const status = await console.screen.asksAnew('status')
      if (status?.kind === 'value') this.holdStatus(console, status.value as Status)
      this.holdCursors(console)
      this.holdRows(console)
      // One screen at each step: they take turns.
      if (this.steps % this.site.consoles().length === console.no - 1) await this.holdScreen(console)
    }
    await this.work?.step()
  }

  report(kind: ProblemKind, words: string): void {
    const text = `${kind}: ${words}`
    if (this.reported.has(text)) return
    this.reported.add(text)
    this.problems.push({ kind, words })
  }

  private holdStatus(console: SiteConsole, status: Status): void {
    const watch = this.watchOf(console, status)
    this.holdAsOf(console, status)
    const { at } = status.link
    if (at !== 'live' && at !== 'degraded') return
    const wrong = (words: string): void =>
      this.report('wrong status', `console ${console.no} is ${at}: ${words}`)
    if (status.asOf === null) return wrong('but no moment is known as of which its figures are true')
    if (console.clock().isAsleep()) return
    const now = console.clock().monotonicMs()
    if (now - watch.awakeSince < WAKES_WITHIN_MS && watch.awakeSince > 0) return
    const mayBeDownMs = status.link.at === 'degraded' ? LIVE_FIGURES_AT_MOST_MS : NOTICED_AFTER_MS
    if (watch.downSince !== null && now - watch.downSince > mayBeDownMs) {
      wrong(`but nothing has passed its line for ${Math.round((now - watch.downSince) / 1_000)} s`)
    }
    if (now - watch.asOfSince > LIVE_FIGURES_AT_MOST_MS) {
      wrong(`but its figures were last proven ${Math.round((now - watch.asOfSince) / 1_000)} s ago`)
    }
  }

  private watchOf(console: SiteConsole, status: Status): Watch {
    const clock = console.clock()
    const now = clock.monotonicMs()
    const watch = this.watches.get(console) ?? {
      asOf: null,
      asOfSince: now,
      downSince: null,
      awakeSince: 0,
      wasAsleep: false,
    }
    this.watches.set(console, watch)
    if (watch.asOf !== status.asOf) Object.assign(watch, { asOf: status.asOf, asOfSince: now })
    if (watch.wasAsleep && !clock.isAsleep()) watch.awakeSince = now
    watch.wasAsleep = clock.isAsleep()
    const isDown = !console.line.passes() || console.line.hasSilentFeed()
    watch.downSince = isDown ? (watch.downSince ?? now) : null
    return watch
  }

  /** Every change that was committed by then, and that this user may read, is in the mirror [L3]. */
  private holdAsOf(console: SiteConsole, { asOf, user }: Status): void {
    if (asOf === null || user === null || user.id !== console.user()?.id) return
    const { facts, clock } = this.site
    const wrong = (words: string): void => this.report('wrong status', `console ${console.no} ${words}`)
    if (asOf > clock.now()) return wrong(`knows the future: as of ${asOf - clock.now()} ms from now`)
    const held = new Map(
      console
        .mirrorFile()
        ?.scopes()
        .map((scope) => [scope.scope, scope]),
    )
    for (const scope of facts.grantedSince(user.id, asOf).filter(isMirroredByDefault)) {
      const then = facts.headAt(scope, asOf)
      const cursor = held.get(scope)
      const ago = `as of ${(clock.now() - asOf) / 1_000} s ago`
      if (!then) continue
      if (!cursor) wrong(`says ${ago}, but does not hold ${scope}`)
      else if (cursor.epoch !== then.epoch) {
        // A restore in the very millisecond of an answer is noted half a millisecond after it.
        const isSameMoment = facts.headAt(scope, asOf + 1)?.epoch === cursor.epoch
        if (!isSameMoment) wrong(`says ${ago}, but holds ${scope} of another epoch than then`)
      } else if (cursor.seq < then.head) {
        wrong(`says ${ago}, but holds ${scope} up to ${cursor.seq} of ${then.head} then`)
      }
    }
  }

  /** No cursor is where the server never was. */
  private holdCursors(console: SiteConsole): void {
    for (const { scope, epoch, seq } of console.mirrorFile()?.scopes() ?? []) {
      if (epoch === null) continue
      const last = this.site.facts.lastHead(scope, epoch)
      if (last !== null && seq <= last) continue
      this.report(
        'wrong status',
        `console ${console.no} holds ${scope} up to ${seq}, the server never went there`,
      )
    }
  }

  /** What a cursor has passed is in the mirror exactly as it is on the server [M1] [M2]. */
  private holdRows(console: SiteConsole): void {
    const file = console.mirrorFile()
    if (!file) return
    const rows = file.rows()
    for (const cursor of file.scopes()) this.holdScope(console, cursor, rows)
  }

  private holdScope(
    console: SiteConsole,
    cursor: HeldScope,
    rows: ReturnType<NonNullable<ReturnType<SiteConsole['mirrorFile']>>['rows']>,
  ): void {
    const { scope, epoch, seq } = cursor
    const entries = this.site.truth.entries(scope)
    if (!entries || this.site.facts.headNow(scope)?.epoch !== epoch) return
    const wrong = (words: string): void =>
      this.report('mirror differs', `console ${console.no} at ${seq} of ${scope}: ${words}`)
    const held = new Map(
      rows.filter((row) => row.scope === scope).map((row) => [`${row.table}/${row.row.id}`, row]),
    )
    for (const entry of entries) {
      const key = `${entry.table}/${entry.id}`
      const mine = held.get(key)
      held.delete(key)
      if (entry.seq > seq) continue
      if (entry.row === null) {
        if (mine) wrong(`${key} is gone since ${entry.seq}`)
      } else if (!mine) wrong(`${key} of ${entry.seq} is missing`)
      else if (mine.seq !== entry.seq || !isSameRow(mine.table, mine.row, entry.row as Row)) {
        wrong(`${key} is that of ${mine.seq}, not of ${entry.seq}`)
      }
    }
    if (!this.pruned) for (const key of held.keys()) wrong(`${key} was never there`)
  }

  /** What the window shows is what the engine answers, a few frames later at most [D1]. */
  private async holdScreen(console: SiteConsole): Promise<void> {
    if (console.clock().isAsleep()) return
    for (let waitedMs = 0; waitedMs <= BULK_MS; waitedMs += STREAM_MS) {
      if (!console.isRunning() || (await console.screen.outdated()).length === 0) return
      await this.site.wait(STREAM_MS)
    }
    const views = await console.screen.outdated()
    if (views.length > 0) this.report('wrong screen', `console ${console.no} shows old ${views.join(', ')}`)
  }
}

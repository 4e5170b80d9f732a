import { MINUTE_MS, SECOND_MS } from '#shared/lib/time.ts'
import type { LinkStatus } from '#shared/protocol/status.ts'
import { ReportAnswer } from '#shared/protocol/server.ts'
import type { Cancel, Clock, Log, Random } from '../ports.ts'
import { spread } from '../sync/backoff.ts'
import type { Failure, Outcome, Upstream } from '../upstream/upstream.ts'
import type { StationHere } from '../views/fleet-view.ts'

/*
 * Tells the server how this station stands, so that the others see who is here. It asks beside the link and never through it: a
 * report that fails says nothing of the connection, and is simply made later.
 */

/** Who comes back comes back with a whole hall: the first reports are spread over this. */
const AFTER_LIVE_MS = 2 * SECOND_MS
/** A scan is unsent for a moment while the line is there: only what stays so is news. */
export const NEWS_AFTER_MS = 5 * SECOND_MS
/** No answer, or one that says later without saying when. */
const AGAIN_AFTER_MS = 30 * SECOND_MS
/** The server will not have it: an older one, or a station that stands in somebody else's warehouse. */
const REFUSED_AGAIN_AFTER_MS = 5 * MINUTE_MS
/** A goodbye holds nobody up longer. */
export const GOODBYE_WITHIN_MS = 500

export interface StationReports {
  link(at: LinkStatus['at']): void
  /** The station's work, its warehouse or its name may be others than they were. */
  changed(): void
  /** Tells the server that nobody is here from now on, as well as that goes in half a second. Nothing is told after it. */
  goodbye(): Promise<void>
  stop(): void
}

interface ReportPorts {
  clock: Clock
  random: Random
  log: Log
  upstream: Pick<Upstream, 'call'>
  /** How the station stands now. Throws what the disk throws. */
  here: () => StationHere
}

export function createStationReports(ports: ReportPorts): StationReports {
  const { clock, random, upstream, here } = ports
  const log = ports.log.with({ component: 'reports' })
  let isOnline = false
  let stopped = false
  /** What the others know: the news in the last report that was kept. */
  let told: string | null = null
  /** When the next report is made in any case, and when the news have lasted (monotonic). */
  let regularAt: number | null = null
  let newsAt: number | null = null
  let timer: Cancel | null = null
  let asking = false

  function schedule(regular: number | null, news: number | null): void {
    if (regular === regularAt && news === newsAt) return
    regularAt = regular
    newsAt = news
    timer?.()
    timer = null
    const at = Math.min(regular ?? Infinity, news ?? Infinity)
    if (at < Infinity) timer = clock.after(Math.max(0, at - clock.monotonicMs()), () => void report())
  }
  const regularIn = (delayMs: number): void => schedule(clock.monotonicMs() + delayMs, null)
  const unschedule = (): void => schedule(null, null)

  async function report(): Promise<void> {
    unschedule()
    if (stopped || !isOnline || asking) return
    const now = facts()
    // Without a warehouse there is nobody to tell.
    if (now === null || now.warehouseId === null) return regularIn(AGAIN_AFTER_MS)
    asking = true
    const outcome = await tell(now, false)
    asking = false
    if (stopped) return
    if (outcome.kind !== 'settled') {
      log.info('reports.not-taken', { failure: outcome })
      if (isOnline) regularIn(spread(againAfterMs(outcome), random))
      return
    }
    const { kept, next_ms: nextMs } = outcome.value
    if (kept) told = newsIn(now)
    if (!isOnline) return
    // One that came too soon may come when the server said, not a moment before.
    regularIn(kept ? spread(nextMs, random) : Math.round(nextMs * (1 + 0.2 * random())))
    changed()
  }

  const tell = (now: StationHere, closing: boolean): Promise<Outcome<ReportAnswer>> =>
    upstream
      .call('report_station', { report: reportOf(now, closing) }, ReportAnswer)
      // What nobody foresaw is no reason to stop reporting.
      .catch((error: unknown) => ({ kind: 'offline', detail: String(error) }))

  function facts(): StationHere | null {
    try {
      return here()
    } catch (error) {
      log.warn('reports.no-facts', { error: String(error) })
      return null
    }
  }

  /** News are told once they have lasted; what was only so for a moment waits for the next report. */
  function changed(): void {
    if (stopped || !isOnline || asking || told === null) return
    const now = facts()
    const isNews = now !== null && newsIn(now) !== told
    schedule(regularAt, isNews ? (newsAt ?? clock.monotonicMs() + NEWS_AFTER_MS) : null)
  }

  function stop(): void {
    stopped = true
    unschedule()
  }

  return {
    link(at) {
      const wasOnline = isOnline
      isOnline = at === 'live' || at === 'degraded'
      if (stopped) return
      if (!isOnline) unschedule()
      else if (!wasOnline) regularIn(AFTER_LIVE_MS * random())
      else changed()
    },
    changed,
    async goodbye() {
      const last = stopped || !isOnline || told === null ? null : facts()
      stop()
      if (last === null || last.warehouseId === null) return
      const closing = tell(last, true)
      await new Promise<void>((resolve) => {
        const cancel = clock.after(GOODBYE_WITHIN_MS, resolve)
        void closing.then((outcome) => {
          if (outcome.kind !== 'settled') log.info('reports.no-goodbye', { failure: outcome })
          cancel()
          resolve()
        })
      })
    },
    stop,
  }
}

/** What makes a report worth making before its time. */
const newsIn = ({ user, link, unsent, refused, warehouseId, name, kind }: StationHere): string =>
  JSON.stringify([user?.id, link, (unsent ?? 0) > 0, refused, warehouseId, name, kind])

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString())

const reportOf = (here: StationHere, closing: boolean) => ({
  station_id: here.id,
  warehouse_id: here.warehouseId,
  name: here.name,
  kind: here.kind,
  app_version: here.version,
  link: closing ? 'stopped' : here.link,
  behind: here.behind,
  complete_as_of: iso(here.completeAsOf),
  unsent: here.unsent,
  oldest_unsent_at: iso(here.oldestUnsentAt),
  refused: here.refused,
  last_scan_at: iso(here.lastScanAt),
  clock_offset_ms: here.clockOffsetMs,
  closing,
})

function againAfterMs(failure: Failure): number {
  switch (failure.kind) {
    case 'refused':
    case 'not-supabase':
    case 'wrong-key':
      return REFUSED_AGAIN_AFTER_MS
    case 'retry':
      return Math.max(AGAIN_AFTER_MS, failure.afterMs ?? 0)
    default:
      return AGAIN_AFTER_MS
  }
}

import { SECOND_MS, type Millis } from '#shared/lib/time.ts'
import { unreachable } from '#shared/lib/must.ts'
import type { DiskStatus, LinkStatus, WaitReason } from '#shared/protocol/status.ts'
import { formatDuration, formatMinute } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'
import { asOfText, clockErrorMs, isStale, type ShownStatus } from './shown-status.ts'

/** `idle`: nothing is wrong, a person has to begin. `limited`: right, but seconds late. */
export type FreshnessTone = 'good' | 'limited' | 'idle' | 'working' | 'stale' | 'bad'

/** What the freshness bar says: what is, then what it means and what happens next. */
export interface Freshness {
  readonly tone: FreshnessTone
  readonly headline: string
  /** Said after the headline, each after a " · ". */
  readonly more: readonly string[]
  readonly action: 'retry' | 'sign-in' | 'end-drill' | null
  /** That this terminal's clock is wrong, beside all else. */
  readonly clock: string | null
  /** 0 to 1 while something with a known end runs. */
  readonly progress: number | null
  /** For screen readers, when it differs from the last. */
  readonly spoken: string
}

/** The bar's line as one sentence. */
export const freshnessLine = (freshness: Freshness): string =>
  [freshness.headline, ...freshness.more, ...(freshness.clock === null ? [] : [freshness.clock])].join(' · ')

/** Before the engine has said anything. */
export const starting: Freshness = {
  tone: 'working',
  headline: t('link.starting'),
  more: [t('link.starting.next')],
  action: null,
  clock: null,
  progress: null,
  spoken: '',
}

/** The engine has not said anything, because it fails to. */
export const silent: Freshness = {
  tone: 'bad',
  headline: t('list.error.title'),
  more: [t('link.asked-again')],
  action: null,
  clock: null,
  progress: null,
  spoken: t('spoken.needs-attention'),
}

/** Never better than it is [L3]: only `live` reads as live, and every other state says from when the figures are. */
export function describeFreshness(status: ShownStatus, now: Millis): Freshness {
  const { drill } = status
  const said = withClock(drill ? describeDrill(drill, status, now) : describeLink(status, now), status)
  const disk = describeDisk(status.disk)
  if (!disk) return said
  const tone = status.disk === 'damaged-rebuilt' ? said.tone : 'bad'
  return { ...said, tone, more: [...said.more, disk] }
}

/** Offline on purpose: said before all else, so that nobody looks for a fault. */
function describeDrill(
  drill: NonNullable<ShownStatus['drill']>,
  status: ShownStatus,
  now: Millis,
): Freshness {
  const until = formatMinute(drill.until, now)
  const by = drill.calledBy === null ? [] : [t('link.drill.by', { name: drill.calledBy })]
  return {
    ...said(
      'stale',
      `${t('link.drill', { until })}, ${shown(status, now)}`,
      [...by, t('link.drill.next')],
      t('spoken.drill', { until }),
    ),
    action: 'end-drill',
  }
}

/** A wrong clock makes no figure wrong, so it is said beside the rest and changes no tone. */
function withClock(said: Freshness, status: ShownStatus): Freshness {
  const errorMs = clockErrorMs(status)
  if (errorMs === 0) return said
  const amount = formatDuration(Math.abs(errorMs), 'long')
  const clock = t(errorMs > 0 ? 'clock.fast' : 'clock.slow', { amount })
  // Without the amount: it differs with each measurement, and would be read out each time.
  return { ...said, clock, spoken: [said.spoken, t('spoken.clock')].filter(Boolean).join('. ') }
}

function describeLink(status: ShownStatus, now: Millis): Freshness {
  const { link } = status
  switch (link.at) {
    case 'live':
      return said('good', t('link.live', { asOf: asOfText(status, now) }), [], t('spoken.live'))
    case 'catching-up':
      return { ...describeCatchUp(link, status, now), progress: ratio(link.done, link.total) }
    case 'degraded':
      return describeDegraded(link, status, now)
    case 'connecting':
      return describeConnecting(link, status, now)
    case 'waiting':
      return describeWaiting(link, status, now)
    case 'offline':
      // A first run: there is nothing yet that could be offline.
      if (status.server === null) return describeNoServer()
      return {
        ...said(
          'stale',
          offlineSince(status, link.since, now),
          [t('link.no-network.next')],
          spokenOffline(status, now),
        ),
        action: 'retry',
      }
    case 'signed-out':
      return describeSignedOut(link, status, now)
    case 'incompatible':
      return describeIncompatible(link, status, now)
    case 'engine-gone':
      return said(
        'bad',
        `${t('link.engine-gone')}, ${shown(status, now)}`,
        [t('link.asked-again')],
        attention,
      )
    case 'stopped':
      return said('bad', t('link.stopped'), [shown(status, now), t('link.restart-console')], attention)
    default:
      return unreachable(link)
  }
}

const attention = t('spoken.needs-attention')

/** Seconds are counted down this far; what is later has a clock time. */
const COUNTDOWN_MS = 90 * SECOND_MS

type At<A extends LinkStatus['at']> = Extract<LinkStatus, { at: A }>

function describeCatchUp(link: At<'catching-up'>, status: ShownStatus, now: Millis): Freshness {
  const { done, total } = link
  if (link.first)
    return said(
      'working',
      t('link.first-download', { done, total }),
      [t('link.first-download.next')],
      t('spoken.catching-up'),
    )
  return said(
    'working',
    t('link.catching-up', { done, total }),
    [shown(status, now)],
    t('spoken.catching-up'),
  )
}

function describeConnecting(link: At<'connecting'>, status: ShownStatus, now: Millis): Freshness {
  if (status.lostAt === null)
    return said('working', t('link.connecting'), [shown(status, now)], t('spoken.connecting'))
  return said(
    'stale',
    offlineSince(status, link.since, now),
    [t('link.trying-now')],
    spokenOffline(status, now),
  )
}

/** Right as of the last answer, but not live: it says how often it asks, and why it has to. */
function describeDegraded(link: At<'degraded'>, status: ShownStatus, now: Millis): Freshness {
  const seconds = Math.round(link.pollEveryMs / SECOND_MS)
  const late = isStale(status, now)
  const more = [
    late ? t('link.degraded.late') : '',
    t(`link.degraded.${link.because}`),
    link.until === null ? '' : nextLiveTry(link.until, now),
  ]
  return {
    ...said(
      late ? 'stale' : 'limited',
      t('link.degraded', { seconds, asOf: asOfText(status, now) }),
      more.filter(Boolean),
      t(late ? 'spoken.degraded.late' : 'spoken.degraded', { seconds }),
    ),
    action: link.until === null ? null : 'retry',
  }
}

function nextLiveTry(until: Millis, now: Millis): string {
  if (until <= now) return t('link.degraded.trying-now')
  if (until - now > COUNTDOWN_MS) return t('link.degraded.trying-at', { at: formatMinute(until, now) })
  return t('link.degraded.trying-in', { seconds: Math.ceil((until - now) / SECOND_MS) })
}

function describeWaiting(link: At<'waiting'>, status: ShownStatus, now: Millis): Freshness {
  const seconds = Math.max(0, Math.ceil((link.until - now) / SECOND_MS))
  const next = seconds > 0 ? t('link.trying-in', { seconds }) : t('link.trying-now')
  const headline = offlineSince(status, link.since, now)
  const because = describeWaitReason(link.because)
  return {
    ...said('stale', headline, because ? [because, next] : [next], spokenOffline(status, now)),
    action: 'retry',
  }
}

/** Empty where "Offline since" says it already. */
function describeWaitReason(because: WaitReason): string {
  switch (because) {
    case 'no-network':
    case 'no-answer':
      return ''
    case 'server-error':
      return t('link.because.server-error')
    case 'not-supabase':
      return t('link.because.not-supabase')
    case 'wrong-key':
      return t('link.because.wrong-key')
    case 'rate-limited':
      return t('link.because.rate-limited')
    case 'disk':
      return t('link.because.disk')
    default:
      return unreachable(because)
  }
}

function describeNoServer(): Freshness {
  return said('idle', t('link.no-server'), [t('link.no-server.next')], t('link.no-server'))
}

function describeSignedOut(link: At<'signed-out'>, status: ShownStatus, now: Millis): Freshness {
  if (status.server === null) return describeNoServer()
  const headline =
    status.asOf === null ? t('link.signed-out') : `${t('link.signed-out')}, ${shown(status, now)}`
  const next = {
    'never-signed-in': t('link.sign-in-to-see'),
    asked: t('link.sign-in-to-see'),
    'session-ended': t('link.session-ended'),
    revoked: t('link.revoked'),
  }[link.because]
  const byChoice = link.because === 'never-signed-in' || link.because === 'asked'
  return { ...said(byChoice ? 'idle' : 'stale', headline, [next], t('spoken.signed-out')), action: 'sign-in' }
}

function describeIncompatible(link: At<'incompatible'>, status: ShownStatus, now: Millis): Freshness {
  return link.because === 'server-newer'
    ? said('bad', t('link.console-too-old'), [shown(status, now), t('link.update-console')], attention)
    : said('bad', t('link.server-too-old'), [shown(status, now), t('link.update-server')], attention)
}

function describeDisk(disk: DiskStatus): string | null {
  return disk === 'ok' ? null : t(`disk.${disk}`)
}

const said = (tone: FreshnessTone, headline: string, more: readonly string[], spoken: string): Freshness => ({
  tone,
  headline,
  more,
  action: null,
  clock: null,
  progress: null,
  spoken,
})

const ratio = (done: number, total: number): number => (total > 0 ? Math.min(1, done / total) : 0)

const offlineSince = (status: ShownStatus, since: Millis, now: Millis): string =>
  `${t('link.offline-since', { since: formatMinute(status.lostAt ?? since, now) })}, ${shown(status, now)}`

const shown = (status: ShownStatus, now: Millis): string =>
  status.asOf === null ? t('link.no-stock-yet') : t('link.showing-as-of', { asOf: asOfText(status, now) })

const spokenOffline = (status: ShownStatus, now: Millis): string =>
  status.asOf === null ? t('spoken.offline.empty') : t('spoken.offline', { asOf: asOfText(status, now) })

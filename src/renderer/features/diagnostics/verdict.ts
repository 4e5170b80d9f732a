import type { Diagnostics, ScopeProgress } from '#shared/protocol/diagnostics.ts'
import type { WarehouseChoice } from '#shared/protocol/views.ts'
import { SECOND_MS, type Millis } from '#shared/lib/time.ts'
import { formatAge, formatDuration } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'
import { describeFreshness, type FreshnessTone } from '../shell/freshness.ts'
import { clockErrorMs, isStale, type ShownStatus } from '../shell/shown-status.ts'
import { scopeName } from './words.ts'

/** For somebody in a hurry: one sentence, then what it means and what happens next. */
export interface Verdict {
  readonly tone: FreshnessTone
  readonly headline: string
  readonly more: readonly string[]
}

interface Facts {
  readonly status: ShownStatus
  readonly diagnostics: Diagnostics
  readonly warehouses: readonly WarehouseChoice[]
}

/** Never better than it is [L3]: what is wrong comes before what is unknown, and that before what is well. */
export function judge(facts: Facts, now: Millis): Verdict {
  const said = judgeFirst(facts, now)
  return { ...said, more: [...said.more, ...asides(facts, now)] }
}

function judgeFirst(facts: Facts, now: Millis): Verdict {
  return failing(facts) ?? outside(facts) ?? disconnected(facts, now) ?? compared(facts, now)
}

/** This computer itself: what it cannot keep, it cannot show. */
function failing({ status, diagnostics }: Facts): Verdict | null {
  if (status.disk !== 'ok' && status.disk !== 'damaged-rebuilt')
    return { tone: 'bad', headline: asSentence(t(`disk.${status.disk}`)), more: [] }
  if (diagnostics.mirror?.integrity?.sound !== false) return null
  return { tone: 'bad', headline: t('verdict.damaged'), more: [t('verdict.damaged.next')] }
}

function outside({ status, diagnostics }: Facts): Verdict | null {
  if (status.server === null) return { tone: 'idle', headline: t('verdict.no-server'), more: [] }
  if (status.link.at !== 'signed-out' || diagnostics.mirror !== null) return null
  return { tone: 'idle', headline: t('verdict.signed-out'), more: [t('verdict.signed-out.next')] }
}

/** Without a connection the bar's own words are the verdict, and the last comparison what is left to rely on. */
function disconnected({ status, diagnostics }: Facts, now: Millis): Verdict | null {
  const said = describeFreshness(status, now)
  const isPolling = status.link.at === 'degraded' && !isStale(status, now)
  if (status.link.at === 'live' || isPolling) return null
  const proof = diagnostics.proofs.find(({ outcome }) => outcome === 'equal' || outcome === 'repaired')
  return {
    tone: said.tone,
    headline: t('verdict.not-live', { what: said.headline }),
    more: [
      ...said.more.map(asSentence),
      ...(proof ? [t('verdict.last-compared', { age: age(now - proof.at) })] : []),
    ],
  }
}

function compared(facts: Facts, now: Millis): Verdict {
  const { status, diagnostics, warehouses } = facts
  const well: FreshnessTone = status.link.at === 'live' ? 'good' : 'limited'
  const { scopes } = diagnostics
  const differing = scopes.filter(({ proof }) => proof?.outcome === 'differs')
  if (differing.length > 0) {
    const names = differing.map(({ scope }) => scopeName(scope, warehouses)).join(', ')
    return {
      tone: 'bad',
      headline: t('verdict.differs', { scopes: names }),
      more: [t('verdict.differs.next')],
    }
  }
  if (scopes.some(({ proof }) => proof?.outcome === 'unproven'))
    return { tone: well, headline: t('verdict.unproven'), more: [t('verdict.unproven.next')] }
  const oldest = oldestProof(scopes)
  if (oldest === null)
    return { tone: well, headline: t('verdict.not-compared'), more: [t('verdict.not-compared.next')] }
  const { link } = status
  const sentence = { age: age(now - oldest) }
  // Present tense only where no gap lies between the comparison and now.
  if (link.at === 'live' && oldest >= link.since)
    return { tone: well, headline: t('verdict.matches', sentence), more: [] }
  const headline = t('verdict.matched', sentence)
  return { tone: well, headline, more: link.at === 'live' ? [t('verdict.caught-up-since')] : [] }
}

/** What everything matched last: the comparison longest ago, because the sentence is about all of it. */
function oldestProof(scopes: readonly ScopeProgress[]): Millis | null {
  const times = scopes.map(({ proof }) => proof?.at ?? null)
  if (times.length === 0 || times.includes(null)) return null
  return Math.min(...times.map(Number))
}

/** Said beside any verdict: how changes come, what was repaired, and a wrong clock. */
function asides({ status, diagnostics }: Facts, now: Millis): string[] {
  const { link } = status
  const said: string[] = []
  if (link.at === 'degraded' && !isStale(status, now))
    said.push(
      t('verdict.polling', {
        seconds: Math.round(link.pollEveryMs / SECOND_MS),
        because: t(`link.degraded.${link.because}`),
      }),
    )
  if (status.disk === 'damaged-rebuilt') said.push(asSentence(t('disk.damaged-rebuilt')))
  if (diagnostics.rowsRepaired > 0) said.push(t('verdict.repaired', { count: diagnostics.rowsRepaired }))
  const errorMs = clockErrorMs(status)
  const amount = formatDuration(Math.abs(errorMs), 'long')
  if (errorMs !== 0) said.push(t(errorMs > 0 ? 'verdict.clock.fast' : 'verdict.clock.slow', { amount }))
  return said
}

/** "trying again in 8 s" → "Trying again in 8 s." */
const asSentence = (part: string): string =>
  `${part.charAt(0).toLocaleUpperCase()}${part.slice(1)}${/[.!?]$/.test(part) ? '' : '.'}`

const age = (ms: Millis): string => formatAge(ms, t('age.now'))

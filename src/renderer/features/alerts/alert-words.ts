import type { AlertKind, AlertListRow } from '#shared/protocol/alerts.ts'
import { formatDuration } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'
import { Facts } from '../work/refusal-words.ts'

/** What a sentence about an alert is made of. */
export type AlertSubject = Pick<
  AlertListRow,
  'message' | 'product' | 'order' | 'station' | 'bin' | 'facts'
> & { readonly kind: AlertKind }

/** What is wrong, in one sentence, from kind and facts. A fact that is missing makes it shorter, never wrong. */
export const alertWords = (subject: AlertSubject): string => {
  const { product, order, station } = subject
  return sentences[subject.kind](new Facts(subject.facts), {
    ...subject,
    sku: product?.sku ?? t('name.product'),
    orderNo: order?.number ?? t('name.order'),
    at: station?.name ?? t('alert.station.unknown'),
  })
}

interface Named extends AlertSubject {
  readonly sku: string
  readonly orderNo: string
  /** The station. */
  readonly at: string
}

type Sentence = (facts: Facts, about: Named) => string

const sentences: Record<AlertKind, Sentence> = {
  low(facts, { sku }) {
    const found = facts.figures('available', 'reorder_point')
    if (found === null) return t('alert.low.bare', { sku })
    return t('alert.low', { sku, available: found.available, reorderPoint: found.reorder_point })
  },
  out: (_facts, { sku }) => t('alert.out', { sku }),
  oversold(facts, { sku }) {
    const found = facts.figures('allocated', 'on_hand')
    if (found === null) return t('alert.oversold.bare', { sku })
    return t('alert.oversold', { sku, missing: found.allocated - found.on_hand })
  },
  refused_here: (facts) => t('alert.refused-here', { count: facts.figures('count')?.count ?? 1 }),
  station_silent(facts, { at: station }) {
    const unsent = facts.figures('unsent')?.unsent ?? 0
    if (unsent === 0) return t('alert.station-silent', { station })
    return t('alert.station-silent.unsent', { station, count: unsent })
  },
  station_behind(facts, { at: station }) {
    const found = facts.figures('behind')
    if (found === null) return t('alert.station-behind.bare', { station })
    return t('alert.station-behind', { station, count: found.behind })
  },
  clock_wrong(facts, { at: station }) {
    const offsetMs = facts.figures('offset_ms')?.offset_ms ?? 0
    if (offsetMs === 0) return t('alert.clock-wrong', { station })
    const amount = formatDuration(Math.abs(offsetMs), 'long')
    return t(offsetMs > 0 ? 'alert.clock-fast' : 'alert.clock-slow', { station, amount })
  },
  negative_stock(facts, { sku, bin }) {
    const onHand = facts.figures('on_hand')?.on_hand ?? 0
    if (bin === null || onHand >= 0) return t('alert.negative-stock.bare', { sku })
    return t('alert.negative-stock', { sku, bin, count: -onHand })
  },
  count_task: (_facts, { sku, bin }) =>
    bin === null ? t('alert.count-task.bare', { sku }) : t('alert.count-task', { sku, bin }),
  short_pick(facts, { orderNo: order }) {
    const found = facts.figures('missing')
    if (found === null) return t('alert.short-pick.bare', { order })
    return t('alert.short-pick', { order, count: found.missing })
  },
  refused_work(facts) {
    const note = facts.text('note')
    return note === null ? t('alert.refused-work.bare') : t('alert.refused-work', { note })
  },
  unknown_code(facts) {
    const code = facts.text('code')
    return code === null ? t('alert.unknown-code.bare') : t('alert.unknown-code', { code })
  },
  message: (_facts, { message }) => message ?? t('alert.message.bare'),
  drill(facts) {
    const found = facts.figures('minutes')
    return found === null ? t('alert.drill.bare') : t('alert.drill', { count: found.minutes })
  },
  other: (_facts, { message }) => message ?? t('alert.other'),
}

import type { ExceptionRow, AlertListRow } from '#shared/protocol/alerts.ts'
import { Age } from '../../components/Age.tsx'
import { Fact } from '../../components/Fact.tsx'
import { Moment } from '../../components/Moment.tsx'
import { PanePart } from '../../components/PanePart.tsx'
import { formatNumber } from '../../lib/format.ts'
import { t, textOr } from '../../texts/text.ts'

type Known = Pick<AlertListRow, 'product' | 'order' | 'station' | 'bin' | 'facts' | 'raisedAt' | 'raisedBy'> &
  Partial<Pick<AlertListRow, 'source' | 'acknowledged'>> &
  Partial<Pick<ExceptionRow, 'answered'>>

/** Facts that are a figure, in the order they are read. */
const figures = [
  'on_hand',
  'allocated',
  'available',
  'reorder_point',
  'unsent_on_hand',
  'missing',
  'unsent',
  'behind',
  'minutes',
] as const
/** Facts that are a moment of the server's clock. */
const moments = ['last_seen_at', 'oldest_unsent_at', 'complete_as_of'] as const

/** What was known when it was raised. */
export function AlertFacts({ row }: { row: Known }): React.ReactNode {
  const { product, order, station, bin, facts, raisedBy } = row
  // Of refused work it is the server's word for why, which stands in a sentence.
  const code = facts['refused_kind'] === undefined ? facts['code'] : null
  const [times, why, note, user] = [facts['times'], facts['why'], facts['note'], facts['user']]
  return (
    <PanePart title={t('alert.facts')}>
      <dl>
        {product && <Fact name={t('alert.fact.product')}>{product.sku}</Fact>}
        {order && <Fact name={t('alert.fact.order')}>{order.number}</Fact>}
        {bin !== null && <Fact name={t('alert.fact.bin')}>{bin}</Fact>}
        {figures.map((key) => {
          const value = facts[key]
          if (typeof value !== 'number') return null
          return (
            <Fact key={key} name={t(`alert.fact.${key}`)}>
              {/* Nobody can take less than nothing: what is promised beyond that is said in the sentence. */}
              {formatNumber(key === 'available' ? Math.max(0, value) : value)}
            </Fact>
          )
        })}
        {typeof code === 'string' && <Fact name={t('alert.fact.code')}>{code}</Fact>}
        {typeof user === 'string' && <Fact name={t('alert.fact.user')}>{user}</Fact>}
        {typeof times === 'number' && (
          <Fact name={t('alert.fact.times')}>{t('alert.fact.times.value', { count: times })}</Fact>
        )}
        {typeof why === 'string' && <Fact name={t('alert.fact.why')}>{textOr(`alert.why.${why}`, why)}</Fact>}
        {typeof note === 'string' && note !== row.acknowledged?.note && (
          <Fact name={t('alert.fact.note')}>{note}</Fact>
        )}
        {moments.map((key) => {
          const at = momentIn(facts[key])
          return (
            at !== null && (
              <Fact key={key} name={t(`alert.fact.${key}`)}>
                <Age at={at} />
              </Fact>
            )
          )
        })}
        {row.raisedAt > 0 && (
          <Fact name={t(row.source === 'computed' ? 'alert.fact.raised.computed' : 'alert.fact.raised')}>
            <Moment at={row.raisedAt} />
          </Fact>
        )}
        {raisedBy && (
          <Fact name={t('alert.fact.by')}>
            {station
              ? t('alert.fact.by.station', { name: raisedBy.name, station: station.name })
              : raisedBy.name}
          </Fact>
        )}
        {!raisedBy && station && <Fact name={t('alert.fact.station')}>{station.name}</Fact>}
      </dl>
    </PanePart>
  )
}

/** Moments come as the engine keeps them or as the server wrote them. */
function momentIn(value: unknown): number | null {
  const at = typeof value === 'string' ? Date.parse(value) : value
  return typeof at === 'number' && Number.isFinite(at) ? at : null
}

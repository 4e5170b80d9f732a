import type { StockFilter, Summary } from '#shared/protocol/views.ts'
import { FilterFigures } from '../../components/FilterFigures.tsx'
import type { ShapeName, Tone } from '../../components/Shape.tsx'
import { useNow } from '../../hooks/use-now.ts'
import { t } from '../../texts/text.ts'
import { asOfText, showsAge, type ShownStatus } from '../shell/shown-status.ts'
import { useIsStale } from '../shell/use-is-stale.ts'
import s from './SummaryFigures.module.css'

interface Props {
  readonly summary: Summary | undefined
  readonly filter: StockFilter
  readonly status: ShownStatus
  onFilter(filter: StockFilter): void
}

interface Look {
  readonly filter: StockFilter
  readonly figure: 'products' | 'low' | 'out' | 'oversold'
  readonly sign?: { readonly name: ShapeName; readonly tone: Tone }
}

const looks: readonly Look[] = [
  { filter: 'all', figure: 'products' },
  { filter: 'low', figure: 'low', sign: { name: 'half', tone: 'warn' } },
  { filter: 'out', figure: 'out', sign: { name: 'empty', tone: 'bad' } },
  { filter: 'oversold', figure: 'oversold', sign: { name: 'triangle', tone: 'bad' } },
]

/** The warehouse in four figures; pressing one shows what it counts. */
export function SummaryFigures({ summary, filter, status, onFilter }: Props): React.ReactNode {
  const isStale = useIsStale(status)
  const asOf = useNow((now) => asOfText(status, now))
  return (
    <div className={s['line']}>
      <FilterFigures<StockFilter>
        label={t('stock.summary')}
        figures={looks.map(({ filter: value, figure, sign }) => ({
          value,
          word: t(`stock.figure.${value}`, { count: summary?.[figure] ?? 0 }),
          count: summary?.[figure],
          ...(sign && { sign }),
        }))}
        value={filter}
        isStale={isStale}
        onChange={onFilter}
      />
      {showsAge(status) && <span className={s['asof']}>{t('stock.as-of', { asOf })}</span>}
    </div>
  )
}

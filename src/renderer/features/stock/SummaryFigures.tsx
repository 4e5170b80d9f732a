import type { StockFilter, Summary } from '#shared/protocol/views.ts'
import { Figure } from '../../components/Figure.tsx'
import { Shape, type ShapeName, type Tone } from '../../components/Shape.tsx'
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
  readonly shape?: { readonly name: ShapeName; readonly tone: Tone }
}

const looks: readonly Look[] = [
  { filter: 'all', figure: 'products' },
  { filter: 'low', figure: 'low', shape: { name: 'half', tone: 'warn' } },
  { filter: 'out', figure: 'out', shape: { name: 'empty', tone: 'bad' } },
  { filter: 'oversold', figure: 'oversold', shape: { name: 'triangle', tone: 'bad' } },
]

/** The warehouse in four figures; pressing one shows what it counts. */
export function SummaryFigures({ summary, filter, status, onFilter }: Props): React.ReactNode {
  const isStale = useIsStale(status)
  const asOf = useNow((now) => asOfText(status, now))
  return (
    <div className={s['figures']} role="group" aria-label={t('stock.summary')}>
      {looks.map((look) => (
        <button
          key={look.filter}
          type="button"
          className={s['figure']}
          aria-pressed={filter === look.filter}
          data-stale={isStale || undefined}
          data-zero={(look.filter !== 'all' && summary?.[look.figure] === 0) || undefined}
          onClick={() => onFilter(look.filter)}
        >
          {summary ? (
            <Figure value={summary[look.figure]} of={look.figure} size="large" />
          ) : (
            <span className={s['unknown']} />
          )}
          <span className={s['label']}>
            {look.shape && <Shape {...look.shape} />}
            {t(`stock.figure.${look.filter}`, { count: summary?.[look.figure] ?? 0 })}
          </span>
        </button>
      ))}
      {showsAge(status) && <span className={s['asof']}>{t('stock.as-of', { asOf })}</span>}
    </div>
  )
}

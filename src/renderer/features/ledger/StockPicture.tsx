import { useMemo, useState } from 'react'
import type { ProductId } from '#shared/domain/ids.ts'
import type { LedgerClock, StockHistory } from '#shared/protocol/ledger.ts'
import type { WarehouseChoice } from '#shared/protocol/views.ts'
import { ChartFrame } from '../../components/chart/ChartFrame.tsx'
import { Plot } from '../../components/chart/Plot.tsx'
import { FilterButtons } from '../../components/FilterButtons.tsx'
import { useServerTime } from '../../hooks/server-time.tsx'
import { useNow } from '../../hooks/use-now.ts'
import { useOnDemand } from '../../hooks/use-on-demand.ts'
import { usePulse } from '../../hooks/use-ledger.ts'
import { formatDuration, formatExact, formatNumber } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'
import { clocks } from './clocks.ts'
import { stepsOf, stockPlot, type Span } from './stock-plot.ts'
import s from './ledger.module.css'

const HOUR_MS = 3_600_000
const spans = { day: 24 * HOUR_MS, week: 168 * HOUR_MS, month: 720 * HOUR_MS, year: 8_760 * HOUR_MS } as const
type SpanName = keyof typeof spans
const spanChoices = (Object.keys(spans) as SpanName[]).map((value) => ({
  value,
  word: t(`chart.span.${value}`),
}))

interface Props {
  readonly warehouse: WarehouseChoice
  readonly productId: ProductId
  readonly reorderPoint: number
}

/** Stock over time: a step for each movement, the reorder point, and who was away meanwhile. */
export function StockPicture({ warehouse, productId, reorderPoint }: Props): React.ReactNode {
  const [name, setName] = useState<SpanName>('week')
  const [clock, setClock] = useState<LedgerClock>('happened')
  const { clockOffsetMs } = useServerTime()
  // A step of a minute, so that the question stays the same for that long.
  const to = useNow((now) => Math.ceil((now - clockOffsetMs) / 60_000) * 60_000)
  const span = useMemo(() => ({ from: to - spans[name], to }), [to, name])
  const question = { warehouseId: warehouse.id, productId, ...span, clock }
  const { answer, error } = useOnDemand('stock.history', question, usePulse(warehouse.id))
  const shown = useLast(answer && { history: answer, span }, `${name} ${clock}`)
  const tools = (
    <>
      <FilterButtons<SpanName>
        label={t('chart.span')}
        options={spanChoices}
        value={name}
        onChange={setName}
      />
      <FilterButtons<LedgerClock>
        label={t('chart.clock')}
        options={clocks}
        value={clock}
        onChange={setClock}
      />
    </>
  )
  return (
    <div className={s['panel']}>
      {shown ? (
        <Picture {...shown} {...{ reorderPoint, tools }} zone={warehouse.timeZone} />
      ) : (
        <ChartFrame
          title={t('chart.stock.title')}
          last={null}
          legend={[]}
          tools={tools}
          picture={error ? <p className={s['meta']}>{t('ledger.away')}</p> : <div className={s['blank']} />}
          table={{ head: [t('chart.stock.column.at'), t('chart.stock.column.quantity')], rows: [] }}
        />
      )}
    </div>
  )
}

/** The last there was of the same kind: while the next is on its way, a picture stays. */
function useLast<T>(value: T | null, kind: string): T | null {
  const [last, setLast] = useState<{ value: T; kind: string } | null>(null)
  if (value !== null && (last?.kind !== kind || JSON.stringify(last.value) !== JSON.stringify(value)))
    setLast({ value, kind })
  return last?.kind === kind ? last.value : value
}

interface PictureProps {
  readonly history: StockHistory
  readonly span: Span
  readonly zone: string
  readonly reorderPoint: number
  readonly tools: React.ReactNode
}

function Picture({ history, span, zone, reorderPoint, tools }: PictureProps): React.ReactNode {
  const data = useMemo(() => stepsOf(history, span), [history, span])
  const options = useMemo(
    () =>
      stockPlot(history, reorderPoint, zone, {
        reorder: t('chart.stock.reorder', { count: formatNumber(reorderPoint) }),
      }),
    [history, reorderPoint, zone],
  )
  const quantities = data[1]
  const last = formatNumber(quantities.at(-1) ?? 0)
  const label = t('chart.stock.label', {
    from: formatExact(span.from, zone),
    to: formatExact(span.to, zone),
    opening: formatNumber(history.opening),
    last,
    lowest: formatNumber(Math.min(...quantities)),
    count: formatNumber(history.points.length),
  })
  return (
    <>
      <ChartFrame
        title={t('chart.stock.title')}
        last={t('chart.stock.last', { figure: last })}
        tools={tools}
        legend={[
          { mark: 'line', word: t('chart.stock.line') },
          ...(reorderPoint > 0
            ? [
                {
                  mark: 'dash' as const,
                  word: t('chart.stock.reorder', { count: formatNumber(reorderPoint) }),
                },
              ]
            : []),
          ...(history.offline.length > 0 ? [{ mark: 'hatch' as const, word: t('chart.stock.offline') }] : []),
        ]}
        picture={<Plot label={label} heightPx={HEIGHT_PX} data={data} options={options} />}
        table={{
          head: [t('chart.stock.column.at'), t('chart.stock.column.quantity')],
          rows: [...history.points]
            .reverse()
            .map(({ at, quantity }) => [formatExact(at, zone), formatNumber(quantity)])
            .concat([[formatExact(span.from, zone), formatNumber(history.opening)]]),
        }}
      />
      {history.partMs !== null && (
        <p className={s['meta']}>
          {t('chart.stock.parts', { duration: formatDuration(history.partMs, 'long') })}
        </p>
      )}
    </>
  )
}

const HEIGHT_PX = 230

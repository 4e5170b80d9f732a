import { useMemo, useState } from 'react'
import type { FlowDay } from '#shared/protocol/ledger.ts'
import { ChartFrame } from '../../components/chart/ChartFrame.tsx'
import { Plot } from '../../components/chart/Plot.tsx'
import { FilterButtons } from '../../components/FilterButtons.tsx'
import { useServerTime } from '../../hooks/server-time.tsx'
import { useNow } from '../../hooks/use-now.ts'
import { formatDay, formatNumber } from '../../lib/format.ts'
import { wallClock } from '../../lib/wall-clock.ts'
import { t } from '../../texts/text.ts'
import { figuresOf, hourData, hourPlot, hourWord, type HourFigures, type Measure } from './hour-plot.ts'
import { usePictureHeight } from './use-picture-height.ts'

const measures = (['movements', 'units'] as const).map((value) => ({
  value,
  word: t(`flow.measure.${value}`),
}))

interface Props {
  readonly flow: FlowDay
  readonly day: string
  readonly isToday: boolean
}

/** Movements by hour, against what is usual on that weekday. */
export function HoursChart({ flow, day, isToday }: Props): React.ReactNode {
  const heightPx = usePictureHeight()
  const [measure, setMeasure] = useState<Measure>('movements')
  const { clockOffsetMs } = useServerTime()
  const hourNow = useNow((now) => Number(wallClock(now - clockOffsetMs, flow.timeZone).slice(11, 13)))
  const figures = useMemo(() => figuresOf(flow, measure), [flow, measure])
  // Of a day that is over, the last hour in which anything was done.
  const last = isToday ? hourNow : (figures.findLast(({ now }) => now > 0)?.hour ?? null)
  const data = useMemo(() => hourData(figures), [figures])
  const options = useMemo(() => hourPlot(figures, last), [figures, last])
  const title = isToday
    ? t('flow.hours.title.today')
    : t('flow.hours.title', { day: formatDay(Date.parse(`${day}T12:00Z`), 'UTC') })
  const words = lastWords(figures, measure, isToday ? last : null)
  return (
    <ChartFrame
      title={title}
      last={words}
      tools={
        <FilterButtons<Measure>
          label={t('flow.measure')}
          options={measures}
          value={measure}
          onChange={setMeasure}
        />
      }
      legend={[
        { mark: 'bar', word: t('flow.hours.now') },
        ...(flow.weeks > 0
          ? [{ mark: 'tick' as const, word: t('flow.hours.usual', { count: flow.weeks }) }]
          : [{ mark: 'tick' as const, word: t('flow.hours.nothing-usual') }]),
      ]}
      picture={
        <Plot
          label={t('flow.hours.label', { title, last: words })}
          heightPx={heightPx}
          data={data}
          options={options}
        />
      }
      table={{
        head: [t('flow.hours.column.hour'), t('flow.hours.column.now'), t('flow.hours.column.usual')],
        rows: figures.map(({ hour, now, usual }) => [
          hourWord(hour),
          formatNumber(now),
          usual === null ? '–' : formatNumber(usual),
        ]),
      }}
    />
  )
}

/** @param hour the one under way; null of a day that is over */
function lastWords(figures: readonly HourFigures[], measure: Measure, hour: number | null): string {
  const until = figures.filter((figure) => hour === null || figure.hour <= hour)
  const total = formatNumber(until.reduce((sum, { now }) => sum + now, 0))
  const isKnown = until.some(({ usual }) => usual !== null)
  const usualSum = until.reduce((sum, { usual }) => sum + (usual ?? 0), 0)
  const sum = isKnown ? formatNumber(usualSum) : t('flow.hours.unusual')
  const at = hour === null ? undefined : figures[hour]
  if (!at) return t(`flow.hours.last.day.${measure}`, { total, sum })
  const usual = at.usual === null ? t('flow.hours.unusual') : formatNumber(at.usual)
  const figure = { hour: hourWord(at.hour), now: formatNumber(at.now), usual, total, sum }
  return t(`flow.hours.last.${measure}`, figure)
}

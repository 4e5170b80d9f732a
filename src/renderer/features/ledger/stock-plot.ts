import uPlot from 'uplot'
import { must } from '#shared/lib/must.ts'
import type { StockHistory } from '#shared/protocol/ledger.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { ChartTheme } from '../../components/chart/chart-theme.ts'
import type { PlotOptions } from '../../components/chart/Plot.tsx'
import { drawn, footAxis, hatch, plain, quietAxis, ratio, write } from '../../components/chart/plot-parts.ts'
import { formatDay, formatNumber } from '../../lib/format.ts'
import { wallClock } from '../../lib/wall-clock.ts'

export interface Span {
  readonly from: Millis
  readonly to: Millis
}

/** The steps from one end of the span to the other: what was there, each movement, and what is there. Seconds, as uPlot has them. */
export function stepsOf({ opening, points }: StockHistory, { from, to }: Span): [number[], number[]] {
  const last = points.at(-1)?.quantity ?? opening
  const times = [from, ...points.map(({ at }) => at), to].map((at) => at / 1_000)
  return [times, [opening, ...points.map(({ quantity }) => quantity), last]]
}

/** A step line, the reorder point drawn across it, and the times in which a station was away, hatched. */
export const stockPlot =
  (history: StockHistory, reorderPoint: number, zone: string, words: { reorder: string }) =>
  (theme: ChartTheme): PlotOptions => ({
    ...plain,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), zone),
    scales: {
      x: { time: true },
      y: {
        range: (_plot, min, max) => {
          const low = Math.min(0, min)
          const high = Math.max(reorderPoint, max, low + 1)
          return [low, high + (high - low) * 0.12]
        },
      },
    },
    axes: [
      { ...quietAxis(theme), ...footAxis, values: clockValues(zone) },
      { ...quietAxis(theme), size: 56, values: (_plot, ticks) => ticks.map(wholeOnly) },
    ],
    series: [
      {},
      {
        stroke: theme.accent,
        width: 2,
        points: { show: false },
        paths: must(uPlot.paths.stepped, 'paths of uPlot')({ align: 1 }),
      },
    ],
    hooks: {
      drawClear: [drawn((context, plot) => shadeOffline(context, plot, history, theme.warn))],
      draw: [
        drawn((context, plot) => {
          if (reorderPoint > 0) drawReorder(context, plot, reorderPoint, words.reorder, theme)
          drawLast(context, plot, theme)
        }),
      ],
    },
  })

const wholeOnly = (tick: number): string => (Number.isInteger(tick) ? formatNumber(tick) : '')

/** "14:00" within a day, "3 Mar" beyond. */
const clockValues =
  (zone: string): uPlot.Axis.DynamicValues =>
  (_plot, ticks, _axis, _space, everySeconds) =>
    ticks.map((tick) =>
      everySeconds >= DAY_S ? formatDay(tick * 1_000, zone) : wallClock(tick * 1_000, zone).slice(11, 16),
    )

const DAY_S = 86_400

function shadeOffline(
  context: CanvasRenderingContext2D,
  plot: uPlot,
  { offline }: StockHistory,
  colour: string,
): void {
  const { left, top, width, height } = plot.bbox
  for (const { from, to } of offline) {
    const start = Math.max(left, plot.valToPos(from / 1_000, 'x', true))
    const end = Math.min(left + width, plot.valToPos(to / 1_000, 'x', true))
    // However short, it is seen.
    hatch(context, { x: start, y: top, width: Math.max(end - start, 3 * ratio()), height }, colour)
  }
}

function drawReorder(
  context: CanvasRenderingContext2D,
  plot: uPlot,
  reorderPoint: number,
  word: string,
  theme: ChartTheme,
): void {
  const { left, width } = plot.bbox
  const y = plot.valToPos(reorderPoint, 'y', true)
  const px = ratio()
  context.strokeStyle = theme.warn
  context.lineWidth = 1.5 * px
  context.setLineDash([6 * px, 4 * px])
  context.beginPath()
  context.moveTo(left, y)
  context.lineTo(left + width, y)
  context.stroke()
  write(context, word, { x: left + 8 * px, y: y - 10 * px, align: 'left' }, { theme, colour: theme.second })
}

function drawLast(context: CanvasRenderingContext2D, plot: uPlot, theme: ChartTheme): void {
  const [times, values] = plot.data
  const value = values?.at(-1)
  const at = times.at(-1)
  if (value === null || value === undefined || at === undefined) return
  const px = ratio()
  const x = plot.valToPos(at, 'x', true)
  const y = plot.valToPos(value, 'y', true)
  context.fillStyle = theme.accent
  context.beginPath()
  context.arc(x, y, 4 * px, 0, 2 * Math.PI)
  context.fill()
  const place = { x: x - 8 * px, y: y - 12 * px, align: 'right' } as const
  write(context, formatNumber(value), place, { theme, colour: theme.text, isStrong: true })
}

import uPlot from 'uplot'
import { must } from '#shared/lib/must.ts'
import type { FlowDay } from '#shared/protocol/ledger.ts'
import type { ChartTheme } from '../../components/chart/chart-theme.ts'
import type { PlotOptions } from '../../components/chart/Plot.tsx'
import { drawn, footAxis, plain, quietAxis, ratio, write } from '../../components/chart/plot-parts.ts'
import { formatNumber } from '../../lib/format.ts'

export type Measure = 'movements' | 'units'

export interface HourFigures {
  readonly hour: number
  readonly now: number
  /** The median of the same weekday; null when there is nothing to compare with. */
  readonly usual: number | null
}

export const figuresOf = ({ hours }: FlowDay, measure: Measure): HourFigures[] =>
  hours.map((hour) => ({
    hour: hour.hour,
    now: hour[measure],
    usual: measure === 'movements' ? hour.usualMovements : hour.usualUnits,
  }))

export const hourWord = (hour: number): string => `${String(hour).padStart(2, '0')}:00`

export const hourData = (figures: readonly HourFigures[]): uPlot.AlignedData => [
  figures.map(({ hour }) => hour),
  figures.map(({ now }) => now),
  figures.map(({ usual }) => usual),
]

/** Of the bar's place between two hours. */
const BAR_SHARE = 0.62

/** A bar for each hour, and across it, wherever it ends, the line of what is usual. */
export const hourPlot =
  (figures: readonly HourFigures[], lastHour: number | null) =>
  (theme: ChartTheme): PlotOptions => ({
    ...plain,
    padding: [20, 12, 0, 0],
    scales: {
      x: { time: false, range: [-0.6, 23.6] },
      y: { range: (_plot, _min, max) => [0, Math.max(1, max) * 1.1] },
    },
    axes: [
      {
        ...quietAxis(theme),
        ...footAxis,
        splits: [0, 3, 6, 9, 12, 15, 18, 21],
        values: (_plot, ticks) => ticks.map(hourWord),
      },
      {
        ...quietAxis(theme),
        size: 56,
        values: (_plot, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? formatNumber(tick) : '')),
      },
    ],
    series: [
      {},
      {
        fill: theme.accent,
        width: 0,
        points: { show: false },
        paths: must(uPlot.paths.bars, 'paths of uPlot')({ size: [BAR_SHARE, 40] }),
      },
      // Drawn below; here only for the scale.
      { show: true, paths: () => null, points: { show: false } },
    ],
    hooks: {
      draw: [
        drawn((context, plot) => {
          drawUsual(context, plot, figures, theme)
          const last = figures.find(({ hour }) => hour === lastHour)
          if (!last) return
          const x = plot.valToPos(last.hour, 'x', true)
          const y = plot.valToPos(last.now, 'y', true) - 11 * ratio()
          write(
            context,
            formatNumber(last.now),
            { x, y, align: 'center' },
            { theme, colour: theme.text, isStrong: true },
          )
        }),
      ],
    },
  })

function drawUsual(
  context: CanvasRenderingContext2D,
  plot: uPlot,
  figures: readonly HourFigures[],
  theme: ChartTheme,
): void {
  const px = ratio()
  const half = Math.abs(plot.valToPos(1, 'x', true) - plot.valToPos(0, 'x', true)) * 0.42
  for (const { hour, usual } of figures) {
    if (usual === null || usual === 0) continue
    const x = plot.valToPos(hour, 'x', true)
    const y = plot.valToPos(usual, 'y', true)
    // Seen on the bar as well as beside it.
    for (const [colour, width] of [
      [theme.surface, 5],
      [theme.text, 2.5],
    ] as const) {
      context.strokeStyle = colour
      context.lineWidth = width * px
      context.beginPath()
      context.moveTo(x - half, y)
      context.lineTo(x + half, y)
      context.stroke()
    }
  }
}

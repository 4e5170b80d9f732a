import uPlot from 'uplot'
import { must } from '#shared/lib/must.ts'
import type { ChartTheme } from '../../components/chart/chart-theme.ts'
import type { PlotOptions } from '../../components/chart/Plot.tsx'
import { drawn, footAxis, plain, quietAxis, ratio, write } from '../../components/chart/plot-parts.ts'
import { formatNumber } from '../../lib/format.ts'
import { ageGroups, type StatusAges } from './ages.ts'

/** Bars are piled up by drawing the tallest first: each series is what its groups and all younger ones hold together. */
export function ageData(ages: readonly StatusAges[]): uPlot.AlignedData {
  const upTo = (row: StatusAges, groups: number): number =>
    row.groups.slice(0, groups).reduce((sum, { orders }) => sum + orders, 0)
  const piles = ageGroups.map((_, n) => ages.map((row) => upTo(row, ageGroups.length - n)))
  return [ages.map((_, n) => n), ...piles]
}

/** The older, the more solid: read by lightness, and by the figure written on each part. */
const opacity = [0.16, 0.34, 0.54, 0.76, 1]

/** One bar for each status, its parts by age, with how many on each part that has room and all together above. */
export const agePlot =
  (ages: readonly StatusAges[], words: { status: readonly string[] }) =>
  (theme: ChartTheme): PlotOptions => ({
    ...plain,
    padding: [24, 12, 0, 0],
    scales: {
      x: { time: false, range: [-0.6, ages.length - 0.4] },
      y: { range: (_plot, _min, max) => [0, Math.max(1, max) * 1.08] },
    },
    axes: [
      {
        ...quietAxis(theme),
        ...footAxis,
        splits: ages.map((_, n) => n),
        values: (_plot, ticks) => ticks.map((tick) => words.status[tick] ?? ''),
      },
      {
        ...quietAxis(theme),
        size: 56,
        values: (_plot, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? formatNumber(tick) : '')),
      },
    ],
    series: [
      {},
      ...ageGroups.map((_, n) => ({
        fill: faded(theme, opacity[ageGroups.length - 1 - n] ?? 1),
        stroke: theme.accent,
        width: 1,
        points: { show: false },
        paths: must(uPlot.paths.bars, 'paths of uPlot')({ size: [0.5, 120] }),
      })),
    ],
    hooks: { draw: [drawn((context, plot) => drawFigures(context, plot, ages, theme))] },
  })

/** On the surface, so that a lighter part drawn over a darker one hides it. */
const faded = (theme: ChartTheme, share: number): string =>
  `color-mix(in oklab, ${theme.accent} ${share * 100}%, ${theme.surface})`

function drawFigures(
  context: CanvasRenderingContext2D,
  plot: uPlot,
  ages: readonly StatusAges[],
  theme: ChartTheme,
): void {
  const px = ratio()
  for (const [n, { groups, total }] of ages.entries()) {
    const x = plot.valToPos(n, 'x', true)
    let below = 0
    for (const { orders } of groups) {
      const [bottom, top] = [plot.valToPos(below, 'y', true), plot.valToPos(below + orders, 'y', true)]
      below += orders
      if (orders === 0 || bottom - top < 20 * px) continue
      write(
        context,
        formatNumber(orders),
        { x, y: (bottom + top) / 2, align: 'center' },
        { theme, colour: theme.text },
      )
    }
    const y = plot.valToPos(total, 'y', true) - 12 * px
    write(
      context,
      formatNumber(total),
      { x, y, align: 'center' },
      { theme, colour: theme.text, isStrong: true },
    )
  }
}

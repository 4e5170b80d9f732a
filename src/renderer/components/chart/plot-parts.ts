import type uPlot from 'uplot'
import type { ChartTheme } from './chart-theme.ts'
import type { PlotOptions } from './Plot.tsx'

/* What every picture shares: axes that recede, no legend beside the title, no handles. */

/** Canvas pixels are physical ones; sizes below are CSS pixels. */
export const ratio = (): number => globalThis.devicePixelRatio

export const quietAxis = (theme: ChartTheme): uPlot.Axis => ({
  stroke: theme.second,
  font: theme.font,
  grid: { stroke: theme.line, width: 1 },
  ticks: { stroke: theme.line, width: 1, size: 4 },
})

/** What lies below the picture: no lines through it, and no more room than its words need. */
export const footAxis = { grid: { show: false }, size: 28 } satisfies uPlot.Axis

export const plain: Pick<PlotOptions, 'legend' | 'cursor' | 'padding'> = {
  legend: { show: false },
  cursor: { show: false },
  padding: [12, 12, 0, 0],
}

type Draw = (context: CanvasRenderingContext2D, plot: uPlot) => void

/** Draws with the context as it was before. */
export const drawn =
  (draw: Draw) =>
  (plot: uPlot): void => {
    plot.ctx.save()
    draw(plot.ctx, plot)
    plot.ctx.restore()
  }

/** Words on the picture, on a ground of their own so that no line runs through them. */
export function write(
  context: CanvasRenderingContext2D,
  text: string,
  at: { x: number; y: number; align: 'left' | 'right' | 'center' },
  { theme, colour, isStrong = false }: { theme: ChartTheme; colour: string; isStrong?: boolean },
): void {
  const px = ratio()
  context.font = `${isStrong ? '700 ' : ''}${theme.font.replace('12px', `${12 * px}px`)}`
  context.textAlign = at.align
  context.textBaseline = 'middle'
  const width = context.measureText(text).width
  const left = at.align === 'left' ? at.x : at.align === 'right' ? at.x - width : at.x - width / 2
  context.fillStyle = theme.surface
  context.globalAlpha = 0.85
  context.fillRect(left - 3 * px, at.y - 8 * px, width + 6 * px, 16 * px)
  context.globalAlpha = 1
  context.fillStyle = colour
  context.fillText(text, at.x, at.y)
}

/** Slanted lines, which are seen without colour. */
export function hatch(
  context: CanvasRenderingContext2D,
  box: { x: number; y: number; width: number; height: number },
  colour: string,
): void {
  const px = ratio()
  context.save()
  context.beginPath()
  context.rect(box.x, box.y, box.width, box.height)
  context.clip()
  context.globalAlpha = 0.14
  context.fillStyle = colour
  context.fillRect(box.x, box.y, box.width, box.height)
  context.globalAlpha = 0.6
  context.strokeStyle = colour
  context.lineWidth = px
  context.beginPath()
  for (let x = box.x - box.height; x < box.x + box.width; x += 7 * px) {
    context.moveTo(x, box.y + box.height)
    context.lineTo(x + box.height, box.y)
  }
  context.stroke()
  context.restore()
}

import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { useElementWidth } from '../../hooks/use-element-width.ts'
import { useChartTheme, type ChartTheme } from './chart-theme.ts'
import s from './Plot.module.css'

export type PlotOptions = Omit<uPlot.Options, 'width' | 'height'>

interface Props {
  /** What is seen, in one sentence, for those who do not see it; the table says the rest. */
  readonly label: string
  readonly heightPx: number
  readonly data: uPlot.AlignedData
  /** Kept the same while nothing differs: another one draws anew. */
  readonly options: (theme: ChartTheme) => PlotOptions
}

/** A test's document has no canvas to draw on; the sentence and the table are there all the same. */
const canDraw = (): boolean => document.createElement('canvas').getContext('2d') !== null

/** A picture on a canvas, as wide as there is room. Drawn anew when anything differs; nothing moves. */
export function Plot({ label, heightPx, data, options }: Props): React.ReactNode {
  const ref = useRef<HTMLDivElement>(null)
  const width = useElementWidth(ref)
  const theme = useChartTheme()
  useEffect(() => {
    const element = ref.current
    if (!element || width === 0 || !canDraw()) return
    const plot = new uPlot({ ...options(theme), width, height: heightPx }, data, element)
    return () => plot.destroy()
  }, [width, heightPx, data, options, theme])
  return <div ref={ref} className={s['plot']} role="img" aria-label={label} style={{ height: heightPx }} />
}

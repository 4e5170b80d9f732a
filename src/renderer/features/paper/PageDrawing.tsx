import type { Mark, Page } from '#shared/paper/page.ts'
import { codePath } from '#shared/paper/svg.ts'
import s from './paper.module.css'

/** One page, drawn from the marks that are printed. @param label what stands on it, for those who do not see it */
export function PageDrawing({ page, label }: { page: Page; label: string }): React.ReactNode {
  const { widthMm, heightMm } = page
  return (
    <svg
      className={s['page']}
      role="img"
      aria-label={label}
      viewBox={`0 0 ${widthMm} ${heightMm}`}
      style={{ '--width-mm': widthMm, aspectRatio: `${widthMm} / ${heightMm}` } as React.CSSProperties}
    >
      {page.marks.map((mark, at) => (
        <DrawnMark key={at} mark={mark} />
      ))}
    </svg>
  )
}

function DrawnMark({ mark }: { mark: Mark }): React.ReactNode {
  switch (mark.kind) {
    case 'text':
      return (
        <text
          x={mark.xMm}
          y={mark.yMm}
          fontSize={mark.sizeMm}
          fontWeight={mark.weight === 'bold' ? 700 : 400}
          textAnchor={mark.align}
        >
          {mark.text}
        </text>
      )
    case 'line':
      return (
        <path
          d={`M${mark.xMm} ${mark.yMm}L${mark.toXMm} ${mark.toYMm}`}
          stroke="#000"
          strokeWidth={mark.strokeMm}
        />
      )
    case 'box':
      return (
        <rect
          x={mark.xMm}
          y={mark.yMm}
          width={mark.widthMm}
          height={mark.heightMm}
          fill="none"
          stroke="#000"
          strokeWidth={mark.strokeMm}
        />
      )
    case 'code':
      return <path d={codePath(mark)} />
  }
}

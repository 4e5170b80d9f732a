import { blackParts } from './page.ts'
import type { CodeMark, Mark, Page } from './page.ts'

/*
 * A page as SVG, one unit to the millimetre: what the system's printing is given. The window draws its preview from the same marks.
 */

/** All black of a code as one path, so that no seam shows between its parts. */
export function codePath({ modules, xMm, yMm, moduleMm, heightMm }: CodeMark): string {
  const rowMm = modules.kind === 'bars' ? heightMm : moduleMm
  return [...blackParts(modules)]
    .map(
      ({ x, y, width }) =>
        `M${round(xMm + x * moduleMm)} ${round(yMm + y * rowMm)}h${round(width * moduleMm)}v${round(rowMm)}h${round(-width * moduleMm)}z`,
    )
    .join('')
}

const round = (mm: number): number => Math.round(mm * 1_000) / 1_000

export function svgOf({ widthMm, heightMm, marks }: Page): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${widthMm}mm" height="${heightMm}mm" viewBox="0 0 ${widthMm} ${heightMm}">${marks.map(svgMark).join('')}</svg>`
}

function svgMark(mark: Mark): string {
  switch (mark.kind) {
    case 'text': {
      const anchor = mark.align === 'end' ? ' text-anchor="end"' : ''
      const weight = mark.weight === 'bold' ? 700 : 400
      return `<text x="${round(mark.xMm)}" y="${round(mark.yMm)}" font-size="${round(mark.sizeMm)}" font-weight="${weight}"${anchor}>${escaped(mark.text)}</text>`
    }
    case 'line':
      return `<path d="M${round(mark.xMm)} ${round(mark.yMm)}L${round(mark.toXMm)} ${round(mark.toYMm)}" stroke="#000" stroke-width="${mark.strokeMm}"/>`
    case 'box':
      return `<rect x="${round(mark.xMm)}" y="${round(mark.yMm)}" width="${mark.widthMm}" height="${mark.heightMm}" fill="none" stroke="#000" stroke-width="${mark.strokeMm}"/>`
    case 'code':
      return `<path d="${codePath(mark)}"/>`
  }
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Signs of control have no place in SVG: it would not be drawn at all. */
const escaped = (text: string): string =>
  text.replace(/\p{Cc}/gu, ' ').replace(/[&<>"]/g, (sign) => entities[sign] ?? sign)

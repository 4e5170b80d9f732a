import { DOT_MM } from './page.ts'
import type { CodeMark, Mark, Page } from './page.ts'

/*
 * Pages as ZPL II for label printers of 203 dpi. Codes are the printer's own, in modules of whole dots; texts are its scalable
 * font 0, which is narrower than ours: what fits in the preview fits on the label.
 */

const dots = (mm: number): number => Math.round(mm / DOT_MM)

export const zplOf = (pages: readonly Page[]): string => pages.map(zplPage).join('')

function zplPage({ widthMm, heightMm, marks }: Page): string {
  const fields = marks.map(field).join('')
  return `^XA\n^CI28\n^PW${dots(widthMm)}\n^LL${dots(heightMm)}\n^LH0,0\n${fields}^XZ\n`
}

function field(mark: Mark): string {
  switch (mark.kind) {
    case 'text': {
      const size = dots(mark.sizeMm)
      // From where the letters stand to the top of the field.
      const y = Math.max(0, dots(mark.yMm - mark.sizeMm * 0.78))
      const place =
        mark.align === 'start' ? `^FO${dots(mark.xMm)},${y}` : `^FO0,${y}^FB${dots(mark.xMm)},1,0,R`
      return `${place}^A0N,${size},${size}${data(mark.text)}\n`
    }
    case 'box':
      return `^FO${dots(mark.xMm)},${dots(mark.yMm)}^GB${dots(mark.widthMm)},${dots(mark.heightMm)},${thick(mark.strokeMm)}^FS\n`
    case 'line': {
      const width = Math.max(1, dots(mark.toXMm - mark.xMm))
      const height = Math.max(1, dots(mark.toYMm - mark.yMm))
      return `^FO${dots(mark.xMm)},${dots(mark.yMm)}^GB${width},${height},${thick(mark.strokeMm)}^FS\n`
    }
    case 'code':
      return `^FO${dots(mark.xMm)},${dots(mark.yMm)}${code(mark)}\n`
  }
}

const thick = (strokeMm: number): number => Math.max(1, dots(strokeMm))

function code({ symbology, text, moduleMm, heightMm }: CodeMark): string {
  const module = dots(moduleMm)
  const height = dots(heightMm)
  switch (symbology) {
    case 'code128':
      return `^BY${module}^BCN,${height},N,N,N,A${data(inCode128(text))}`
    case 'ean13':
      return `^BY${module}^BEN,${height},N,N${data(text.slice(0, 12))}`
    case 'ean8':
      return `^BY${module}^B8N,${height},N,N${data(text.slice(0, 7))}`
    case 'datamatrix': {
      // A character that starts an escape; chosen so that the text has none.
      const escape = ['|', '`', '}', '{', '!'].find((each) => !text.includes(each)) ?? '|'
      return `^BXN,${module},200,,,,${escape}${data(text.replaceAll(escape, escape + escape))}`
    }
  }
}

/** Code 128 knows these three only by a call. */
const inCode128 = (text: string): string =>
  text.replace(/[>^~]/g, (sign) => (sign === '>' ? '>0' : sign === '^' ? '><' : '>='))

/** Text of a field; the signs that begin commands, the sign of this very escape and what is no letter are written as bytes. */
function data(text: string): string {
  const safe = text.replace(/[\^~_\\]|\p{Cc}/gu, (sign) =>
    [...new TextEncoder().encode(sign)]
      .map((byte) => `_${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  )
  return `^FH_^FD${safe}^FS`
}

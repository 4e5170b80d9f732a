import { DOT_MM, modulesAcross } from './page.ts'
import type { CodeMark, LayoutTools, Modules, Symbology } from './page.ts'

/** White that a reader needs on each side of bars, in modules. */
const QUIET = 10
/** Narrower bars are not read reliably from a label. */
const LEAST_DOTS = 2
const MOST_DOTS = 4
/** A dot code's module. */
const MATRIX_LEAST_DOTS = 3
const MATRIX_MOST_DOTS = 8

/** A place on the paper. */
export interface Area {
  xMm: number
  yMm: number
  widthMm: number
  heightMm: number
}

/**
 * Bars over the width of the area, as coarse as fits; where even the finest would not fit, or bars cannot say the text, a square of
 * dots. Null when the area is too small for any: then there is none, rather than one that nobody can read.
 */
export function codeIn(
  tools: LayoutTools,
  symbology: Symbology,
  text: string,
  area: Area,
): { mark: CodeMark; widthMm: number } | null {
  const bars = symbology === 'datamatrix' ? null : encoded(tools, symbology, text)
  if (bars) {
    const dots = Math.floor(area.widthMm / DOT_MM / (modulesAcross(bars) + 2 * QUIET))
    if (dots >= LEAST_DOTS) {
      const moduleMm = Math.min(dots, MOST_DOTS) * DOT_MM
      return {
        mark: {
          ...{ kind: 'code', symbology, text, modules: bars, moduleMm },
          ...{ xMm: area.xMm + QUIET * moduleMm, yMm: area.yMm, heightMm: area.heightMm },
        },
        widthMm: (modulesAcross(bars) + 2 * QUIET) * moduleMm,
      }
    }
  }
  const matrix = encoded(tools, 'datamatrix', text)
  if (!matrix) return null
  // One module of white on each side.
  const across = modulesAcross(matrix) + 2
  const dots = Math.floor(Math.min(area.widthMm, area.heightMm) / DOT_MM / across)
  if (dots < MATRIX_LEAST_DOTS) return null
  const moduleMm = Math.min(dots, MATRIX_MOST_DOTS) * DOT_MM
  return {
    mark: {
      ...{ kind: 'code', symbology: 'datamatrix', text, modules: matrix, moduleMm },
      ...{ xMm: area.xMm + moduleMm, yMm: area.yMm + moduleMm, heightMm: (across - 2) * moduleMm },
    },
    widthMm: across * moduleMm,
  }
}

function encoded(tools: LayoutTools, symbology: Symbology, text: string): Modules | null {
  try {
    return tools.encode(symbology, text)
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

/** Which bars say this text: those of the shops for their numbers, Code 128 for all else. */
export function symbologyOf(text: string): Symbology {
  if (/^\d{13}$/.test(text) && isChecked(text)) return 'ean13'
  if (/^\d{8}$/.test(text) && isChecked(text)) return 'ean8'
  return 'code128'
}

/** Whether the last digit is the check digit of the others (GS1). */
function isChecked(digits: string): boolean {
  const sum = Array.from(digits)
    .reverse()
    .reduce((total, digit, at) => total + Number(digit) * (at % 2 === 0 ? 1 : 3), 0)
  return sum % 10 === 0
}

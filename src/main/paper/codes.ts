import bwip from 'bwip-js/node'
import { z } from 'zod'
import type { Modules, Symbology } from '#shared/paper/page.ts'

const Drawn = z.union([
  z.object({ sbs: z.array(z.number()) }),
  z.object({ pixs: z.array(z.number()), pixx: z.int(), pixy: z.int() }),
])

/** What every reader reads the same: letters beyond are said in as many ways as there are readers. */
const SAYABLE = /^[\x20-\x7e]{1,80}$/

/**
 * How a code looks.
 * @throws RangeError when the symbology cannot say this text, or readers would not agree on it
 */
export function encode(symbology: Symbology, text: string): Modules {
  if (!SAYABLE.test(text)) throw new RangeError(`No ${symbology} says "${text}".`)
  const [drawing] = rawOf(symbology, text)
  const drawn = Drawn.parse(drawing)
  if ('sbs' in drawn) return { kind: 'bars', widths: drawn.sbs }
  const rows = Array.from({ length: drawn.pixy }, (_, y) =>
    drawn.pixs.slice(y * drawn.pixx, (y + 1) * drawn.pixx).join(''),
  )
  return { kind: 'matrix', rows }
}

function rawOf(symbology: Symbology, text: string): unknown[] {
  try {
    return bwip.raw({ bcid: symbology, text })
  } catch (error) {
    // It tells by throwing, of no kind of its own, that a text does not fit.
    throw new RangeError(`No ${symbology} says "${text}".`, { cause: error })
  }
}

import fontkit from '@pdf-lib/fontkit'
import boldAddress from 'inter-ui/Inter (web)/Inter-Bold.woff?inline'
import plainAddress from 'inter-ui/Inter (web)/Inter-Regular.woff?inline'
import type { Weight } from '#shared/paper/page.ts'

/*
 * Inter, the window's own type, with all of Latin, Greek and Cyrillic. It is inside the program: paper needs no network and no font
 * of the system.
 */

/** As a page of HTML takes them. */
export const fontAddresses: Record<Weight, string> = { plain: plainAddress, bold: boldAddress }

const bytesOf = (address: string): Buffer => Buffer.from(address.slice(address.indexOf(',') + 1), 'base64')

/** As a PDF takes them. */
export const fontFiles: Record<Weight, Buffer> = { plain: bytesOf(plainAddress), bold: bytesOf(boldAddress) }

/** The part of fontkit's font that is asked. */
interface Font {
  unitsPerEm: number
  hasGlyphForCodePoint(codePoint: number): boolean
  glyphForCodePoint(codePoint: number): { advanceWidth: number }
}

const create = (fontkit as unknown as { create(file: Buffer): Font }).create
const fonts: Record<Weight, Font> = { plain: create(fontFiles.plain), bold: create(fontFiles.bold) }

/** Printed in place of what the font does not have. */
export const UNKNOWN = '□'

/** The text as it can be printed, one sign for each that cannot be. @param missing collects those */
export function printable(text: string, missing: Set<string>): string {
  return Array.from(text.normalize('NFC').replace(/\p{Cc}/gu, ' '))
    .map((sign) => {
      if (fonts.plain.hasGlyphForCodePoint(sign.codePointAt(0) ?? 0)) return sign
      missing.add(sign)
      return UNKNOWN
    })
    .join('')
}

const widths: Record<Weight, Map<number, number>> = { plain: new Map(), bold: new Map() }

/** Sum of the letters' own widths: nothing is kerned, here or in the PDF. */
export function textWidthMm(text: string, sizeMm: number, weight: Weight): number {
  const font = fonts[weight]
  const known = widths[weight]
  let units = 0
  for (const sign of text) {
    const codePoint = sign.codePointAt(0) ?? 0
    let width = known.get(codePoint)
    if (width === undefined) known.set(codePoint, (width = font.glyphForCodePoint(codePoint).advanceWidth))
    units += width
  }
  return (units / font.unitsPerEm) * sizeMm
}

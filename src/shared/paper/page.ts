import { z } from 'zod'

/*
 * A page as it will be printed: marks at places in millimetres from the top left. The window's preview, the PDF, the print and the
 * label printer all draw these very marks.
 */

const mm = z.number()

export const Symbology = z.enum(['code128', 'ean13', 'ean8', 'datamatrix'])
export type Symbology = z.infer<typeof Symbology>

/** What a code looks like. `bars`: widths in modules, a bar first, then a space, and so on. `matrix`: rows of 1 and 0. */
export const Modules = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('bars'), widths: z.array(z.int().min(1)) }),
  z.object({ kind: z.literal('matrix'), rows: z.array(z.string().regex(/^[01]+$/)) }),
])
export type Modules = z.infer<typeof Modules>

export const Weight = z.enum(['plain', 'bold'])
export type Weight = z.infer<typeof Weight>

export const Mark = z.discriminatedUnion('kind', [
  /** `yMm` is the line the letters stand on; `xMm` where the text begins, or ends. */
  z.object({
    kind: z.literal('text'),
    xMm: mm,
    yMm: mm,
    sizeMm: mm,
    weight: Weight,
    align: z.enum(['start', 'end']),
    text: z.string(),
  }),
  z.object({ kind: z.literal('line'), xMm: mm, yMm: mm, toXMm: mm, toYMm: mm, strokeMm: mm }),
  z.object({ kind: z.literal('box'), xMm: mm, yMm: mm, widthMm: mm, heightMm: mm, strokeMm: mm }),
  z.object({
    kind: z.literal('code'),
    symbology: Symbology,
    text: z.string(),
    modules: Modules,
    xMm: mm,
    yMm: mm,
    /** Of one module; bars are `heightMm` high, a matrix is as high as it has rows. */
    moduleMm: mm,
    heightMm: mm,
  }),
])
export type Mark = z.infer<typeof Mark>
export type CodeMark = Extract<Mark, { kind: 'code' }>

export const Page = z.object({ widthMm: mm, heightMm: mm, marks: z.array(Mark) })
export type Page = z.infer<typeof Page>

/** What a layout asks of the world: how wide a text is, and how a code looks. */
export interface LayoutTools {
  /** Millimetres that `text` is wide in letters of this size. */
  widthMm(text: string, sizeMm: number, weight: Weight): number
  /** @throws RangeError when the symbology cannot say this text */
  encode(symbology: Symbology, text: string): Modules
}

/** One dot of a label printer of 203 dpi. Modules are whole dots, so that no bar is wider than its equal beside it. */
export const DOT_MM = 0.125

export function modulesAcross(modules: Modules): number {
  if (modules.kind === 'matrix') return modules.rows[0]?.length ?? 0
  return modules.widths.reduce((sum, width) => sum + width, 0)
}

/** Black rectangles of a code, in modules from its top left; bars are one high. */
export function* blackParts(
  modules: Modules,
): Generator<{ x: number; y: number; width: number; height: number }> {
  if (modules.kind === 'bars') {
    let x = 0
    for (const [index, width] of modules.widths.entries()) {
      if (index % 2 === 0) yield { x, y: 0, width, height: 1 }
      x += width
    }
    return
  }
  for (const [y, row] of modules.rows.entries()) {
    for (const run of row.matchAll(/1+/g)) yield { x: run.index, y, width: run[0].length, height: 1 }
  }
}

/** The same marks, elsewhere. */
export function moved(mark: Mark, byXMm: number, byYMm: number): Mark {
  const at = { xMm: mark.xMm + byXMm, yMm: mark.yMm + byYMm }
  if (mark.kind !== 'line') return { ...mark, ...at }
  return { ...mark, ...at, toXMm: mark.toXMm + byXMm, toYMm: mark.toYMm + byYMm }
}

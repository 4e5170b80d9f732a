import type { BinLabel, LabelSize, ProductLabel } from '../protocol/paper.ts'
import { codeIn, symbologyOf, type Area } from './code-mark.ts'
import { cutTo, largestSize, wrapTo } from './fit.ts'
import { moved, type LayoutTools, type Mark, type Page, type Symbology } from './page.ts'

/*
 * Labels: what stands on one, and how many of them stand on a page.
 */

interface Paper {
  widthMm: number
  heightMm: number
  columns: number
  rows: number
  label: { widthMm: number; heightMm: number }
  /** Of the first label. */
  topMm: number
}

export const labelPapers: Record<LabelSize, Paper> = {
  'roll-62x29': paperOf(62, 29),
  'roll-100x50': paperOf(100, 50),
  // 24 labels of 70 by 37 mm, as sold under many names.
  'a4-3x8': {
    ...{ widthMm: 210, heightMm: 297, columns: 3, rows: 8, topMm: 0.5 },
    label: { widthMm: 70, heightMm: 37 },
  },
}

function paperOf(widthMm: number, heightMm: number): Paper {
  return { widthMm, heightMm, columns: 1, rows: 1, topMm: 0, label: { widthMm, heightMm } }
}

/** Printers leave a little of every edge white, and sheets slip. */
const PADDING_MM = 2.5

export const productLabelPages = (
  tools: LayoutTools,
  size: LabelSize,
  labels: readonly ProductLabel[],
): Page[] => pagesOf(size, labels, (label, area) => productMarks(tools, label, area))

export const binLabelPages = (
  tools: LayoutTools,
  size: LabelSize,
  symbology: Extract<Symbology, 'code128' | 'datamatrix'>,
  labels: readonly BinLabel[],
): Page[] => pagesOf(size, labels, (label, area) => binMarks(tools, symbology, label, area))

/** Each label so often as it is wanted, filling one page after another. */
function pagesOf<L extends { copies: number }>(
  size: LabelSize,
  labels: readonly L[],
  marksOf: (label: L, area: Area) => Mark[],
): Page[] {
  const { widthMm, heightMm, columns, rows, label: one, topMm } = labelPapers[size]
  const area = {
    ...{ xMm: PADDING_MM, yMm: PADDING_MM },
    ...{ widthMm: one.widthMm - 2 * PADDING_MM, heightMm: one.heightMm - 2 * PADDING_MM },
  }
  const pages: Page[] = []
  let at = 0
  for (const label of labels) {
    const marks = marksOf(label, area)
    for (let copy = 0; copy < label.copies; copy += 1) {
      const place = at % (columns * rows)
      if (place === 0) pages.push({ widthMm, heightMm, marks: [] })
      const [x, y] = [(place % columns) * one.widthMm, topMm + Math.floor(place / columns) * one.heightMm]
      pages.at(-1)?.marks.push(...marks.map((mark) => moved(mark, x, y)))
      at += 1
    }
  }
  return pages
}

/** The number on top, the name below, then the bars with what they say under them. */
function productMarks(tools: LayoutTools, { sku, name, barcode }: ProductLabel, area: Area): Mark[] {
  const unit = area.heightMm / 24
  const skuMm = largestSize(tools, sku, area.widthMm, { smallestMm: 2.4, largestMm: 5 * unit }, 'bold')
  const nameMm = 2.9 * unit
  const wordsMm = 2.4 * unit
  const skuBase = area.yMm + skuMm * 0.8
  const marks: Mark[] = [
    text(area.xMm, skuBase, skuMm, cutTo(tools, sku, area.widthMm, skuMm, 'bold'), 'bold'),
  ]
  const lines = wrapTo(tools, name, area.widthMm, nameMm, 2)
  lines.forEach((line, at) => marks.push(text(area.xMm, skuBase + nameMm * 1.25 * (at + 1), nameMm, line)))
  const top = skuBase + nameMm * 1.25 * lines.length + nameMm * 0.55
  const says = barcode ?? sku
  const code = codeIn(tools, symbologyOf(says), says, {
    ...{ xMm: area.xMm, yMm: top, widthMm: area.widthMm },
    heightMm: area.yMm + area.heightMm - top - wordsMm * 1.15,
  })
  if (code) marks.push(code.mark)
  const words = cutTo(tools, says, area.widthMm, wordsMm)
  return [
    ...marks,
    text(code?.mark.xMm ?? area.xMm, area.yMm + area.heightMm - 0.1 * wordsMm, wordsMm, words),
  ]
}

/** The bin as large as it goes, to be read from across the aisle, and its code below or beside it. */
function binMarks(tools: LayoutTools, symbology: Symbology, { bin }: BinLabel, area: Area): Mark[] {
  const isBeside = symbology === 'datamatrix'
  const codeArea: Area = isBeside
    ? { ...area, widthMm: Math.min(area.heightMm, area.widthMm * 0.4) }
    : { ...area, yMm: area.yMm + area.heightMm * 0.56, heightMm: area.heightMm * 0.44 }
  const code = codeIn(tools, symbology, bin, codeArea)
  const nameX = area.xMm + (isBeside && code ? code.widthMm + 1.5 : 0)
  const widthMm = area.xMm + area.widthMm - nameX
  const roomMm = isBeside ? area.heightMm * 0.7 : area.heightMm * 0.62
  const sizeMm = largestSize(tools, bin, widthMm, { smallestMm: 4, largestMm: roomMm }, 'bold')
  const middle = area.yMm + (isBeside ? area.heightMm / 2 : area.heightMm * 0.25)
  const name = text(nameX, middle + sizeMm * 0.36, sizeMm, cutTo(tools, bin, widthMm, sizeMm, 'bold'), 'bold')
  return code ? [name, code.mark] : [name]
}

function text(
  xMm: number,
  yMm: number,
  sizeMm: number,
  words: string,
  weight: 'plain' | 'bold' = 'plain',
): Mark {
  return { kind: 'text', xMm, yMm, sizeMm, weight, align: 'start', text: words }
}

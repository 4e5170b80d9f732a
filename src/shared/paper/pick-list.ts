import { codeIn } from './code-mark.ts'
import { cutTo, largestSize } from './fit.ts'
import type { LayoutTools, Mark, Page } from './page.ts'
import { walkOf, type OrderToPick, type Stop } from './walk.ts'

/*
 * A pick list on A4: the orders with their codes on top, then one line for each stop, to be ticked on the way.
 */

/** What stands on it beside the figures, in the language of whoever reads it. */
export interface PickListWords {
  title: string
  /** "Stock as of 14:02, printed 14:05" */
  asOf: string
  columns: { bin: string; sku: string; name: string; order: string; quantity: string }
  /** In place of a bin when none has it. */
  noBin: string
  nothing: string
  /** "Page 1 of 2" */
  page: (no: number, of: number) => string
}

const WIDTH_MM = 210
const HEIGHT_MM = 297
const EDGE_MM = 14
const RIGHT_MM = WIDTH_MM - EDGE_MM
const ROW_MM = 9
const ORDER_MM = 15
const TEXT_MM = 3.6
const SMALL_MM = 2.9
const FOOT_MM = HEIGHT_MM - 10

/** Where each column begins; the quantity ends at the right edge. */
const AT_MM = { tick: EDGE_MM, bin: 23, sku: 52, name: 84, order: 150, quantity: RIGHT_MM }

export function pickListPages(
  tools: LayoutTools,
  orders: readonly OrderToPick[],
  words: PickListWords,
): Page[] {
  const pages: Mark[][] = []
  let marks: Mark[] = []
  let yMm = 0
  const turn = (): void => {
    pages.push((marks = []))
    yMm = EDGE_MM
  }
  const need = (heightMm: number): void => {
    if (yMm + heightMm > FOOT_MM - 6) turn()
  }

  turn()
  marks.push(text(EDGE_MM, yMm + 6, 7, words.title, 'bold'))
  marks.push(text(EDGE_MM, yMm + 12, SMALL_MM, cutTo(tools, words.asOf, RIGHT_MM - EDGE_MM, SMALL_MM)))
  yMm += 17
  for (const order of orders) {
    need(ORDER_MM)
    marks.push(...orderMarks(tools, order, yMm))
    yMm += ORDER_MM
  }
  const stops = walkOf(orders)
  const hasOrders = orders.length > 1
  need(ROW_MM * 2)
  yMm = headMarks(marks, words, yMm, hasOrders)
  for (const stop of stops) {
    if (yMm + ROW_MM > FOOT_MM - 6) {
      turn()
      yMm = headMarks(marks, words, yMm, hasOrders)
    }
    marks.push(...stopMarks(tools, stop, words, yMm, hasOrders))
    yMm += ROW_MM
  }
  if (stops.length === 0) marks.push(text(EDGE_MM, yMm + 7, TEXT_MM, words.nothing))
  return pages.map((page, at) => ({
    widthMm: WIDTH_MM,
    heightMm: HEIGHT_MM,
    marks: [...page, text(RIGHT_MM, FOOT_MM, SMALL_MM, words.page(at + 1, pages.length), 'plain', 'end')],
  }))
}

/** Its number, who it is for, and its code at the right. */
function orderMarks(tools: LayoutTools, { number, customer }: OrderToPick, yMm: number): Mark[] {
  const area = { xMm: 120, yMm: yMm + 1, widthMm: RIGHT_MM - 120, heightMm: 11 }
  const code = codeIn(tools, 'code128', number, area)
  const sizeMm = largestSize(tools, number, 100, { smallestMm: 3, largestMm: 5.5 }, 'bold')
  return [
    text(EDGE_MM, yMm + 6, sizeMm, cutTo(tools, number, 100, sizeMm, 'bold'), 'bold'),
    ...(customer === null ? [] : [text(EDGE_MM, yMm + 11, TEXT_MM, cutTo(tools, customer, 100, TEXT_MM))]),
    ...(code ? [code.mark] : []),
  ]
}

/** @returns where the first line begins */
function headMarks(marks: Mark[], { columns }: PickListWords, yMm: number, hasOrders: boolean): number {
  const base = yMm + 6
  const named = ['bin', 'sku', 'name', ...(hasOrders ? (['order'] as const) : [])] as const
  for (const column of named) marks.push(text(AT_MM[column], base, SMALL_MM, columns[column]))
  marks.push(text(AT_MM.quantity, base, SMALL_MM, columns.quantity, 'plain', 'end'))
  marks.push(rule(yMm + 8))
  return yMm + 8
}

function stopMarks(
  tools: LayoutTools,
  { order, sku, name, unit, bin, quantity }: Stop,
  { noBin }: PickListWords,
  yMm: number,
  hasOrders: boolean,
): Mark[] {
  const base = yMm + 6
  const fit = (words: string, fromMm: number, toMm: number, weight: 'plain' | 'bold' = 'plain'): Mark =>
    text(fromMm, base, TEXT_MM, cutTo(tools, words, toMm - fromMm - 2, TEXT_MM, weight), weight)
  const amount = unit === 'piece' ? `${quantity}` : `${quantity} ${unit}`
  return [
    { kind: 'box', xMm: AT_MM.tick, yMm: yMm + 2.2, widthMm: 4.6, heightMm: 4.6, strokeMm: 0.35 },
    fit(bin ?? noBin, AT_MM.bin, AT_MM.sku, bin === null ? 'plain' : 'bold'),
    fit(sku, AT_MM.sku, AT_MM.name),
    fit(name, AT_MM.name, hasOrders ? AT_MM.order : AT_MM.quantity - 20),
    ...(hasOrders ? [fit(order, AT_MM.order, AT_MM.quantity - 18)] : []),
    text(AT_MM.quantity, base, 4.4, amount, 'bold', 'end'),
    rule(yMm + ROW_MM),
  ]
}

const rule = (yMm: number): Mark => ({
  ...{ kind: 'line', xMm: EDGE_MM, yMm, toXMm: RIGHT_MM, toYMm: yMm, strokeMm: 0.15 },
})

function text(
  xMm: number,
  yMm: number,
  sizeMm: number,
  words: string,
  weight: 'plain' | 'bold' = 'plain',
  align: 'start' | 'end' = 'start',
): Mark {
  return { kind: 'text', xMm, yMm, sizeMm, weight, align, text: words }
}

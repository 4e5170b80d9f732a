import { must } from '#shared/lib/must.ts'
import { idFrom, luckOf } from './ids.ts'
import { isNote, type RetailLine } from './retail-lines.ts'
import type { ImportPlan, PlannedMovement, PlannedOrder, PlannedOrderItem } from './plan.ts'

/*
 * Turns invoice lines into products, an opening stock, movements and orders. Invoices of the file's last day are taken as
 * still open: their lines are allocated, not picked.
 */

interface Article {
  sku: string
  isCharge: boolean
  names: Map<string, number>
  /** Units that left the shelves in the file, less those that came back. */
  demand: number
  /** Units allocated to the open orders. */
  waiting: number
}

export interface RetailPlanOptions {
  warehouseCode: string
  /** Orders before this local date (`YYYY-MM-DD`) are left out; their movements are not. */
  ordersSince: string | null
}

export function planRetail(lines: readonly RetailLine[], options: RetailPlanOptions): ImportPlan {
  const openFrom = lastDayOf(lines)
  const isOpen = (line: RetailLine): boolean => line.kind === 'sale' && line.at >= openFrom
  const articles = articlesOf(lines, isOpen)
  const plan: ImportPlan = { products: [], barcodes: [], movements: [], orders: [], order_items: [] }
  const days = Math.max(1, daysCovered(lines))
  const opensAt = `${lines[0] === undefined ? '1970-01-01' : earliest(lines)} 00:00:00`
  for (const article of articles.values()) {
    const reorder = reorderPoint(article, days)
    plan.products.push({
      id: idFrom('product', article.sku),
      sku: article.sku,
      name: nameOf(article),
      category: article.isCharge ? 'Charges' : null,
      unit: 'piece',
      reorder_point: article.isCharge ? 0 : reorder,
    })
    if (!article.isCharge) plan.movements.push(opening(article, reorder, opensAt, options.warehouseCode))
  }
  const keys = new Repeats()
  const orders = new OrderBook(options)
  for (const line of lines) {
    if (line.kind === 'sale' || (line.kind === 'charge' && line.quantity > 0))
      orders.add(line, isOpen(line) || (line.kind === 'charge' && line.at >= openFrom))
    if (line.kind !== 'charge' && !isOpen(line))
      plan.movements.push(movementOf(line, keys, options.warehouseCode))
  }
  plan.orders = orders.orders
  plan.order_items = orders.items
  return plan
}

/** Where an article stands: the same place on every run. */
export function binOf(sku: string): string {
  const luck = luckOf(`bin ${sku}`)
  const aisle = 'ABCDEFGH'[Math.floor(luck * 8)] ?? 'A'
  const bay = 1 + (Math.floor(luck * 8 * 24) % 24)
  const level = 1 + (Math.floor(luck * 8 * 24 * 5) % 5)
  return `${aisle}-${String(bay).padStart(2, '0')}-${level}`
}

function articlesOf(
  lines: readonly RetailLine[],
  isOpen: (line: RetailLine) => boolean,
): Map<string, Article> {
  const articles = new Map<string, Article>()
  for (const line of lines) {
    let article = articles.get(line.sku)
    if (article === undefined) {
      article = { sku: line.sku, isCharge: line.kind === 'charge', names: new Map(), demand: 0, waiting: 0 }
      articles.set(line.sku, article)
    }
    if (line.description !== '') {
      // What stands on a priced line is a name; elsewhere it may be a note, and weighs nothing unless it is in capitals.
      const weight = line.isPriced ? 1000 : isNote(line.description) ? 0 : 1
      if (weight > 0) article.names.set(line.description, (article.names.get(line.description) ?? 0) + weight)
    }
    if (line.kind === 'charge') continue
    if (isOpen(line)) article.waiting += line.quantity
    else article.demand += line.kind === 'correction' ? -line.quantity : line.quantity
  }
  return articles
}

function nameOf({ names, sku }: Article): string {
  let best = `Article ${sku}`
  let most = 0
  for (const [name, weight] of names) {
    if (weight > most) [best, most] = [name, weight]
  }
  return best
}

/** About ten days of what the file shows was taken, from 2 to 500. */
function reorderPoint(article: Article, days: number): number {
  return Math.min(500, Math.max(2, Math.round((article.demand / days) * 10)))
}

/**
 * What must have been there at the beginning, so that the file ends with most articles well in stock, some low, a few out
 * and a few promised more than there is. Which is which is a matter of the article's name, not of chance.
 */
function opening(article: Article, reorder: number, at: string, code: string): PlannedMovement {
  const luck = luckOf(`stock ${article.sku}`)
  const left =
    luck < 0.86
      ? article.waiting + reorder + Math.round(reorder * (0.5 + 3 * luck))
      : luck < 0.95
        ? article.waiting + 1 + Math.floor((reorder - 1) * (luck - 0.86) * 11)
        : luck < 0.985
          ? article.waiting
          : Math.max(0, article.waiting - 1 - Math.floor(reorder / 4))
  return {
    id: idFrom('movement', code, 'opening', article.sku),
    sku: article.sku,
    bin: binOf(article.sku),
    quantity: Math.max(0, article.demand + left),
    kind: 'opening',
    reason: null,
    reference: 'Opening stock',
    at,
  }
}

function movementOf(line: RetailLine, keys: Repeats, code: string): PlannedMovement {
  const content = `${line.invoice}\0${line.sku}\0${line.quantity}\0${line.at}`
  return {
    id: idFrom('movement', code, content, keys.count(content)),
    sku: line.sku,
    bin: binOf(line.sku),
    quantity: line.kind === 'correction' ? line.quantity : -line.quantity,
    kind: line.kind === 'sale' ? 'pick' : line.kind === 'return' ? 'return' : 'adjust',
    reason: line.kind === 'correction' ? line.description.slice(0, 200) || 'correction' : null,
    reference: line.invoice,
    at: line.at,
  }
}

/** Numbers what occurs more than once, so that two equal lines stay two. */
class Repeats {
  readonly #seen = new Map<string, number>()

  count(key: string): number {
    const n = (this.#seen.get(key) ?? 0) + 1
    this.#seen.set(key, n)
    return n
  }
}

/** Gathers lines into orders by their invoice number. */
class OrderBook {
  readonly orders: PlannedOrder[] = []
  readonly items: PlannedOrderItem[] = []
  readonly #lineCounts = new Map<string, number>()
  readonly #byInvoice = new Map<string, PlannedOrder>()
  readonly #options: RetailPlanOptions

  constructor(options: RetailPlanOptions) {
    this.#options = options
  }

  add(line: RetailLine, isOpen: boolean): void {
    const { ordersSince, warehouseCode } = this.#options
    if (ordersSince !== null && line.at < ordersSince) return
    let order = this.#byInvoice.get(line.invoice)
    if (order === undefined) {
      order = {
        id: idFrom('order', warehouseCode, line.invoice),
        number: line.invoice,
        customer: line.customer,
        status: isOpen ? 'pending' : 'shipped',
        priority: 1 + Math.floor(luckOf(`priority ${line.invoice}`) * 5),
        due: null,
        at: line.at,
      }
      this.#byInvoice.set(line.invoice, order)
      this.orders.push(order)
    }
    const lineNo = (this.#lineCounts.get(line.invoice) ?? 0) + 1
    this.#lineCounts.set(line.invoice, lineNo)
    this.items.push({
      id: idFrom('order item', order.id, lineNo),
      order_id: order.id,
      sku: line.sku,
      line_no: lineNo,
      ordered: line.quantity,
      picked: isOpen ? 0 : line.quantity,
      bin: line.kind === 'charge' ? null : binOf(line.sku),
    })
  }
}

const dayOf = (line: RetailLine): string => line.at.slice(0, 10)

function earliest(lines: readonly RetailLine[]): string {
  return lines.reduce((first, line) => (dayOf(line) < first ? dayOf(line) : first), '9999-12-31')
}

function lastDayOf(lines: readonly RetailLine[]): string {
  return lines.reduce((last, line) => (dayOf(line) > last ? dayOf(line) : last), '0000-01-01')
}

function daysCovered(lines: readonly RetailLine[]): number {
  if (lines.length === 0) return 1
  const first = must(Date.parse(earliest(lines)), 'a first day')
  return Math.round((Date.parse(lastDayOf(lines)) - first) / 86_400_000) + 1
}

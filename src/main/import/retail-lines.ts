import type { RowProblem } from '#shared/protocol/import.ts'
import type { FieldOf, RetailColumn } from './files.ts'
import type { BadLine } from './plan.ts'

/*
 * One line of a retail invoice file, read and put into the product's terms.
 */

/**
 * sale: goods for a customer. return: a cancellation (its invoice number starts with C). correction: stock put right without
 * a customer, such as damages or goods found. charge: postage, fees, discounts: money without goods.
 */
export type LineKind = 'sale' | 'return' | 'correction' | 'charge'

export interface RetailLine {
  line: number
  kind: LineKind
  invoice: string
  sku: string
  description: string
  /** As in the file: negative for returns and for stock taken out. Never 0. */
  quantity: number
  /** Local time, `YYYY-MM-DD HH:MM:SS`. */
  at: string
  isPriced: boolean
  customer: string | null
}

const CHARGES = new Set([
  'POST',
  'DOT',
  'C2',
  'M',
  'S',
  'D',
  'B',
  'CRUK',
  'PADS',
  'AMAZONFEE',
  'BANK CHARGES',
  'TEST001',
  'TEST002',
])

const DATE = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d)(?::(\d\d))?$/

/** A note of the stock keepers ("damages", "?") rather than the name of a thing. Names are in capitals in such files. */
export const isNote = (description: string): boolean =>
  !/[A-Z]{3}/.test(description) || /[a-z]{3}/.test(description)

/** Reads a record, or says why it cannot be used. */
export function readRetailLine(
  line: number,
  fields: readonly string[],
  field: FieldOf<RetailColumn>,
): RetailLine | BadLine {
  const bad = (problem: RowProblem, column: RetailColumn): BadLine => ({
    problem,
    column,
    value: field(fields, column).slice(0, 80),
  })
  const sku = field(fields, 'StockCode')
  const invoice = field(fields, 'InvoiceNo')
  if (sku === '') return bad('sku-missing', 'StockCode')
  if (invoice === '') return bad('invoice-missing', 'InvoiceNo')
  if (sku.length > 40) return bad('sku-long', 'StockCode')
  const quantityText = field(fields, 'Quantity')
  if (!/^[+-]?\d{1,7}(\.0+)?$/.test(quantityText)) return bad('quantity-not-whole', 'Quantity')
  const quantity = Number(quantityText)
  if (quantity === 0) return bad('quantity-zero', 'Quantity')
  const at = readDate(field(fields, 'InvoiceDate'))
  if (at === null) return bad('date-unreadable', 'InvoiceDate')
  const priceText = field(fields, 'UnitPrice')
  const price = priceText === '' ? 0 : Number(priceText)
  if (!Number.isFinite(price)) return bad('price-unreadable', 'UnitPrice')
  const description = field(fields, 'Description').replace(/\s+/g, ' ')
  const customer = customerOf(field(fields, 'CustomerID'), field(fields, 'Country'))
  const isPriced = price > 0
  const given = { invoice, sku, quantity, isPriced, description, hasCustomer: customer !== null }
  return { line, kind: kindOf(given), invoice, sku, description, quantity, at, isPriced, customer }
}

function kindOf(given: {
  invoice: string
  sku: string
  quantity: number
  isPriced: boolean
  description: string
  hasCustomer: boolean
}): LineKind {
  if (CHARGES.has(given.sku.toUpperCase()) || /^gift_/i.test(given.sku)) return 'charge'
  if (/^C/i.test(given.invoice)) return given.quantity < 0 ? 'return' : 'correction'
  if (given.quantity < 0) return 'correction'
  if (!given.isPriced && !given.hasCustomer && isNote(given.description)) return 'correction'
  return 'sale'
}

function readDate(text: string): string | null {
  const parts = DATE.exec(text)
  if (parts === null) return null
  const [, year, month, day, hour, minute, second = '00'] = parts
  const read = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  // A date such as February 30 rolls over into March: then it is not what was written.
  if (Number.isNaN(read.getTime()) || read.getUTCDate() !== Number(day)) return null
  return `${year}-${month}-${day} ${hour}:${minute}:${second}`
}

function customerOf(id: string, country: string): string | null {
  if (id === '') return null
  const number = id.replace(/\.0+$/, '')
  return country === '' ? `Customer ${number}` : `Customer ${number}, ${country}`
}

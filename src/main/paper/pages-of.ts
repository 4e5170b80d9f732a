import type { OrderToPick } from '#shared/paper/walk.ts'
import type { LayoutTools, Page } from '#shared/paper/page.ts'
import { binLabelPages, productLabelPages } from '#shared/paper/labels.ts'
import { pickListPages } from '#shared/paper/pick-list.ts'
import type { PaperJob } from '#shared/protocol/paper.ts'
import type { OrdersToPick } from '../engine/paper/paper-questions.ts'
import { encode } from './codes.ts'
import { printable, textWidthMm } from './fonts.ts'

const tools: LayoutTools = { widthMm: textWidthMm, encode }

export interface LaidOut {
  pages: Page[]
  /** Letters the font does not have. */
  missing: string[]
}

export type LabelJob = Exclude<PaperJob, { kind: 'pick-list' }>
export type PickListJob = Extract<PaperJob, { kind: 'pick-list' }>

/** Labels as they will be printed. */
export function labelPages(job: LabelJob): LaidOut {
  const missing = new Set<string>()
  const said = (text: string): string => printable(text, missing)
  const pages =
    job.kind === 'product-labels'
      ? productLabelPages(
          tools,
          job.size,
          job.labels.map((label) => ({ ...label, sku: said(label.sku), name: said(label.name) })),
        )
      : binLabelPages(
          tools,
          job.size,
          job.symbology,
          job.labels.map((label) => ({ ...label, bin: said(label.bin) })),
        )
  return { pages, missing: [...missing] }
}

/** A pick list as it will be printed, of what the station knows now. */
export function pickListOf(
  { words }: PickListJob,
  { orders, warehouse, asOf }: OrdersToPick,
  now: number,
): LaidOut {
  const missing = new Set<string>()
  const said = (text: string): string => printable(text, missing)
  const at = momentIn(words.locale, warehouse?.timeZone)
  const filled = (text: string, values: Record<string, string>): string =>
    said(text.replace(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place))
  const pages = pickListPages(tools, orders.map(saidOrder), {
    ...words,
    title: filled(words.title, { warehouse: warehouse?.name ?? '' }),
    asOf: filled(words.asOf, { asOf: asOf === null ? '–' : at(asOf), printed: at(now) }),
    columns: words.columns,
    page: (no, of) => filled(words.page, { no: `${no}`, of: `${of}` }),
  })
  return { pages, missing: [...missing] }

  function saidOrder(order: OrderToPick): OrderToPick {
    return {
      number: said(order.number),
      customer: order.customer === null ? null : said(order.customer),
      lines: order.lines.map((line) => ({
        ...{ quantity: line.quantity, unit: said(line.unit), sku: said(line.sku), name: said(line.name) },
        bins: line.bins.map(({ bin, onHand }) => ({ bin: said(bin), onHand })),
      })),
    }
  }
}

/** "23 Nov 2026, 14:05" by the clock of the hall, where it is known. */
function momentIn(locale: string, timeZone: string | undefined): (at: number) => string {
  const style = { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' } as const
  try {
    const format = new Intl.DateTimeFormat(locale, { ...style, ...(timeZone && { timeZone }) })
    return (at) => format.format(at)
  } catch {
    // A zone or language this system does not know: its own are right for whoever stands before it.
    const format = new Intl.DateTimeFormat(undefined, style)
    return (at) => format.format(at)
  }
}

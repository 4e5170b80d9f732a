import { contenderNames, isMoreBetter, type Contender } from './measure.ts'
import type { BenchResults, Figure } from './results.ts'

/** A figure in few digits, with its unit. */
export function inWords(value: number, unit: string): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3
  return `${value.toLocaleString('en', { maximumFractionDigits: digits })} ${unit}`
}

/** How many times better ours is than another's: below 1 it is worse. */
export function timesBetter(ours: Figure, other: Figure): number {
  return isMoreBetter(ours.unit) ? ours.p50 / other.p50 : other.p50 / ours.p50
}

/** Figures of the same thing side by side. */
export interface Row {
  scenario: string
  what: string
  rows: number
  unit: string
  by: Partial<Record<Contender, Figure>>
}

/** In the order in which they were measured. */
export function rowsOf(figures: readonly Figure[]): Row[] {
  const rows = new Map<string, Row>()
  for (const figure of figures) {
    const { scenario, what, rows: size, unit, who } = figure
    const key = JSON.stringify([scenario, what, size, unit])
    const row = rows.get(key) ?? { scenario, what, rows: size, unit, by: {} }
    row.by[who] = figure
    rows.set(key, row)
  }
  return [...rows.values()]
}

/** One cell: the middle and the tail, and beside another's how many times better ours is. */
export function cell(row: Row, who: Contender): string {
  const figure = row.by[who]
  if (!figure) return '-'
  const ours = row.by['smart-shelf']
  const tail = figure.samples > 20 ? `, p99 ${inWords(figure.p99, row.unit)}` : spreadOf(figure, row.unit)
  const ratio = ours && who !== 'smart-shelf' ? ` (x${ratioInWords(timesBetter(ours, figure))})` : ''
  return `${inWords(figure.p50, row.unit)}${tail}${ratio}`
}

/** Of some rounds: from the least to the most. */
const spreadOf = ({ samples, least, most }: Figure, unit: string): string =>
  samples > 1 ? ` [${inWords(least, '').trim()} to ${inWords(most, unit)}]` : ''

export const ratioInWords = (times: number): string =>
  times >= 100 ? times.toFixed(0) : times >= 10 ? times.toFixed(1) : times.toFixed(2)

/** For a terminal: a block for each scenario and size, a line for each contender. `x2.00` says that ours is twice as good. */
export function plainTable({ figures, leftOut, scenarios }: BenchResults): string {
  const lines: string[] = []
  for (const { name, about, failed } of scenarios) {
    lines.push('', `${name}: ${about}`)
    if (failed !== null) lines.push(`  FAILED: ${failed}`)
    for (const row of rowsOf(figures.filter(({ scenario }) => scenario === name))) {
      lines.push(`  ${row.what}, ${row.rows.toLocaleString('en')} rows`)
      for (const who of contenderNames) {
        if (row.by[who]) lines.push(`    ${who.padEnd(16)} ${cell(row, who)}`)
      }
    }
    for (const { scenario, who, rows, because } of leftOut) {
      if (scenario === name) lines.push(`  ${who} at ${rows.toLocaleString('en')} rows left out: ${because}`)
    }
  }
  return lines.join('\n')
}

import type { Page } from '../mirror/mirror.ts'

/** A part of a list that can be read from any place in it. */
export interface Section<Row> {
  total: number
  rows(offset: number, limit: number): Row[]
}

export const sectionOf = <Row>(rows: readonly Row[]): Section<Row> => ({
  total: rows.length,
  rows: (offset, limit) => rows.slice(offset, offset + limit),
})

/** A window of the sections one after the other; only those it lies in are read. */
export function pageOf<Row>(sections: readonly Section<Row>[], offset: number, limit: number): Page<Row> {
  const rows: Row[] = []
  let before = 0
  for (const { total, rows: read } of sections) {
    const from = Math.max(0, offset - before)
    const wanted = limit - rows.length
    if (wanted > 0 && from < total) rows.push(...read(from, Math.min(wanted, total - from)))
    before += total
  }
  return { total: before, rows }
}

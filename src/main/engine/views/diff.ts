import type { ViewChange, ViewResult } from '#shared/protocol/delta.ts'
import { same } from './same.ts'

type ListResult = Extract<ViewResult, { kind: 'list' }>

/** What turns the one answer of a view into the other, or null when they say the same. */
export function diff(before: ViewResult, after: ViewResult): ViewChange | null {
  if (before.kind === 'list' && after.kind === 'list') return listDiff(before, after)
  if (before.kind === 'value' && after.kind === 'value' && same(before.value, after.value)) return null
  return whole(after)
}

/** An answer as a change from nothing. */
export function whole(result: ViewResult): ViewChange {
  if (result.kind === 'value') return { kind: 'value', value: result.value }
  return { kind: 'list', total: result.total, upserts: result.rows, order: result.rows.map(({ id }) => id) }
}

function listDiff(before: ListResult, after: ListResult): ViewChange | null {
  const held = new Map(before.rows.map((row) => [row.id, row]))
  const upserts = after.rows.filter((row) => !same(held.get(row.id), row))
  const stayed =
    before.rows.length === after.rows.length && after.rows.every((row, i) => row.id === before.rows[i]?.id)
  if (stayed && upserts.length === 0 && before.total === after.total) return null
  const change: ViewChange = { kind: 'list', total: after.total, upserts }
  return stayed ? change : { ...change, order: after.rows.map(({ id }) => id) }
}

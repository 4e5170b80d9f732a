import type { ViewChange, ViewResult } from '#shared/protocol/delta.ts'
import { share } from '../lib/share.ts'

export interface Row {
  readonly id: string
}

/** The rows of a list view from `offset` on, in order, of `total`. */
export interface ListModel<R extends Row = Row> {
  readonly kind: 'list'
  readonly total: number
  readonly offset: number
  readonly rows: readonly R[]
}

export interface ValueModel<V = unknown> {
  readonly kind: 'value'
  readonly value: V
}

export type Model = ListModel | ValueModel

/** A full answer, in which rows and values equal to those of `before` keep their objects. */
export function takeSnapshot(before: Model | null, result: ViewResult): Model {
  if (result.kind === 'value') {
    const was = before?.kind === 'value' ? before.value : undefined
    const value = share(was, result.value)
    return before?.kind === 'value' && Object.is(value, was) ? before : { kind: 'value', value }
  }
  const known = rowsById(before)
  const rows = result.rows.map((row) => share(known.get(row.id), row))
  return { kind: 'list', total: result.total, offset: result.offset, rows }
}

/**
 * The model after one change. Rows that did not change keep their objects.
 * @returns null when the change does not fit the model (another kind, or an order that names a row never sent)
 */
export function applyDelta(before: Model, change: ViewChange): Model | null {
  if (change.kind === 'value') {
    return before.kind === 'value' ? takeSnapshot(before, change) : null
  }
  if (before.kind !== 'list') return null
  const known = rowsById(before)
  for (const row of change.upserts) known.set(row.id, share(known.get(row.id), row))
  const order = change.order ?? before.rows.map((row) => row.id)
  const rows: Row[] = []
  for (const id of order) {
    const row = known.get(id)
    if (!row) return null
    rows.push(row)
  }
  return { kind: 'list', total: change.total, offset: before.offset, rows }
}

function rowsById(model: Model | null): Map<string, Row> {
  return new Map(model?.kind === 'list' ? model.rows.map((row) => [row.id, row]) : [])
}

import type { ListModel, Row } from '../../bridge/model.ts'

/** The row the keyboard is on: by id, so that it survives changes, and by index while its row is not loaded. */
export interface Cursor {
  readonly index: number
  readonly id: string | null
}

export const rowAt = <R extends Row>(list: ListModel<R>, index: number): R | null =>
  list.rows[index - list.offset] ?? null

/** Where the cursor's row is now: it follows its row through a new order, and stays in place when the row is unknown. */
export function indexOfCursor(list: ListModel, cursor: Cursor): number {
  const found = cursor.id === null ? -1 : list.rows.findIndex((row) => row.id === cursor.id)
  const index = found >= 0 ? found + list.offset : cursor.index
  return Math.max(0, Math.min(index, list.total - 1))
}

/**
 * Where a key moves the cursor.
 * @param page rows on one screen
 * @returns null for keys that do not move it
 */
export function moveCursor(key: string, from: number, page: number, total: number): number | null {
  const last = total - 1
  switch (key) {
    case 'ArrowDown':
      return Math.min(last, from + 1)
    case 'ArrowUp':
      return Math.max(0, from - 1)
    case 'PageDown':
      return Math.min(last, from + page)
    case 'PageUp':
      return Math.max(0, from - page)
    case 'Home':
      return 0
    case 'End':
      return last
    default:
      return null
  }
}

/** Which rows of a list are asked for. */
export interface ListWindow {
  readonly offset: number
  readonly limit: number
}

/** Enough for a few screens either way; far below the engine's limit of 500. */
export const WINDOW_ROWS = 200
/** The window moves before the eye gets this near its edge. */
const EDGE_ROWS = 40

export const firstWindow: ListWindow = { offset: 0, limit: WINDOW_ROWS }

/**
 * The window for what is on screen: the current one while it still reaches beyond both edges, else one around the middle.
 * @param first index of the first row on screen
 * @param last index of the last row on screen
 * @param total rows in the list, as last known
 */
export function windowAround(current: ListWindow, first: number, last: number, total: number): ListWindow {
  const needFrom = Math.max(0, first - EDGE_ROWS)
  const needTo = Math.min(total, last + 1 + EDGE_ROWS)
  if (needFrom >= current.offset && needTo <= current.offset + current.limit) return current
  const middle = Math.round((first + last) / 2)
  return { offset: Math.max(0, middle - WINDOW_ROWS / 2), limit: WINDOW_ROWS }
}

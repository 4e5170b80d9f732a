/** A wall-clock moment: milliseconds since 1970-01-01T00:00:00Z. */
export type Millis = number & { readonly __unit?: 'epoch-ms' }

export const SECOND_MS = 1_000
export const MINUTE_MS = 60 * SECOND_MS

/** Parses a Postgres/ISO timestamp with offset into epoch milliseconds. */
export function parseTimestamp(text: string): Millis {
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw new RangeError(`Not a timestamp: "${text}".`)
  return at
}

/*
 * JSON kept as text. Payloads that come out of Postgres are passed on as it wrote them: parsing would lose digits of
 * bigint and numeric values.
 */

/** Text that is one valid JSON value. */
export type JsonText = string & { readonly jsonText: unique symbol }

/** `value` as JSON, keys in the order they were made; undefined becomes null. */
export function jsonOf(value: unknown): JsonText {
  return (JSON.stringify(value) ?? 'null') as JsonText
}

/** `value` as JSON with the keys of every object sorted, the order in which the server re-encodes what clients send. */
export function sortedJsonOf(value: unknown): JsonText {
  return jsonOf(sorted(value))
}

/** Marks text that is known to be JSON, such as jsonb read as text. */
export function trustedJson(text: string): JsonText {
  return text as JsonText
}

/** An object from ready-made members, in their order. `undefined` members are left out. */
export function jsonObject(members: Record<string, JsonText | undefined>): JsonText {
  const parts: string[] = []
  for (const [key, value] of Object.entries(members)) {
    if (value !== undefined) parts.push(`${JSON.stringify(key)}:${value}`)
  }
  return `{${parts.join(',')}}` as JsonText
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isObject(value)) return value
  const keys = Object.keys(value).sort()
  // Own properties by definition, so that a key named "__proto__" stays a key.
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key])]))
}

/*
 * What may stand in a log that people mail to support: names, counts and codes, never a token, a password, an address of
 * a person or the content of a row.
 */

const secretName =
  /token|password|passwd|secret|authorization|cookie|api_?key|anon_?key|jwt|credential|session$/i
const personName = /^e?-?mail$|email/i
const rowName = /^(rows?|record|changes|upserts|payload|result|value)$/i
const jwt = /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g
const opaqueKey = /\bsb_(publishable|secret)_[\w-]+/g

const MAX_DEPTH = 5
const MAX_TEXT = 2_000
const MAX_ITEMS = 50

/**
 * @param value any facts of a log line; errors and cycles are fine
 * @returns plain data, safe to write down and bounded in size
 */
export function redact(value: unknown): unknown {
  return redactAt(value, 0)
}

function redactAt(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return redactText(value)
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'function' || typeof value === 'symbol') return `[${typeof value}]`
  if (typeof value !== 'object' || value === null) return value
  if (depth >= MAX_DEPTH) return '[deeper]'
  if (value instanceof Error) return redactError(value, depth)
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => redactAt(item, depth + 1))
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, MAX_ITEMS)
      .map(([name, inner]) => [name, redactNamed(name, inner, depth)]),
  )
}

function redactNamed(name: string, value: unknown, depth: number): unknown {
  if (value === null || value === undefined || typeof value === 'boolean') return value
  if (secretName.test(name) && typeof value !== 'number') return '[secret]'
  if (personName.test(name)) return '[person]'
  if (rowName.test(name) && typeof value === 'object')
    return Array.isArray(value) ? `[${value.length} rows]` : '[row]'
  return redactAt(value, depth + 1)
}

function redactText(text: string): string {
  const clean = text.replace(jwt, '[token]').replace(opaqueKey, '[key]')
  return clean.length <= MAX_TEXT ? clean : `${clean.slice(0, MAX_TEXT)}… (${clean.length} characters)`
}

function redactError(error: Error, depth: number): Record<string, unknown> {
  const code = 'code' in error ? { code: error.code } : {}
  const cause = error.cause === undefined ? {} : { cause: redactAt(error.cause, depth + 1) }
  const stack = error.stack === undefined ? {} : { stack: redactText(error.stack) }
  return { name: error.name, message: redactText(error.message), ...code, ...cause, ...stack }
}

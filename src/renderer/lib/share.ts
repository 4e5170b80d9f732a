/**
 * Gives `after`, built from as many of `before`'s own objects as are equal in content: what did not change keeps its
 * reference, so memoised components can tell by identity. For plain data (JSON shapes) only.
 */
export function share<T>(before: unknown, after: T): T {
  if (Object.is(before, after)) return after
  if (Array.isArray(before) && Array.isArray(after)) return shareArray(before, after) as T
  if (isRecord(before) && isRecord(after)) return shareRecord(before, after) as T
  return after
}

function shareArray(before: readonly unknown[], after: readonly unknown[]): readonly unknown[] {
  let same = before.length === after.length
  const shared = after.map((item, index) => {
    const kept = share(before[index], item)
    same &&= Object.is(kept, before[index])
    return kept
  })
  return same ? before : shared
}

function shareRecord(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): Record<string, unknown> {
  const keys = Object.keys(after)
  let same = keys.length === Object.keys(before).length
  const shared = keys.map((key): [string, unknown] => {
    const kept = share(before[key], after[key])
    same &&= Object.hasOwn(before, key) && Object.is(kept, before[key])
    return [key, kept]
  })
  return same ? before : Object.fromEntries(shared)
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What every value weighs at least, in bytes; a character of text weighs two. */
const VALUE_BYTES = 8

/**
 * Whether a value from another process is larger than we take, judged roughly and without serialising it. The walk keeps
 * its own stack and ends as soon as the limit is passed: a hostile value, huge or deep, costs no more than an allowed one.
 */
export function isHeavierThan(value: unknown, limitBytes: number): boolean {
  const seen = new Set<object>()
  const waiting: unknown[] = [value]
  let left = limitBytes
  while (waiting.length > 0 && left >= 0) {
    const item = waiting.pop()
    left -= ownWeight(item)
    if (typeof item !== 'object' || item === null || seen.has(item)) continue
    seen.add(item)
    const children = childrenOf(item)
    if (children.length * VALUE_BYTES > left) return true
    for (const child of children) waiting.push(child)
  }
  return left < 0
}

function ownWeight(item: unknown): number {
  if (typeof item === 'string') return VALUE_BYTES + item.length * 2
  if (ArrayBuffer.isView(item) || item instanceof ArrayBuffer) return VALUE_BYTES + item.byteLength
  return VALUE_BYTES
}

/** Everything a structured clone can carry inside an object; names count as well as values. */
function childrenOf(item: object): unknown[] {
  if (item instanceof Map) return [...item].flat()
  if (item instanceof Set) return [...item]
  if (ArrayBuffer.isView(item)) return []
  return Array.isArray(item) ? item : Object.entries(item).flat()
}

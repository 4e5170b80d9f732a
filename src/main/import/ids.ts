import { createHash } from 'node:crypto'

/**
 * A UUID made from a name: the same name gives the same id on every run (RFC 9562, version 5 layout), so that importing
 * twice meets its own rows again.
 */
export function idFrom(...parts: readonly (string | number)[]): string {
  const hash = createHash('sha1').update('smart-shelf-import\0').update(parts.join('\0')).digest()
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80
  const hex = hash.toString('hex', 0, 16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** A number from 0 to 1 (exclusive) that looks like chance and is the same for the same name. */
export function luckOf(name: string): number {
  return createHash('sha1').update(name).digest().readUInt32BE(0) / 2 ** 32
}

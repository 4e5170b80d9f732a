/*
 * How text is compared: without case or accents, and with runs of digits by their value, so that "A-9" stands before
 * "A-10". The same on every station whatever its language, because two people who compare screens must see one order.
 */

const plainAscii = /^[\x20-\x7e]*$/

/** Text as searches see it: no case, no accents, compatibility forms made equal. */
export function fold(text: string): string {
  if (plainAscii.test(text)) return text.toLowerCase()
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
}

/** Long enough to order any names a person can tell apart; keeps the index entries small. */
const KEY_LENGTH = 64

/** A key whose plain binary order is the order people expect of SKUs, names and bins. */
export function sortKey(text: string): string {
  const folded = fold(text.trim())
  return cutKey(/\d/.test(folded) ? folded.replace(/\d+/g, numberKey) : folded)
}

/** Never between the halves of a character: the file would keep another key than the one that is compared here. */
function cutKey(key: string): string {
  const isHalf = key.length > KEY_LENGTH && (key.charCodeAt(KEY_LENGTH - 1) & 0xfc00) === 0xd800
  return key.slice(0, isHalf ? KEY_LENGTH - 1 : KEY_LENGTH)
}

/** Digits preceded by how many there are: "9" gives "19", "10" gives "210". A count of 9 or more takes several digits. */
function numberKey(digits: string): string {
  const value = digits.replace(/^0+(?=\d)/, '')
  let length = value.length
  let prefix = ''
  for (; length >= 9; length -= 9) prefix += '9'
  return prefix + String(length) + value
}

/** The words of a search, folded; each must be found. */
export function searchWords(search: string): string[] {
  return [...new Set(fold(search).split(/\s+/).filter(Boolean))]
}

/**
 * What a product is found by: SKU, name and barcodes on lines of their own, so that no match runs from one into the next.
 * Two line ends close it: every character of it then begins a trigram, also the last (see search.ts).
 */
export const searchText = (sku: string, name: string, barcodes: readonly string[]): string =>
  searchTextOf([sku, name, ...barcodes])

/** What anything is found by, part by part. */
export const searchTextOf = (parts: readonly string[]): string =>
  `${parts.map((part) => fold(part.replace(/\n/g, ' '))).join('\n')}\n\n`

/**
 * Compares as SQLite's BINARY collation does: by UTF-8 bytes, which is by code point. JavaScript's `<` compares UTF-16
 * units and differs for characters beyond the basic plane.
 */
export function compareBinary(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i)
    const right = b.charCodeAt(i)
    if (left !== right) return codePointRank(left) - codePointRank(right)
  }
  return a.length - b.length
}

/** Moves surrogates above the rest of the basic plane, where their code points belong. */
function codePointRank(unit: number): number {
  if (unit < 0xd800) return unit
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000
}

/** Puts SKUs, names or bins in the order people expect; equal keys by their plain text. */
export const compareNames = (a: string, b: string): number =>
  compareBinary(sortKey(a), sortKey(b)) || compareBinary(a, b)

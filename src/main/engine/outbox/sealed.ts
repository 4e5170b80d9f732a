import { crc32 } from 'node:zlib'

/* JSON with its sum before it: what is not exactly as it was written is seen to be so. */

const SUM_DIGITS = 8

/** One line, without its end. */
export function seal(value: unknown): string {
  const json = JSON.stringify(value)
  return `${sumOf(json)} ${json}`
}

/** @returns undefined when it is not as it was sealed */
export function unseal(text: string): unknown {
  const json = text.slice(SUM_DIGITS + 1)
  if (text.charAt(SUM_DIGITS) !== ' ' || text.slice(0, SUM_DIGITS) !== sumOf(json)) return undefined
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

const sumOf = (text: string): string => crc32(text).toString(16).padStart(SUM_DIGITS, '0')

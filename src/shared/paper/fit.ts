import type { LayoutTools, Weight } from './page.ts'

/** Text that does not fit ends in this. */
const MORE = '…'

/** The text on one line no wider than this, cut with "…" where it must be. */
export function cutTo(
  { widthMm }: LayoutTools,
  text: string,
  maxMm: number,
  sizeMm: number,
  weight: Weight = 'plain',
): string {
  if (widthMm(text, sizeMm, weight) <= maxMm) return text
  const letters = Array.from(text)
  let [fits, tooMany] = [0, letters.length]
  while (tooMany - fits > 1) {
    const middle = (fits + tooMany) >> 1
    const cut = `${letters.slice(0, middle).join('').trimEnd()}${MORE}`
    if (widthMm(cut, sizeMm, weight) <= maxMm) fits = middle
    else tooMany = middle
  }
  return `${letters.slice(0, fits).join('').trimEnd()}${MORE}`
}

/** The text on at most so many lines, broken between words; what is too much is cut on the last. */
export function wrapTo(
  tools: LayoutTools,
  text: string,
  maxMm: number,
  sizeMm: number,
  maxLines: number,
  weight: Weight = 'plain',
): string[] {
  const lines: string[] = []
  let rest = text.trim().replace(/\s+/g, ' ')
  while (rest !== '') {
    if (lines.length === maxLines - 1 || tools.widthMm(rest, sizeMm, weight) <= maxMm) {
      lines.push(cutTo(tools, rest, maxMm, sizeMm, weight))
      break
    }
    const words = rest.split(' ')
    let taken = 1
    while (taken < words.length) {
      if (tools.widthMm(words.slice(0, taken + 1).join(' '), sizeMm, weight) > maxMm) break
      taken += 1
    }
    lines.push(cutTo(tools, words.slice(0, taken).join(' '), maxMm, sizeMm, weight))
    rest = words.slice(taken).join(' ')
  }
  return lines
}

/** The largest size between these at which the text fits on one line; the smallest when none does. */
export function largestSize(
  { widthMm }: LayoutTools,
  text: string,
  maxMm: number,
  between: { smallestMm: number; largestMm: number },
  weight: Weight,
): number {
  const atLargest = widthMm(text, between.largestMm, weight)
  if (atLargest <= maxMm) return between.largestMm
  return Math.max(between.smallestMm, Math.floor((between.largestMm * maxMm * 100) / atLargest) / 100)
}

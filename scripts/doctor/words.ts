/* Figures as people read them. */

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const

/** E.g. "3 hours", "1 minute". */
export function duration(ms: number): string {
  for (const [name, length] of UNITS) {
    const count = Math.floor(ms / length)
    if (count >= 1) return `${count} ${name}${count === 1 ? '' : 's'}`
  }
  return `${Math.max(0, Math.round(ms))} ms`
}

/** E.g. "12.4 MB". */
export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KB`
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`
}

/** E.g. "2026-11-23 02:15:02". */
export const moment = (at: number | string): string =>
  new Date(at).toISOString().slice(0, 19).replace('T', ' ')

import type { Millis } from '#shared/lib/time.ts'

/* A warehouse's own clock, as forms write it: "2026-03-02T14:05" and "2026-03-02". */

const parts = new Map<string, Intl.DateTimeFormat>()

function formatIn(zone: string): Intl.DateTimeFormat {
  let format = parts.get(zone)
  if (!format) {
    const numeric = {
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    } as const
    try {
      format = new Intl.DateTimeFormat('sv-SE', { ...numeric, second: '2-digit', timeZone: zone })
    } catch {
      // A zone this system does not know reads as UTC.
      format = new Intl.DateTimeFormat('sv-SE', { ...numeric, second: '2-digit', timeZone: 'UTC' })
    }
    parts.set(zone, format)
  }
  return format
}

/** What the clock on the wall says at this moment, to the second: "2026-03-02T14:05:09". */
export const wallClock = (at: Millis, zone: string): string => formatIn(zone).format(at).replace(' ', 'T')

export const wallMinute = (at: Millis, zone: string): string => wallClock(at, zone).slice(0, 16)
export const wallDay = (at: Millis, zone: string): string => wallClock(at, zone).slice(0, 10)

/**
 * The moment at which the wall clock says this. Of an hour that comes twice the first; of one that is skipped the moment after.
 * @returns null when it is no time
 */
export function momentOnWall(text: string, zone: string): Millis | null {
  const asUtc = Date.parse(`${text.length === 10 ? `${text}T00:00` : text}Z`)
  if (Number.isNaN(asUtc)) return null
  const offsetAt = (at: Millis): number =>
    Date.parse(`${wallClock(at, zone)}Z`) - Math.floor(at / 1_000) * 1_000
  const candidates = [asUtc - offsetAt(asUtc - 86_400_000), asUtc - offsetAt(asUtc + 86_400_000)].sort(
    (a, b) => a - b,
  )
  const exact = candidates.find((at) => at + offsetAt(at) === asUtc)
  return exact ?? candidates[1] ?? null
}

/** @param days may be negative */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}

import { MINUTE_MS, SECOND_MS, type Millis } from '#shared/lib/time.ts'

/*
 * Numbers and moments as people read them: by the system's locale, on a 24-hour clock. Formatters are made once each,
 * because making one costs more than a thousand uses.
 */

export const locale: string = globalThis.navigator?.language ?? 'en-GB'

const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

const numbers = new Intl.NumberFormat(locale)
const relative = new Intl.RelativeTimeFormat(locale, { style: 'narrow', numeric: 'always' })

export const formatNumber = (value: number): string => numbers.format(value)

const dateFormats = new Map<string, Intl.DateTimeFormat>()

function dateFormat(
  name: string,
  zone: string | undefined,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = `${name} ${zone ?? ''}`
  let format = dateFormats.get(key)
  if (!format) {
    format = new Intl.DateTimeFormat(locale, { ...options, hourCycle: 'h23', ...knownZone(zone) })
    dateFormats.set(key, format)
  }
  return format
}

/** A zone this system does not know reads as its own: a wrong name in a row must not blank a screen. */
function knownZone(zone: string | undefined): { timeZone?: string } {
  if (!zone) return {}
  try {
    new Intl.DateTimeFormat(locale, { timeZone: zone })
    return { timeZone: zone }
  } catch {
    return {}
  }
}

const clockOptions = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const
const minuteOptions = { hour: '2-digit', minute: '2-digit' } as const
const dayOptions = { day: 'numeric', month: 'short' } as const

const dayOf = (at: Millis, zone?: string): string =>
  dateFormat('day', zone, { ...dayOptions, year: 'numeric' }).format(at)

/** "14:02:07", with the day before it when that is not today. */
export function formatClock(at: Millis, now: Millis, zone?: string): string {
  const time = dateFormat('clock', zone, clockOptions).format(at)
  return withDay(time, at, now, zone)
}

/** "14:02", with the day before it when that is not today. */
export function formatMinute(at: Millis, now: Millis, zone?: string): string {
  const time = dateFormat('minute', zone, minuteOptions).format(at)
  return withDay(time, at, now, zone)
}

function withDay(time: string, at: Millis, now: Millis, zone?: string): string {
  if (dayOf(at, zone) === dayOf(now, zone)) return time
  return `${dateFormat('short-day', zone, dayOptions).format(at)}, ${time}`
}

/** The moment in full, with its zone: for those who want to know exactly. */
export const formatExact = (at: Millis, zone?: string): string =>
  dateFormat('exact', zone, {
    ...clockOptions,
    ...dayOptions,
    year: 'numeric',
    timeZoneName: 'short',
  }).format(at)

/** How long ago, in its largest whole unit: "12s ago", "4m ago", "3h ago", "2d ago"; `nowText` under two seconds. */
export function formatAge(ageMs: number, nowText: string): string {
  if (ageMs < 2 * SECOND_MS) return nowText
  if (ageMs < MINUTE_MS) return relative.format(-Math.floor(ageMs / SECOND_MS), 'second')
  if (ageMs < HOUR_MS) return relative.format(-Math.floor(ageMs / MINUTE_MS), 'minute')
  if (ageMs < DAY_MS) return relative.format(-Math.floor(ageMs / HOUR_MS), 'hour')
  return relative.format(-Math.floor(ageMs / DAY_MS), 'day')
}

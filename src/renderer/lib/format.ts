import { MINUTE_MS, SECOND_MS, type Millis } from '#shared/lib/time.ts'

/*
 * Numbers and moments as people read them: by the system's locale, on a 24-hour clock. Formatters are made once each,
 * because making one costs more than a thousand uses.
 */

const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

export interface Formats {
  readonly number: (value: number) => string
  /** "14:02:07", with the day before it when that is not today. */
  readonly clock: (at: Millis, now: Millis, zone?: string) => string
  /** "14:02", with the day before it when that is not today. */
  readonly minute: (at: Millis, now: Millis, zone?: string) => string
  /** The moment in full, with its zone: for those who want to know exactly. */
  readonly exact: (at: Millis, zone?: string) => string
  /** How long ago, in its largest whole unit: "12 sec ago", "3 days ago"; `nowText` under two seconds. */
  readonly age: (ageMs: number, nowText: string) => string
}

const second = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const
const minute = { hour: '2-digit', minute: '2-digit' } as const
const day = { day: 'numeric', month: 'short' } as const
const date = { ...day, year: 'numeric' } as const
const exact = { ...second, ...date, timeZoneName: 'short' } as const

export function createFormats(locale: string): Formats {
  const numbers = new Intl.NumberFormat(locale)
  const relative = new Intl.RelativeTimeFormat(locale, { style: 'narrow', numeric: 'always' })
  const made = new Map<string, Intl.DateTimeFormat>()

  function write(options: Intl.DateTimeFormatOptions, at: Millis, zone: string | undefined): string {
    const key = JSON.stringify([options, zone])
    let format = made.get(key)
    if (!format) {
      format = new Intl.DateTimeFormat(locale, { ...options, hourCycle: 'h23', ...knownZone(zone) })
      made.set(key, format)
    }
    return format.format(at)
  }

  function withDay(time: string, at: Millis, now: Millis, zone: string | undefined): string {
    return write(date, at, zone) === write(date, now, zone) ? time : `${write(day, at, zone)}, ${time}`
  }

  return {
    number: (value) => numbers.format(value),
    clock: (at, now, zone) => withDay(write(second, at, zone), at, now, zone),
    minute: (at, now, zone) => withDay(write(minute, at, zone), at, now, zone),
    exact: (at, zone) => write(exact, at, zone),
    age(ageMs, nowText) {
      if (ageMs < 2 * SECOND_MS) return nowText
      if (ageMs < MINUTE_MS) return relative.format(-Math.floor(ageMs / SECOND_MS), 'second')
      if (ageMs < HOUR_MS) return relative.format(-Math.floor(ageMs / MINUTE_MS), 'minute')
      if (ageMs < DAY_MS) return relative.format(-Math.floor(ageMs / HOUR_MS), 'hour')
      return relative.format(-Math.floor(ageMs / DAY_MS), 'day')
    },
  }
}

/** A zone this system does not know reads as its own: a wrong name in a row must not blank a screen. */
function knownZone(zone: string | undefined): { timeZone?: string } {
  if (!zone) return {}
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return { timeZone: zone }
  } catch {
    return {}
  }
}

export const locale: string = globalThis.navigator?.language ?? 'en-GB'

const formats = createFormats(locale)
export const formatNumber = formats.number
export const formatClock = formats.clock
export const formatMinute = formats.minute
export const formatExact = formats.exact
export const formatAge = formats.age

import { must } from '#shared/lib/must.ts'
import { MINUTE_MS, SECOND_MS, type Millis } from '#shared/lib/time.ts'

/*
 * Numbers and moments as people read them: by the system's locale, on a 24-hour clock. Formatters are made once each,
 * because making one costs more than a thousand uses.
 */

const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

const spans = [
  { unit: 'day', unitMs: DAY_MS },
  { unit: 'hour', unitMs: HOUR_MS },
  { unit: 'minute', unitMs: MINUTE_MS },
  { unit: 'second', unitMs: SECOND_MS },
] as const
const byteUnits = [
  { name: 'gigabyte', size: 1e9 },
  { name: 'megabyte', size: 1e6 },
  { name: 'kilobyte', size: 1e3 },
] as const

export interface Formats {
  readonly number: (value: number) => string
  /** "14:02:07", with the day before it when that is not today. */
  readonly clock: (at: Millis, now: Millis, zone?: string) => string
  /** "14:02", with the day before it when that is not today. */
  readonly minute: (at: Millis, now: Millis, zone?: string) => string
  /** "3 Mar" */
  readonly day: (at: Millis, zone?: string) => string
  /** The moment in full, with its zone: for those who want to know exactly. */
  readonly exact: (at: Millis, zone?: string) => string
  /** "+3", "−2": what was added, with its sign */
  readonly signed: (value: number) => string
  /** "2h 5m", its two largest units; `short`: "2 hr", `long`: "2 hours", its largest one. Under a second in tenths. */
  readonly duration: (ms: number, width?: 'narrow' | 'short' | 'long') => string
  /** "41 MB" */
  readonly bytes: (bytes: number) => string
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
  const signed = new Intl.NumberFormat(locale, { signDisplay: 'exceptZero' })
  const relative = new Intl.RelativeTimeFormat(locale, { style: 'narrow', numeric: 'always' })
  const units = new Map<string, Intl.NumberFormat>()
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

  function inUnit(value: number, unit: string, width: 'narrow' | 'short' | 'long'): string {
    const key = `${unit} ${width}`
    let format = units.get(key)
    if (!format) {
      format = new Intl.NumberFormat(locale, {
        style: 'unit',
        unit,
        unitDisplay: width,
        maximumFractionDigits: 1,
      })
      units.set(key, format)
    }
    return format.format(value)
  }

  function duration(ms: number, width: 'narrow' | 'short' | 'long' = 'narrow'): string {
    if (ms < SECOND_MS) return inUnit(Math.max(1, Math.round(ms / 100)) / 10, 'second', width)
    const at = spans.findIndex(({ unitMs }) => ms >= unitMs)
    const parts = spans.slice(at, width === 'narrow' ? at + 2 : at + 1).map(({ unit, unitMs }, n) => {
      const whole = Math.floor(n === 0 ? ms / unitMs : (ms % must(spans[at], 'span').unitMs) / unitMs)
      return n > 0 && whole === 0 ? '' : inUnit(whole, unit, width)
    })
    return parts.filter(Boolean).join(' ')
  }

  function bytes(count: number): string {
    const unit = byteUnits.find(({ size }) => count >= size) ?? { name: 'byte', size: 1 }
    return inUnit(count / unit.size, unit.name, 'short')
  }

  function withDay(time: string, at: Millis, now: Millis, zone: string | undefined): string {
    return write(date, at, zone) === write(date, now, zone) ? time : `${write(day, at, zone)}, ${time}`
  }

  return {
    number: (value) => numbers.format(value),
    // A real minus, which is as wide as the plus.
    signed: (value) => signed.format(value).replace('-', '−'),
    clock: (at, now, zone) => withDay(write(second, at, zone), at, now, zone),
    minute: (at, now, zone) => withDay(write(minute, at, zone), at, now, zone),
    day: (at, zone) => write(day, at, zone),
    exact: (at, zone) => write(exact, at, zone),
    duration,
    bytes,
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
export const formatSigned = formats.signed
export const formatClock = formats.clock
export const formatMinute = formats.minute
export const formatDay = formats.day
export const formatExact = formats.exact
export const formatDuration = formats.duration
export const formatBytes = formats.bytes
export const formatAge = formats.age

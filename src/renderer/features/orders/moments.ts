import { MINUTE_MS, type Millis } from '#shared/lib/time.ts'
import { useNow } from '../../hooks/use-now.ts'
import { useServerTime } from '../../hooks/server-time.tsx'

const DAY_MS = 24 * 60 * MINUTE_MS

/** The beginning of this minute by the server's clock: what is late is asked for once a minute. */
export function useMinute(): Millis {
  const { clockOffsetMs } = useServerTime()
  return useNow((now) => Math.floor((now - clockOffsetMs) / MINUTE_MS) * MINUTE_MS)
}

/** When this day began on the warehouse's own clock. */
export function useToday(): Millis {
  const { clockOffsetMs, timeZone } = useServerTime()
  return useNow((now) => startOfDay(now - clockOffsetMs, timeZone))
}

/** The midnight before a moment; a day on which the clocks are changed has one all the same. */
export function startOfDay(at: Millis, timeZone: string | undefined): Millis {
  const wholeMinute = Math.floor(at / MINUTE_MS) * MINUTE_MS
  const first = wholeMinute - sinceMidnight(wholeMinute, timeZone)
  const left = sinceMidnight(first, timeZone)
  return left > DAY_MS / 2 ? first + (DAY_MS - left) : first - left
}

/** What the clock on the wall says, in milliseconds. */
function sinceMidnight(at: Millis, timeZone: string | undefined): Millis {
  const parts = wallClock(timeZone).formatToParts(at)
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value ?? 0)
  return (of('hour') * 60 + of('minute')) * MINUTE_MS
}

const clocks = new Map<string | undefined, Intl.DateTimeFormat>()

function wallClock(timeZone: string | undefined): Intl.DateTimeFormat {
  let clock = clocks.get(timeZone)
  if (!clock) clocks.set(timeZone, (clock = newClock(timeZone)))
  return clock
}

function newClock(timeZone: string | undefined): Intl.DateTimeFormat {
  const options = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  try {
    return new Intl.DateTimeFormat('en', { ...options, ...(timeZone && { timeZone }) })
  } catch {
    // A zone this system does not know reads as its own.
    return new Intl.DateTimeFormat('en', options)
  }
}

import type { Millis } from '#shared/lib/time.ts'
import { useNow } from '../hooks/use-now.ts'
import { useServerTime } from '../hooks/server-time.tsx'
import { formatExact, formatMinute } from '../lib/format.ts'

/** A date and time on the warehouse's own clock. */
export function Moment({ at }: { at: Millis }): React.ReactNode {
  const { timeZone } = useServerTime()
  const text = useNow((now) => formatMinute(at, now, timeZone))
  return (
    <time dateTime={new Date(at).toISOString()} title={formatExact(at, timeZone)}>
      {text}
    </time>
  )
}

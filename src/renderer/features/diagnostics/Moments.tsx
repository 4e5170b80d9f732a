import type { Millis } from '#shared/lib/time.ts'
import { useNow } from '../../hooks/use-now.ts'
import { formatAge, formatClock, formatDuration, formatExact } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'

/*
 * Moments of this terminal's own clock. They happened to this computer, so they are told by the clock that hangs beside
 * it and is in its log, not by the warehouse's.
 */

export function LocalTime({ at }: { at: Millis }): React.ReactNode {
  const text = useNow((now) => formatClock(at, now))
  return (
    <time dateTime={new Date(at).toISOString()} title={formatExact(at)}>
      {text}
    </time>
  )
}

export function LocalAge({ at }: { at: Millis }): React.ReactNode {
  const text = useNow((now) => formatAge(now - at, t('age.now')))
  return (
    <time dateTime={new Date(at).toISOString()} title={formatExact(at)}>
      {text}
    </time>
  )
}

/** From one moment to another, or until now. */
export function Duration({ from, to }: { from: Millis; to: Millis | null }): React.ReactNode {
  return useNow((now) => formatDuration(Math.max(0, (to ?? now) - from)))
}

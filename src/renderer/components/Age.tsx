import type { Millis } from '#shared/lib/time.ts'
import { useNow } from '../hooks/use-now.ts'
import { useServerTime } from '../hooks/server-time.tsx'
import { formatAge, formatExact, formatMinute } from '../lib/format.ts'
import { t } from '../texts/text.ts'
import s from './Age.module.css'

/** How long ago by the server's clock; the exact moment on hover, its time in the row with the focus. */
export function Age({ at }: { at: Millis }): React.ReactNode {
  const { clockOffsetMs, timeZone } = useServerTime()
  const age = useNow((now) => formatAge(now - clockOffsetMs - at, t('age.now')))
  const time = useNow((now) => formatMinute(at, now, timeZone))
  return (
    <time className={s['age']} dateTime={new Date(at).toISOString()} title={formatExact(at, timeZone)}>
      <span className={s['ago']}>{age}</span>
      <span className={s['time']}>{time}</span>
    </time>
  )
}

/** The moment in full, on the warehouse's own clock. */
export function ExactTime({ at }: { at: Millis }): React.ReactNode {
  const { timeZone } = useServerTime()
  return <time dateTime={new Date(at).toISOString()}>{formatExact(at, timeZone)}</time>
}

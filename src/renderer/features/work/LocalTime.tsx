import type { Millis } from '#shared/lib/time.ts'
import { useNow } from '../../hooks/use-now.ts'
import { formatAge, formatExact, formatMinute } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'
import age from '../../components/Age.module.css'

/* Work is written down by this terminal's own clock, and read by it: the server's has nothing to say here. */

export function LocalAge({ at }: { at: Millis }): React.ReactNode {
  const ago = useNow((now) => formatAge(now - at, t('age.now')))
  const time = useNow((now) => formatMinute(at, now))
  return (
    <time className={age['age']} dateTime={new Date(at).toISOString()} title={formatExact(at)}>
      <span className={age['ago']}>{ago}</span>
      <span className={age['time']}>{time}</span>
    </time>
  )
}

export function LocalMoment({ at }: { at: Millis }): React.ReactNode {
  const text = useNow((now) => formatMinute(at, now))
  return (
    <time dateTime={new Date(at).toISOString()} title={formatExact(at)}>
      {text}
    </time>
  )
}

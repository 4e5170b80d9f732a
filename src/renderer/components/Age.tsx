import type { Millis } from '#shared/lib/time.ts'
import { useNow } from '../hooks/use-now.ts'
import { useServerTime } from '../hooks/server-time.tsx'
import { formatAge, formatExact } from '../lib/format.ts'
import { t } from '../texts/text.ts'
import s from './Age.module.css'

/** How long ago by the server's clock; the exact moment on hover. */
export function Age({ at }: { at: Millis }): React.ReactNode {
  const { clockOffsetMs, timeZone } = useServerTime()
  const age = useNow((now) => formatAge(now - clockOffsetMs - at, t('age.now')))
  const exact = formatExact(at, timeZone)
  return (
    <time className={s['age']} dateTime={new Date(at).toISOString()} title={exact}>
      {age}
    </time>
  )
}

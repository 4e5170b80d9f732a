import type { Millis } from '#shared/lib/time.ts'
import { useServerTime } from '../../hooks/server-time.tsx'
import { formatDuration, formatExact } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'
import s from './OfflineMark.module.css'

const MINUTE_MS = 60_000
const DAY_MS = 1_440 * MINUTE_MS
const WIDEST_PX = 44

/** Longer for longer, from a minute to a day: minutes and hours are both to be seen. */
export const markPx = (offlineMs: number): number => {
  const share = Math.log(Math.max(1, offlineMs / MINUTE_MS)) / Math.log(DAY_MS / MINUTE_MS)
  return Math.round(6 + (WIDEST_PX - 6) * Math.min(1, share))
}

/** The time between a movement and the server's hearing of it, drawn and said. */
export function OfflineMark({
  offlineMs,
  receivedAt,
}: {
  offlineMs: number
  receivedAt: Millis
}): React.ReactNode {
  const { timeZone } = useServerTime()
  return (
    <span className={s['mark']} title={formatExact(receivedAt, timeZone)}>
      <span className={s['bar']} style={{ width: markPx(offlineMs) }} />
      {t('ledger.offline', { duration: formatDuration(offlineMs, 'short') })}
    </span>
  )
}

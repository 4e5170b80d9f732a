import { CloudOff } from 'lucide-react'
import { useNow } from '../../hooks/use-now.ts'
import { useServerTime } from '../../hooks/server-time.tsx'
import { formatMinute } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'
import type { ShownStatus } from '../shell/shown-status.ts'
import s from './OfflineNote.module.css'

/** As of when orders are shown while the server does not answer, and that work goes on. */
export function OfflineNote({ status }: { status: ShownStatus }): React.ReactNode {
  const { timeZone } = useServerTime()
  const { asOf, link } = status
  const text = useNow((now) =>
    link.at === 'waiting' && asOf !== null
      ? t('orders.offline', { asOf: formatMinute(asOf, now, timeZone) })
      : '',
  )
  if (text === '') return null
  return (
    <p className={s['note']}>
      <CloudOff size={16} aria-hidden />
      <span>{text}</span>
    </p>
  )
}

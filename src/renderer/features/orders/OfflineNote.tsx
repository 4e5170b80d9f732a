import { CloudOff } from 'lucide-react'
import { useNow } from '../../hooks/use-now.ts'
import { useServerTime } from '../../hooks/server-time.tsx'
import { formatMinute } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'
import { Note } from '../shell/Note.tsx'
import type { ShownStatus } from '../shell/shown-status.ts'

/** As of when orders are shown while the server does not answer, and that work goes on. */
export function OfflineNote({ status }: { status: ShownStatus }): React.ReactNode {
  const { timeZone } = useServerTime()
  const { asOf, link } = status
  const text = useNow((now) =>
    link.at === 'waiting' && asOf !== null
      ? t('orders.offline', { asOf: formatMinute(asOf, now, timeZone) })
      : '',
  )
  return text !== '' && <Note icon={<CloudOff size={16} aria-hidden />}>{text}</Note>
}

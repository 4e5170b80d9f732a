import { CloudOff, Loader, ShieldQuestion } from 'lucide-react'
import type { Millis } from '#shared/lib/time.ts'
import type { IpcError } from '../../bridge/client.ts'
import { Message } from '../../components/Message.tsx'
import { useNow } from '../../hooks/use-now.ts'
import { formatAge, formatMinute } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'
import type { ShownStatus } from '../shell/shown-status.ts'
import s from './ledger.module.css'

interface Props {
  readonly status: ShownStatus
  readonly warehouse: string
  readonly error: IpcError | null
  /** Whether rows of this station's own work stand below. */
  readonly hasOwn: boolean
}

/** What stands in place of an answer of the server, while there is none. */
export function NoAnswer({ status, warehouse, error, hasOwn }: Props): React.ReactNode {
  const since = useNow((now) => (status.lostAt === null ? '' : formatMinute(status.lostAt, now)))
  if (!error)
    return (
      <Message icon={<Loader size={20} />} title={t('ledger.loading')}>
        {t('ledger.loading.next')}
      </Message>
    )
  if (error.code === 'not-allowed')
    return (
      <Message icon={<ShieldQuestion size={20} />} title={t('ledger.denied.title')}>
        {t('ledger.denied.next', { warehouse })}
      </Message>
    )
  return (
    <Message icon={<CloudOff size={20} />} title={t('ledger.away.title')}>
      {since === '' ? t('ledger.away') : t('ledger.away.since', { since })}
      {hasOwn && ` ${t('ledger.away.unsent')}`}
    </Message>
  )
}

/** How old an answer is: always said, and why it is no newer. */
export function AnswerAge({ at, error }: { at: Millis; error: IpcError | null }): React.ReactNode {
  const age = useNow((now) => formatAge(now - at, t('age.now')))
  if (!error) return <span className={s['age']}>{t('ledger.as-of', { age })}</span>
  const reason = t(error.code === 'no-answer' ? 'ledger.reason.no-answer' : 'ledger.reason.other')
  return <span className={s['late']}>{t('ledger.away.kept', { age, reason })}</span>
}

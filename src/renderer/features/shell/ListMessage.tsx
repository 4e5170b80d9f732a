import { CloudDownload, CloudOff, Loader, Unplug } from 'lucide-react'
import type { IpcError } from '../../bridge/client.ts'
import { Message } from '../../components/Message.tsx'
import { formatNumber } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'
import s from './ListMessage.module.css'
import type { ShownStatus } from './shown-status.ts'

/** What stands in place of a list of which nothing is known yet, and why. */
export function ListMessage({
  status,
  error,
}: {
  status: ShownStatus | undefined
  error: IpcError | null
}): React.ReactNode {
  if (error && error.code !== 'not-ready')
    return (
      <Message icon={<Unplug size={20} />} title={t('list.error.title')}>
        {error.code === 'internal'
          ? t('list.error.internal')
          : t('list.error.next', { reason: t(`error.${error.code}`) })}
      </Message>
    )
  const link = status?.link
  if (link?.at === 'catching-up' && status?.asOf === null)
    return (
      <Message icon={<CloudDownload size={20} />} title={t('list.first-download.title')}>
        <p>
          {t('list.first-download.next', { done: formatNumber(link.done), total: formatNumber(link.total) })}
        </p>
        <progress className={s['progress']} value={link.done} max={link.total} aria-hidden />
      </Message>
    )
  if (status?.asOf === null)
    return (
      <Message icon={<CloudOff size={20} />} title={t('list.connecting.title')}>
        {t('list.connecting.next')}
      </Message>
    )
  return (
    <Message icon={<Loader size={20} />} title={t('list.loading')}>
      {t('list.loading.next')}
    </Message>
  )
}

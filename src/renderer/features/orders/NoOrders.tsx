import { ClipboardList } from 'lucide-react'
import { Button } from '../../components/Button.tsx'
import { Message } from '../../components/Message.tsx'
import { t } from '../../texts/text.ts'
import type { StatusChoice } from './OrdersTools.tsx'

interface Props {
  readonly isNarrow: boolean
  /** The one status that was asked for. */
  readonly status: StatusChoice
  readonly warehouse: string
  onShowAll(): void
}

/** There is no order, or none of those that were asked for. */
export function NoOrders({ isNarrow, status, warehouse, onShowAll }: Props): React.ReactNode {
  const icon = <ClipboardList size={20} />
  if (!isNarrow)
    return (
      <Message icon={icon} title={t('orders.empty.title', { warehouse })}>
        {t('orders.empty.next')}
      </Message>
    )
  if (status !== 'all')
    return (
      <Message
        icon={icon}
        title={t('orders.none.title', { status: t(`orders.status.${status}`) })}
        action={<Button onPress={onShowAll}>{t('orders.show-all')}</Button>}
      >
        {t('orders.none.next')}
      </Message>
    )
  return (
    <Message
      icon={icon}
      title={t('orders.narrowed.title')}
      action={<Button onPress={onShowAll}>{t('orders.narrowed.clear')}</Button>}
    >
      {t('orders.narrowed.next')}
    </Message>
  )
}

import { Check, Hammer } from 'lucide-react'
import type { WorkFilter } from '#shared/protocol/work.ts'
import { Button } from '../../components/Button.tsx'
import { Message } from '../../components/Message.tsx'
import { t } from '../../texts/text.ts'

/** A work list without rows: nothing done, nothing unsent, nothing refused. */
export function NoWork(props: { filter: WorkFilter; onShowAll: (() => void) | null }): React.ReactNode {
  const { filter, onShowAll } = props
  if (filter === 'all')
    return (
      <Message icon={<Hammer size={20} />} title={t('work.empty.title')}>
        {t('work.empty.next')}
      </Message>
    )
  return (
    <Message
      icon={<Check size={20} />}
      title={t(`work.empty.${filter}.title`)}
      action={onShowAll && <Button onPress={onShowAll}>{t('work.show-all')}</Button>}
    >
      {t(`work.empty.${filter}.next`)}
    </Message>
  )
}

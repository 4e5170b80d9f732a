import type { WorkDetail } from '#shared/protocol/work.ts'
import { Button } from '../../components/Button.tsx'
import { useAsk } from '../../hooks/use-ask.ts'
import { useConsole } from '../../hooks/console.tsx'
import { t } from '../../texts/text.ts'
import { amendForm, recountForm } from './amend.ts'
import s from './WorkPane.module.css'

/** What a person can do about refused work. Nothing leaves the desk without one of these. */
export function DeskActions({ detail }: { detail: WorkDetail }): React.ReactNode {
  const { screen } = useConsole()
  const { item } = detail
  const retry = useAsk('work.retry', () => undefined)
  const amend = amendForm(detail)
  const recount = recountForm(item)
  return (
    <>
      <div className={s['actions']}>
        {recount && (
          <Button look="main" onPress={() => screen.setState({ form: recount })}>
            {t('desk.recount')}
          </Button>
        )}
        {amend && (
          <Button look={recount ? 'plain' : 'main'} onPress={() => screen.setState({ form: amend })}>
            {t('desk.amend')}
          </Button>
        )}
        <Button
          look={amend || recount ? 'plain' : 'main'}
          isPending={retry.state.at === 'asking'}
          onPress={() => void retry.ask({ id: item.id })}
        >
          {t('desk.retry')}
        </Button>
        <Button onPress={() => screen.setState({ form: { kind: 'assign', id: item.id } })}>
          {t('desk.assign')}
        </Button>
        <Button onPress={() => screen.setState({ form: { kind: 'discard', id: item.id } })}>
          {t('desk.discard')}
        </Button>
      </div>
      {retry.state.at === 'failed' && (
        <p className={s['error']} role="alert">
          {t(`error.${retry.state.code}`)}
        </p>
      )}
    </>
  )
}

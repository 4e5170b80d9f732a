import { useState } from 'react'
import { Button } from '../../components/Button.tsx'
import { Dialog } from '../../components/Dialog.tsx'
import { useAsk } from '../../hooks/use-ask.ts'
import { useWorkList, useWorkSummary } from '../../hooks/use-work.ts'
import { t } from '../../texts/text.ts'
import { countedWords } from '../work/command-words.ts'
import { useWorkFiles } from '../work/use-work-files.ts'
import s from './SignOutDialog.module.css'

/** Asks before signing out: the way back needs the server, and unsent work is told of by name. */
export function SignOutDialog({ email, onClose }: { email: string; onClose: () => void }): React.ReactNode {
  const { value: summary } = useWorkSummary()
  const leave = useAsk('session.sign-out', onClose)
  // Said in the dialog: what lies behind it cannot be seen or heard now.
  const [exported, setExported] = useState<string | null>(null)
  const { exportUnsent } = useWorkFiles(setExported)
  const unsent = summary?.unsent ?? 0
  const refused = summary?.refused ?? 0
  return (
    <Dialog
      title={t('sign-out.title', { email })}
      role="alertdialog"
      width={unsent > 0 ? 'wide' : 'narrow'}
      onClose={onClose}
    >
      {unsent > 0 && <UnsentWork total={unsent} />}
      {refused > 0 && <p className={s['work']}>{t('leave.refused', { count: refused })}</p>}
      <p className={s['body']}>{t('sign-out.body')}</p>
      {exported !== null && (
        <p className={s['said']} role="status">
          {exported}
        </p>
      )}
      {leave.state.at === 'failed' && (
        <p className={s['error']} role="alert">
          {t(`error.${leave.state.code}`)}
        </p>
      )}
      <div className={s['answers']}>
        {unsent > 0 && (
          <span className={s['export']}>
            <Button onPress={() => void exportUnsent()}>{t('leave.export')}</Button>
          </span>
        )}
        {/* The harmless answer has the focus. */}
        {/* eslint-disable-next-line jsx-a11y/no-autofocus */}
        <Button autoFocus onPress={onClose}>
          {t('dialog.cancel')}
        </Button>
        <Button look="main" onPress={() => void leave.ask({})}>
          {t(unsent > 0 ? 'leave.anyway' : 'sign-out.confirm')}
        </Button>
      </div>
    </Dialog>
  )
}

/** "3 picks and 1 count are not sent." */
function UnsentWork({ total }: { total: number }): React.ReactNode {
  const { list } = useWorkList('unsent')
  if (!list.shown) return null
  const what = countedWords(list.shown.rows, total)
  return (
    <p className={s['work']} role="status">
      {t('leave.unsent', { count: total, what })}
    </p>
  )
}

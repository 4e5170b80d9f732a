import { useState } from 'react'
import { asIpcError } from '../../bridge/client.ts'
import { Button } from '../../components/Button.tsx'
import { Dialog } from '../../components/Dialog.tsx'
import { useConsole } from '../../hooks/console.tsx'
import { t } from '../../texts/text.ts'
import s from './SignOutDialog.module.css'

/** Asks before signing out, because the way back needs the server. */
export function SignOutDialog({ email, onClose }: { email: string; onClose: () => void }): React.ReactNode {
  const { client } = useConsole()
  const [error, setError] = useState<string | null>(null)

  async function signOut(): Promise<void> {
    try {
      await client.ask('session.sign-out', {})
      onClose()
    } catch (caught) {
      setError(t(`error.${asIpcError('session.sign-out', caught).code}`))
    }
  }

  return (
    <Dialog title={t('sign-out.title', { email })} role="alertdialog" onClose={onClose}>
      <p className={s['body']}>{t('sign-out.body')}</p>
      {error !== null && (
        <p className={s['error']} role="alert">
          {error}
        </p>
      )}
      <div className={s['answers']}>
        {/* The harmless answer has the focus. */}
        {/* eslint-disable-next-line jsx-a11y/no-autofocus */}
        <Button autoFocus onPress={onClose}>
          {t('dialog.cancel')}
        </Button>
        <Button look="main" onPress={() => void signOut()}>
          {t('sign-out.confirm')}
        </Button>
      </div>
    </Dialog>
  )
}

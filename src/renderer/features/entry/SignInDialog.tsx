import { Dialog } from '../../components/Dialog.tsx'
import { t } from '../../texts/text.ts'
import { SignInForm } from './SignInForm.tsx'

/** Signing in again over the stock that is still shown, after a session ended by itself. */
export function SignInDialog({ email, onClose }: { email: string; onClose: () => void }): React.ReactNode {
  return (
    <Dialog title={t('sign-in-again.title')} onClose={onClose}>
      <p>{t('entry.because.session-ended')}</p>
      <SignInForm email={email} onDone={onClose} />
    </Dialog>
  )
}

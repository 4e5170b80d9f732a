import { useRef, useState } from 'react'
import { TriangleAlert } from 'lucide-react'
import { Button } from '../../components/Button.tsx'
import { TextField } from '../../components/TextField.tsx'
import { t } from '../../texts/text.ts'
import { useAsk } from '../../hooks/use-ask.ts'
import s from './entry.module.css'

interface Props {
  /** Known from the session that ended. */
  readonly email: string
  onDone(): void
}

export function SignInForm({ email: knownEmail, onDone }: Props): React.ReactNode {
  const [email, setEmail] = useState(knownEmail)
  const [password, setPassword] = useState('')
  const [isChecked, setIsChecked] = useState(false)
  const emailRef = useRef<HTMLInputElement>(null)
  const passwordRef = useRef<HTMLInputElement>(null)
  const { state, ask, clear } = useAsk('session.sign-in', onDone)
  const missingEmail = email.trim() === ''

  async function submit(event: React.SubmitEvent): Promise<void> {
    event.preventDefault()
    setIsChecked(true)
    if (missingEmail) emailRef.current?.focus()
    else if (password === '') passwordRef.current?.focus()
    else await ask({ email: email.trim(), password })
  }

  return (
    <form className={s['form']} noValidate onSubmit={(event) => void submit(event)}>
      <TextField
        ref={emailRef}
        label={t('entry.email')}
        type="email"
        autoComplete="username"
        value={email}
        error={isChecked && missingEmail ? t('entry.missing.email') : null}
        onChange={(value) => {
          setEmail(value)
          clear()
        }}
      />
      <TextField
        ref={passwordRef}
        label={t('entry.password')}
        type="password"
        autoComplete="current-password"
        value={password}
        error={isChecked && password === '' ? t('entry.missing.password') : null}
        onChange={(value) => {
          setPassword(value)
          clear()
        }}
      />
      {state.at === 'failed' && <FormError text={t(`error.${state.code}`)} />}
      <Button look="main" type="submit" isPending={state.at === 'asking'}>
        {state.at === 'asking' ? t('entry.signing-in') : t('entry.sign-in')}
      </Button>
    </form>
  )
}

/** Why the form's question failed. */
export function FormError({ text }: { text: string }): React.ReactNode {
  return (
    <p className={s['error']} role="alert">
      <TriangleAlert size={16} aria-hidden />
      {text}
    </p>
  )
}

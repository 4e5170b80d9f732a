import { useRef, useState } from 'react'
import { Button } from '../../components/Button.tsx'
import { TextField } from '../../components/TextField.tsx'
import { t } from '../../texts/text.ts'
import { FormError } from './SignInForm.tsx'
import { useAsk } from '../../hooks/use-ask.ts'
import s from './entry.module.css'

interface Props {
  readonly url: string
  onDone(): void
}

/** Points the station at a Supabase project; the engine asks the project before it keeps it. */
export function ServerForm({ url: knownUrl, onDone }: Props): React.ReactNode {
  const [url, setUrl] = useState(knownUrl)
  const [anonKey, setAnonKey] = useState('')
  const [isChecked, setIsChecked] = useState(false)
  const urlRef = useRef<HTMLInputElement>(null)
  const keyRef = useRef<HTMLInputElement>(null)
  const { state, ask, clear } = useAsk('server.configure', onDone)
  const badUrl = !isWebAddress(url.trim())
  const missingKey = anonKey.trim() === ''

  async function submit(event: React.SubmitEvent): Promise<void> {
    event.preventDefault()
    setIsChecked(true)
    if (badUrl) urlRef.current?.focus()
    else if (missingKey) keyRef.current?.focus()
    else await ask({ url: url.trim(), anonKey: anonKey.trim() })
  }

  return (
    <form className={s['form']} noValidate onSubmit={(event) => void submit(event)}>
      <TextField
        ref={urlRef}
        label={t('entry.url')}
        type="text"
        autoComplete="url"
        hint={t('entry.url.hint')}
        value={url}
        error={isChecked && badUrl ? t('entry.missing.url') : null}
        onChange={(value) => {
          setUrl(value)
          clear()
        }}
      />
      <TextField
        ref={keyRef}
        label={t('entry.key')}
        type="text"
        autoComplete="off"
        hint={t('entry.key.hint')}
        value={anonKey}
        error={isChecked && missingKey ? t('entry.missing.key') : null}
        onChange={(value) => {
          setAnonKey(value)
          clear()
        }}
      />
      {state.at === 'failed' && <FormError text={t(`error.${state.code}`)} />}
      <Button look="main" type="submit" isPending={state.at === 'asking'}>
        {state.at === 'asking' ? t('entry.connecting') : t('entry.connect')}
      </Button>
    </form>
  )
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}

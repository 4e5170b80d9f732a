import { TriangleAlert } from 'lucide-react'
import { Button } from '../../components/Button.tsx'
import { Dialog } from '../../components/Dialog.tsx'
import type { Asking } from '../../hooks/use-ask.ts'
import { t } from '../../texts/text.ts'
import s from '../work/forms/forms.module.css'

interface Props {
  readonly title: string
  readonly about: string
  readonly save: string
  readonly state: Asking
  readonly children: React.ReactNode
  onSubmit(): void
  onClose(): void
}

/** A form whose answer changes this station and is no command: Enter does it, Esc closes. */
export function AskFrame({ title, about, save, state, children, onSubmit, onClose }: Props): React.ReactNode {
  return (
    <Dialog title={title} onClose={onClose}>
      <p className={s['about']}>{about}</p>
      <form
        className={s['form']}
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          onSubmit()
        }}
      >
        <div className={s['entries']}>{children}</div>
        {state.at === 'failed' && (
          <p className={s['trouble']} role="alert">
            <TriangleAlert size={16} aria-hidden />
            <span>{t(`error.${state.code}`)}</span>
          </p>
        )}
        <div className={s['answers']}>
          <Button onPress={onClose}>{t('dialog.cancel')}</Button>
          <Button look="main" type="submit" isPending={state.at === 'asking'}>
            {save}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

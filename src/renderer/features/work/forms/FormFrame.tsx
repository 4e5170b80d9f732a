import { TriangleAlert } from 'lucide-react'
import { Button } from '../../../components/Button.tsx'
import { Dialog } from '../../../components/Dialog.tsx'
import { t } from '../../../texts/text.ts'
import type { Names } from '../names.ts'
import { refusalWords } from '../refusal-words.ts'
import type { SubmitState } from '../use-submit.ts'
import s from './forms.module.css'

interface Props {
  readonly title: string
  /** What it is about, under the title. */
  readonly about?: string | undefined
  readonly save: string
  readonly state: SubmitState
  readonly names: Names
  /** What is wrong that belongs to no single entry. */
  readonly fault?: string | null
  /** Hides what lies behind the form: a count must not be helped. */
  readonly isBlind?: boolean
  readonly width?: 'narrow' | 'wide'
  /** In place of "Cancel". */
  readonly keep?: string
  /** In place of the main action. */
  readonly action?: React.ReactNode
  readonly children: React.ReactNode
  onSubmit(): void
  onClose(): void
}

/** A form in a dialog: Enter saves, Esc closes; why it was not kept stands above the answers. */
export function FormFrame(props: Props): React.ReactNode {
  const { state } = props
  return (
    <Dialog
      title={props.title}
      onClose={props.onClose}
      isBlind={props.isBlind ?? false}
      width={props.width ?? 'narrow'}
    >
      {props.about !== undefined && <p className={s['about']}>{props.about}</p>}
      <form
        className={s['form']}
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          props.onSubmit()
        }}
      >
        <div className={s['entries']}>{props.children}</div>
        <Trouble state={state} names={props.names} fault={props.fault ?? null} />
        <div className={s['answers']}>
          <Button onPress={props.onClose}>{props.keep ?? t('dialog.cancel')}</Button>
          {props.action || (
            <Button look="main" type="submit" isPending={state.at === 'asking'}>
              {saveWord(state, props.save)}
            </Button>
          )}
        </div>
      </form>
    </Dialog>
  )
}

function saveWord(state: SubmitState, save: string): string {
  if (state.at === 'asking') return t('form.saving')
  return state.at === 'failed' ? t('form.try-again') : save
}

function Trouble(props: { state: SubmitState; names: Names; fault: string | null }): React.ReactNode {
  const text = troubleText(props.state, props.names) ?? props.fault
  if (text === null) return null
  return (
    <p className={s['trouble']} role="alert">
      <TriangleAlert size={16} aria-hidden />
      <span>{text}</span>
    </p>
  )
}

function troubleText(state: SubmitState, names: Names): string | null {
  if (state.at === 'objected')
    return t('form.objected', { sentence: refusalWords(state.refusal, names, 'now') })
  if (state.at !== 'failed') return null
  return state.isUncertain ? t('form.uncertain') : t(`error.${state.code}`)
}

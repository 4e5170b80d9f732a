import { useState } from 'react'
import { TextField } from '../../../components/TextField.tsx'
import { Button } from '../../../components/Button.tsx'
import { useAsk } from '../../../hooks/use-ask.ts'
import { useWarehouses } from '../../../hooks/use-status.ts'
import { useWorkDetail } from '../../../hooks/use-work.ts'
import type { WorkForm } from '../../../stores/work-form.ts'
import { t } from '../../../texts/text.ts'
import { commandThing, commandWords } from '../command-words.ts'
import { namesOf } from '../names.ts'
import { FormFrame } from './FormFrame.tsx'
import s from './forms.module.css'

type Form = Extract<WorkForm, { kind: 'discard' | 'assign' }>

/** Discards refused work for a reason, or hands it to the supervisors with a note: both in words that name it. */
export function DeskDialog({ form, onClose }: { form: Form; onClose: () => void }): React.ReactNode {
  const { value: detail } = useWorkDetail(form.id)
  const { value: warehouses } = useWarehouses()
  const [text, setText] = useState('')
  const [isTried, setIsTried] = useState(false)
  const discard = useAsk('work.discard', onClose)
  const assign = useAsk('work.assign', onClose)
  if (!detail) return null
  const { item } = detail
  const names = namesOf(item, warehouses)
  const thing = commandThing(item.command, names)
  const isDiscard = form.kind === 'discard'
  const { state } = isDiscard ? discard : assign
  const isMissing = text.trim() === ''

  function save(): void {
    setIsTried(true)
    if (isMissing) return
    if (isDiscard) void discard.ask({ id: form.id, reason: text.trim() })
    else void assign.ask({ id: form.id, note: text.trim() })
  }

  return (
    <FormFrame
      title={t(isDiscard ? 'desk.discard.title' : 'desk.assign.title', { thing })}
      about={commandWords(item.command, names)}
      save=""
      state={{ at: 'ready' }}
      names={names}
      fault={state.at === 'failed' ? t(`error.${state.code}`) : null}
      action={
        <Button look="main" type="submit" isPending={state.at === 'asking'}>
          {t(isDiscard ? 'desk.discard.confirm' : 'desk.assign.confirm')}
        </Button>
      }
      onSubmit={save}
      onClose={onClose}
    >
      <p className={s['hint']}>{t(isDiscard ? 'desk.discard.body' : 'desk.assign.body')}</p>
      <TextField
        label={t(isDiscard ? 'desk.discard.reason' : 'desk.assign.note')}
        isFirst
        type="text"
        autoComplete="off"
        maxLength={isDiscard ? 200 : 500}
        value={text}
        error={isTried && isMissing ? t(isDiscard ? 'desk.faulty.reason' : 'desk.faulty.note') : null}
        onChange={setText}
      />
    </FormFrame>
  )
}

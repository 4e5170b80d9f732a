import { useState } from 'react'
import { Button } from '../../components/Button.tsx'
import { Kbd } from '../../components/Kbd.tsx'
import { TextField } from '../../components/TextField.tsx'
import { useLetterKey } from '../../hooks/use-letter-key.ts'
import { t } from '../../texts/text.ts'
import s from './AlertPane.module.css'

interface Props {
  readonly word: string
  readonly look: 'main' | 'plain'
  onAcknowledge(note: string): void
}

/** "I have seen to it", with a note if there is one to make; the letter A does the same from the list. */
export function AcknowledgeForm({ word, look, onAcknowledge }: Props): React.ReactNode {
  const [note, setNote] = useState('')
  useLetterKey('a', () => onAcknowledge(note))
  return (
    <form
      className={s['acknowledge']}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        onAcknowledge(note)
      }}
    >
      <TextField
        label={t('alert.note')}
        hint={t('alert.note.hint')}
        type="text"
        autoComplete="off"
        maxLength={500}
        value={note}
        error={null}
        onChange={setNote}
      />
      <Button look={look} type="submit">
        {word}
        <span className={s['key']} aria-hidden>
          <Kbd>A</Kbd>
        </span>
      </Button>
    </form>
  )
}

import { useId } from 'react'
import { MAX_LABELS } from '#shared/protocol/paper.ts'
import { t } from '../../texts/text.ts'
import { CopiesField } from './CopiesField.tsx'
import s from './paper.module.css'

interface Props {
  readonly text: string
  readonly copies: number
  readonly isTooMuch: boolean
  onText(text: string): void
  onCopies(copies: number): void
}

/** Bins as a person writes them down: one on each line, or a range. */
export function BinLabelForm({ text, copies, isTooMuch, onText, onCopies }: Props): React.ReactNode {
  const id = useId()
  return (
    <>
      <div>
        <label htmlFor={id} className={s['fieldname']}>
          {t('labels.bins')}
        </label>
        <textarea
          id={id}
          className={s['bins']}
          rows={6}
          maxLength={20_000}
          spellCheck={false}
          aria-invalid={isTooMuch}
          aria-describedby={`${id}below`}
          value={text}
          onChange={(event) => onText(event.target.value)}
        />
        <p id={`${id}below`} className={isTooMuch ? s['error'] : s['hint']}>
          {t(isTooMuch ? 'labels.bins.too-many' : 'labels.bins.hint')}
        </p>
      </div>
      <CopiesField
        label={t('labels.copies')}
        value={copies}
        most={MAX_LABELS}
        isLabelled
        onChange={onCopies}
      />
    </>
  )
}

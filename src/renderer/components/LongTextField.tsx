import { useId } from 'react'
import { cx } from '../lib/cx.ts'
import field from './TextField.module.css'
import s from './LongTextField.module.css'

interface Props {
  readonly label: string
  readonly value: string
  readonly hint?: string
  /** What is wrong with this entry; null while nothing is. */
  readonly error: string | null
  readonly maxLength: number
  readonly disabled: boolean
  /** Takes the focus when the form opens. */
  readonly isFirst?: boolean
  onChange(value: string): void
}

/** A labelled entry of several lines. Enter begins a new one; Ctrl or Cmd with Enter saves the form. */
export function LongTextField({ label, hint, error, isFirst, onChange, ...input }: Props): React.ReactNode {
  const id = useId()
  const below = error ?? hint
  return (
    <div className={field['field']}>
      <label htmlFor={id} className={field['label']}>
        {label}
      </label>
      <textarea
        {...input}
        id={id}
        rows={3}
        // A form that a person opened to fill it in.
        // eslint-disable-next-line jsx-a11y/no-autofocus
        autoFocus={isFirst}
        className={cx(field['input'], s['input'])}
        aria-invalid={error !== null}
        aria-describedby={below === undefined ? undefined : `${id}below`}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
          event.preventDefault()
          event.currentTarget.form?.requestSubmit()
        }}
      />
      {below !== undefined && (
        <p id={`${id}below`} className={error === null ? field['hint'] : field['error']}>
          {below}
        </p>
      )}
    </div>
  )
}

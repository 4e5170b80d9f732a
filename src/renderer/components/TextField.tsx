import { useId } from 'react'
import s from './TextField.module.css'

interface Props {
  readonly label: string
  readonly type: 'email' | 'password' | 'text' | 'datetime-local' | 'date'
  readonly value: string
  readonly autoComplete: string
  readonly hint?: string
  /** What is wrong with this entry; null while nothing is. */
  readonly error: string | null
  readonly ref?: React.Ref<HTMLInputElement>
  readonly maxLength?: number
  readonly disabled?: boolean
  /** Takes the focus when the form opens. */
  readonly isFirst?: boolean
  onChange(value: string): void
}

/** A labelled entry; its error stands right below it and is tied to it for screen readers. */
export function TextField({ label, hint, error, isFirst, onChange, ...input }: Props): React.ReactNode {
  const id = useId()
  const below = error ?? hint
  return (
    <div className={s['field']}>
      <label htmlFor={id} className={s['label']}>
        {label}
      </label>
      <input
        {...input}
        id={id}
        // A form that a person opened to fill it in.
        // eslint-disable-next-line jsx-a11y/no-autofocus
        autoFocus={isFirst}
        className={s['input']}
        spellCheck={false}
        aria-invalid={error !== null}
        aria-describedby={below === undefined ? undefined : `${id}below`}
        onChange={(event) => onChange(event.target.value)}
      />
      {below !== undefined && (
        <p id={`${id}below`} className={error === null ? s['hint'] : s['error']}>
          {below}
        </p>
      )}
    </div>
  )
}

import { useState } from 'react'
import s from './paper.module.css'

interface Props {
  readonly label: string
  readonly value: number
  readonly most: number
  /** Shown above the field; elsewhere it is only said. */
  readonly isLabelled?: boolean
  onChange(value: number): void
}

/** How many of a label: what is no number from 1 to the most is put right when the field is left. */
export function CopiesField({ label, value, most, isLabelled, onChange }: Props): React.ReactNode {
  const [text, setText] = useState<string | null>(null)
  const input = (
    <input
      className={s['copies']}
      type="text"
      inputMode="numeric"
      aria-label={isLabelled ? undefined : label}
      value={text ?? String(value)}
      maxLength={4}
      onChange={(event) => {
        setText(event.target.value)
        const wanted = Number(event.target.value)
        if (Number.isInteger(wanted) && wanted >= 1 && wanted <= most) onChange(wanted)
      }}
      onBlur={() => setText(null)}
    />
  )
  if (!isLabelled) return input
  return (
    <label className={s['labelled']}>
      <span className={s['fieldname']}>{label}</span>
      {input}
    </label>
  )
}

import s from './FilterButtons.module.css'

interface Props<V extends string> {
  readonly label: string
  readonly options: readonly { readonly value: V; readonly word: string }[]
  readonly value: V
  onChange(value: V): void
}

/** A few choices of which exactly one is on. */
export function FilterButtons<V extends string>({
  label,
  options,
  value,
  onChange,
}: Props<V>): React.ReactNode {
  return (
    <div className={s['filters']} role="group" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          className={s['filter']}
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
        >
          {option.word}
        </button>
      ))}
    </div>
  )
}

import { Search, X } from 'lucide-react'
import { Kbd } from './Kbd.tsx'
import s from './SearchField.module.css'

interface Props {
  readonly ref: React.Ref<HTMLInputElement>
  readonly label: string
  readonly clearLabel: string
  readonly value: string
  onChange(value: string): void
  /** On to what was found: Enter, arrow down, or Esc when there is nothing to clear. */
  onLeave(): void
}

/** Searches while typing; Esc clears, then leaves. */
export function SearchField({ ref, label, clearLabel, value, onChange, onLeave }: Props): React.ReactNode {
  function onKeyDown(event: React.KeyboardEvent): void {
    if (event.key === 'Escape' && value !== '') onChange('')
    else if (['Escape', 'Enter', 'ArrowDown'].includes(event.key)) onLeave()
    else return
    event.preventDefault()
  }
  return (
    <div className={s['field']} role="search">
      <Search size={15} className={s['icon']} aria-hidden />
      <input
        ref={ref}
        type="text"
        className={s['input']}
        aria-label={label}
        placeholder={label}
        value={value}
        maxLength={200}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {value === '' ? (
        <span className={s['hint']} aria-hidden>
          <Kbd>/</Kbd>
        </span>
      ) : (
        <button type="button" className={s['clear']} aria-label={clearLabel} onClick={() => onChange('')}>
          <X size={14} aria-hidden />
        </button>
      )}
    </div>
  )
}

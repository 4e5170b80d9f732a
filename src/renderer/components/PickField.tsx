import { useId, useState } from 'react'
import { cx } from '../lib/cx.ts'
import field from './TextField.module.css'
import s from './PickField.module.css'

/** One of the things a person may mean. */
export interface Pick {
  readonly id: string
  readonly word: string
  /** Small beside the word. */
  readonly meta: string
}

interface Props {
  readonly label: string
  /** What was typed, or the word of what was chosen. */
  readonly text: string
  /** What fits what was typed, the likeliest first. */
  readonly offered: readonly Pick[]
  readonly chosenId: string | null
  /** Said while nothing fits; null while something may. */
  readonly none: string | null
  readonly error: string | null
  readonly isDisabled: boolean
  readonly isFirst?: boolean
  onType(text: string): void
  onChoose(pick: Pick): void
}

/** Type a part of it, choose with the arrows, Enter. What was typed alone is no choice. */
export function PickField(props: Props): React.ReactNode {
  const { offered, chosenId, error } = props
  const id = useId()
  const [chosen, setChosen] = useState(0)
  const isOpen = chosenId === null && offered.length > 0
  const at = Math.min(chosen, offered.length - 1)
  const optionId = (pick: Pick): string => `${id}${pick.id}`
  const current = isOpen ? offered[at] : undefined

  function onKeyDown(event: React.KeyboardEvent): void {
    if (!isOpen) return
    if (event.key === 'ArrowDown') setChosen((at + 1) % offered.length)
    else if (event.key === 'ArrowUp') setChosen((at - 1 + offered.length) % offered.length)
    else if (event.key === 'Enter' && current) props.onChoose(current)
    else return
    event.preventDefault()
  }

  return (
    <div className={field['field']}>
      <label htmlFor={`${id}input`} className={field['label']}>
        {props.label}
      </label>
      <input
        id={`${id}input`}
        // A form that a person opened to fill it in.
        // eslint-disable-next-line jsx-a11y/no-autofocus
        autoFocus={props.isFirst}
        className={field['input']}
        role="combobox"
        aria-expanded={isOpen}
        aria-controls={`${id}list`}
        aria-activedescendant={current && optionId(current)}
        aria-invalid={error !== null}
        aria-describedby={error === null ? undefined : `${id}below`}
        type="text"
        autoComplete="off"
        spellCheck={false}
        maxLength={200}
        value={props.text}
        disabled={props.isDisabled}
        onChange={(event) => {
          setChosen(0)
          props.onType(event.target.value)
        }}
        onKeyDown={onKeyDown}
      />
      {error !== null && (
        <p id={`${id}below`} className={field['error']}>
          {error}
        </p>
      )}
      <div id={`${id}list`} role="listbox" aria-label={props.label} className={cx(isOpen && s['list'])}>
        {isOpen &&
          offered.map((pick) => (
            // The combobox has the focus and the keys; the pointer acts on the option.
            // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
            <div
              key={pick.id}
              id={optionId(pick)}
              role="option"
              aria-selected={pick === current}
              className={s['option']}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => props.onChoose(pick)}
            >
              <span className={s['word']}>{pick.word}</span>
              <span className={s['meta']}>{pick.meta}</span>
            </div>
          ))}
      </div>
      {props.none !== null && (
        <p className={s['none']} role="status">
          {props.none}
        </p>
      )}
    </div>
  )
}

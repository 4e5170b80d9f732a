import { Label, Radio, RadioGroup } from 'react-aria-components'
import s from './ChoiceField.module.css'

export interface Choice {
  readonly value: string
  readonly word: string
  /** Small beside the word. */
  readonly meta?: string | undefined
}

interface Props {
  readonly label: string
  readonly choices: readonly Choice[]
  readonly value: string | null
  readonly error: string | null
  readonly isDisabled: boolean
  readonly autoFocus?: boolean
  onChange(value: string): void
}

/** A few choices, each a key as large as a gloved finger; arrows move between them. */
export function ChoiceField(props: Props): React.ReactNode {
  return (
    <RadioGroup
      className={s['field'] ?? ''}
      value={props.value}
      isDisabled={props.isDisabled}
      isInvalid={props.error !== null}
      orientation="horizontal"
      onChange={props.onChange}
    >
      <Label className={s['label'] ?? ''}>{props.label}</Label>
      <div className={s['choices']}>
        {props.choices.map((choice, at) => (
          <Radio
            key={choice.value}
            value={choice.value}
            className={s['choice'] ?? ''}
            // The first question of a form that was opened to answer it.
            // eslint-disable-next-line jsx-a11y/no-autofocus
            autoFocus={(props.autoFocus ?? false) && at === 0}
          >
            <span className={s['word']}>{choice.word}</span>
            {choice.meta !== undefined && <span className={s['meta']}>{choice.meta}</span>}
          </Radio>
        ))}
      </div>
      {props.error !== null && <p className={s['error']}>{props.error}</p>}
    </RadioGroup>
  )
}

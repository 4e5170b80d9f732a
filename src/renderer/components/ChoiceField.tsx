import { Label, RadioButton, RadioField, RadioGroup } from 'react-aria-components'
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
  /** Takes the focus when the form opens. */
  readonly isFirst?: boolean
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
        {props.choices.map((choice) => (
          <RadioField
            key={choice.value}
            value={choice.value}
            // eslint-disable-next-line jsx-a11y/no-autofocus
            autoFocus={(props.isFirst ?? false) && choice.value === (props.value ?? props.choices[0]?.value)}
          >
            <RadioButton className={s['choice'] ?? ''}>
              <span className={s['word']}>{choice.word}</span>
              {choice.meta !== undefined && <span className={s['meta']}>{choice.meta}</span>}
            </RadioButton>
          </RadioField>
        ))}
      </div>
      {props.error !== null && <p className={s['error']}>{props.error}</p>}
    </RadioGroup>
  )
}

import { Minus, Plus } from 'lucide-react'
import { Button, Group, Input, Label, NumberField } from 'react-aria-components'
import { t } from '../texts/text.ts'
import s from './QuantityField.module.css'

interface Props {
  readonly label: string
  /** Null while it is empty. */
  readonly value: number | null
  readonly min: number
  readonly hint?: string
  /** What is wrong with this entry; null while nothing is. */
  readonly error: string | null
  readonly isDisabled: boolean
  /** Takes the focus when the form opens. */
  readonly isFirst?: boolean
  /** Shown small, beside the label of another thing. */
  readonly isBare?: boolean
  onChange(value: number | null): void
}

const MAX = 1_000_000

/** A whole number, typed as the locale writes it or stepped with keys as large as a gloved finger. */
export function QuantityField({ label, value, min, hint, error, isBare, ...props }: Props): React.ReactNode {
  const below = error ?? hint
  return (
    <NumberField
      className={s['field'] ?? ''}
      {...(isBare ? { 'aria-label': label } : {})}
      value={value ?? NaN}
      minValue={min}
      maxValue={MAX}
      step={1}
      formatOptions={wholeNumbers}
      isInvalid={error !== null}
      isDisabled={props.isDisabled}
      // Opened to be filled in: the figure is what changes each time.
      // eslint-disable-next-line jsx-a11y/no-autofocus
      autoFocus={props.isFirst ?? false}
      onChange={(next) => props.onChange(Number.isNaN(next) ? null : next)}
    >
      {!isBare && <Label className={s['label'] ?? ''}>{label}</Label>}
      <Group className={s['group'] ?? ''}>
        <Button slot="decrement" className={s['step'] ?? ''} aria-label={t('form.fewer')}>
          <Minus size={18} aria-hidden />
        </Button>
        <Input className={s['input'] ?? ''} />
        <Button slot="increment" className={s['step'] ?? ''} aria-label={t('form.more')}>
          <Plus size={18} aria-hidden />
        </Button>
      </Group>
      {below !== undefined && <p className={error === null ? s['hint'] : s['error']}>{below}</p>}
    </NumberField>
  )
}

const wholeNumbers = { maximumFractionDigits: 0 } as const

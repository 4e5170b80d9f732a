import { useState } from 'react'
import type { StockDetail } from '#shared/protocol/views.ts'
import { ChoiceField } from '../../../components/ChoiceField.tsx'
import { TextField } from '../../../components/TextField.tsx'
import { formatNumber } from '../../../lib/format.ts'
import { t } from '../../../texts/text.ts'
import s from './forms.module.css'

interface Props {
  readonly label: string
  readonly bins: StockDetail['bins']
  readonly value: string
  readonly error: string | null
  readonly isDisabled: boolean
  /** A count must not be helped. */
  readonly isBlind?: boolean
  readonly isFirst?: boolean
  onChange(bin: string): void
}

const OTHER = '\u0000other'

/** The bins that hold the product, each a key; and a field for any other. */
export function BinField(props: Props): React.ReactNode {
  const { label, bins, value, error, isDisabled } = props
  const isKnown = bins.some(({ bin }) => bin === value)
  const [isOther, setIsOther] = useState(bins.length === 0 || (value !== '' && !isKnown))
  const naming = (
    <TextField
      label={bins.length === 0 ? label : t('form.bin.name')}
      type="text"
      autoComplete="off"
      maxLength={40}
      value={value}
      disabled={isDisabled}
      error={error}
      onChange={props.onChange}
    />
  )
  if (bins.length === 0) return naming
  const figure = (onHand: number): string | undefined =>
    props.isBlind ? undefined : t('form.bin.on-hand', { quantity: formatNumber(onHand) })
  return (
    <div>
      <ChoiceField
        label={label}
        choices={[
          ...bins.map(({ bin, onHand }) => ({ value: bin, word: bin, meta: figure(onHand) })),
          { value: OTHER, word: t('form.bin.other') },
        ]}
        value={isOther ? OTHER : value === '' ? null : value}
        error={isOther ? null : error}
        isDisabled={isDisabled}
        isFirst={props.isFirst ?? false}
        onChange={(next) => {
          setIsOther(next === OTHER)
          props.onChange(next === OTHER ? '' : next)
        }}
      />
      {isOther && <div className={s['other']}>{naming}</div>}
    </div>
  )
}

import type { StockDetail } from '#shared/protocol/views.ts'
import { QuantityField } from '../../../components/QuantityField.tsx'
import { TextField } from '../../../components/TextField.tsx'
import { t } from '../../../texts/text.ts'
import type { StockForm } from './use-stock-form.ts'

/* The fields that several forms share. */

export function QuantityEntry(props: {
  form: StockForm
  unit: string | undefined
  min?: number
  isFirst?: boolean
}): React.ReactNode {
  const { form, unit } = props
  return (
    <QuantityField
      label={unit === undefined || unit === 'piece' ? t('form.quantity') : t('form.quantity.unit', { unit })}
      value={form.entries.quantity}
      min={props.min ?? 1}
      error={form.fault('quantity')}
      isDisabled={form.submit.isLocked}
      isFirst={props.isFirst ?? false}
      onChange={(quantity) => form.set({ quantity })}
    />
  )
}

export function ReasonEntry({ form }: { form: StockForm }): React.ReactNode {
  return (
    <TextField
      label={t('form.reason')}
      type="text"
      autoComplete="off"
      maxLength={200}
      value={form.entries.reason}
      disabled={form.submit.isLocked}
      error={form.fault('reason')}
      onChange={(reason) => form.set({ reason })}
    />
  )
}

export function ReferenceEntry({ form }: { form: StockForm }): React.ReactNode {
  return (
    <TextField
      label={t('form.reference')}
      hint={t('form.reference.hint')}
      type="text"
      autoComplete="off"
      maxLength={200}
      value={form.entries.reference}
      disabled={form.submit.isLocked}
      error={form.fault('reference')}
      onChange={(reference) => form.set({ reference })}
    />
  )
}

/** What a delivery was announced with: optional, and counted under the delivery's reference. */
export function ExpectedEntry({ form }: { form: StockForm }): React.ReactNode {
  return (
    <QuantityField
      label={t('form.expected')}
      hint={t('form.expected.hint')}
      value={form.entries.expected}
      min={1}
      error={form.fault('expected')}
      isDisabled={form.submit.isLocked}
      onChange={(expected) => form.set({ expected })}
    />
  )
}

/** Where most lies: goods are mostly taken from there. */
export const fullestBin = (bins: StockDetail['bins']): string =>
  bins.reduce<StockDetail['bins'][number] | null>(
    (best, bin) => (best === null || bin.onHand > best.onHand ? bin : best),
    null,
  )?.bin ?? ''

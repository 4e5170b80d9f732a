import { QuantityField } from '../../../components/QuantityField.tsx'
import { t } from '../../../texts/text.ts'
import { BinField } from './BinField.tsx'
import { fullestBin, ReasonEntry } from './fields.tsx'
import { FormFrame } from './FormFrame.tsx'
import type { StockDialogProps } from './StockDialog.tsx'
import { useStockForm } from './use-stock-form.ts'

/** More or fewer in a bin than the books say, and why. */
export function AdjustDialog(props: StockDialogProps): React.ReactNode {
  const { about, bins } = props
  const form = useStockForm(about, fullestBin(bins), props.onClose)
  return (
    <FormFrame
      title={props.title}
      about={props.product?.name}
      save={t('form.save.adjust')}
      state={form.submit.state}
      names={props.names}
      onSubmit={() => form.save()}
      onClose={props.onClose}
    >
      <BinField
        label={t('form.bin')}
        bins={bins}
        value={form.entries.bin}
        error={form.fault('bin')}
        isDisabled={form.submit.isLocked}
        onChange={(bin) => form.set({ bin })}
      />
      <QuantityField
        label={t('form.quantity')}
        hint={t('form.quantity.signed')}
        value={form.entries.quantity}
        min={-1_000_000}
        error={form.fault('quantity')}
        isDisabled={form.submit.isLocked}
        isFirst
        onChange={(quantity) => form.set({ quantity })}
      />
      <ReasonEntry form={form} />
    </FormFrame>
  )
}

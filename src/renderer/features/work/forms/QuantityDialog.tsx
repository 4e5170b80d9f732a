import { t } from '../../../texts/text.ts'
import { BinField } from './BinField.tsx'
import { ExpectedEntry, fullestBin, QuantityEntry, ReasonEntry, ReferenceEntry } from './fields.tsx'
import { FormFrame } from './FormFrame.tsx'
import type { StockDialogProps } from './StockDialog.tsx'
import { useStockForm } from './use-stock-form.ts'

type Action = 'receive' | 'pick' | 'return' | 'scrap'

const binWords: Record<Action, 'form.bin.into' | 'form.bin.from'> = {
  receive: 'form.bin.into',
  return: 'form.bin.into',
  pick: 'form.bin.from',
  scrap: 'form.bin.from',
}

/** So many, into or out of one bin: receive, pick, return, scrap. */
export function QuantityDialog(props: StockDialogProps): React.ReactNode {
  const { about, bins, product } = props
  const action = about.action as Action
  const form = useStockForm(about, fullestBin(bins), props.onClose)
  return (
    <FormFrame
      title={props.title}
      about={aboutWords(props)}
      save={t(`form.save.${action}`)}
      state={form.submit.state}
      names={props.names}
      onSubmit={() => form.save()}
      onClose={props.onClose}
    >
      <BinField
        label={t(binWords[action])}
        bins={bins}
        value={form.entries.bin}
        error={form.fault('bin')}
        isDisabled={form.submit.isLocked}
        onChange={(bin) => form.set({ bin })}
      />
      <QuantityEntry form={form} unit={product?.unit} isFirst />
      {action === 'scrap' && <ReasonEntry form={form} />}
      {action !== 'scrap' && <ReferenceEntry form={form} />}
      {action === 'receive' && <ExpectedEntry form={form} />}
    </FormFrame>
  )
}

/** The product, and how many an order's line still needs. */
function aboutWords({ about, product }: StockDialogProps): string | undefined {
  if (!about.orderLine) return product?.name
  const left = t('form.pick.order.about', { count: about.orderLine.left })
  return product ? `${product.name} · ${left}` : left
}

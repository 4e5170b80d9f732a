import { ChoiceField } from '../../../components/ChoiceField.tsx'
import { TextField } from '../../../components/TextField.tsx'
import { useWarehouses } from '../../../hooks/use-status.ts'
import { t } from '../../../texts/text.ts'
import { BinField } from './BinField.tsx'
import { fullestBin, QuantityEntry } from './fields.tsx'
import { FormFrame } from './FormFrame.tsx'
import type { StockDialogProps } from './StockDialog.tsx'
import { useStockForm } from './use-stock-form.ts'

/** From one bin to another: put away within a warehouse, transfer to any. */
export function MoveDialog(props: StockDialogProps): React.ReactNode {
  const { about, bins } = props
  const { value: warehouses } = useWarehouses()
  const form = useStockForm(about, fullestBin(bins), props.onClose)
  const { entries, submit } = form
  const isTransfer = about.action === 'transfer'
  const isHere = entries.toWarehouseId === about.warehouseId
  return (
    <FormFrame
      title={props.title}
      about={props.product?.name}
      save={t(isTransfer ? 'form.save.transfer' : 'form.save.putaway')}
      state={submit.state}
      names={props.names}
      onSubmit={() => form.save()}
      onClose={props.onClose}
    >
      <BinField
        label={t('form.bin.from')}
        bins={bins}
        value={entries.bin}
        error={form.fault('bin')}
        isDisabled={submit.isLocked}
        onChange={(bin) => form.set({ bin })}
      />
      {isTransfer && (
        <ChoiceField
          label={t('form.warehouse.to')}
          choices={(warehouses ?? []).map(({ id, name }) => ({ value: id, word: name }))}
          value={entries.toWarehouseId}
          error={form.fault('to_warehouse_id')}
          isDisabled={submit.isLocked}
          onChange={(chosen) =>
            form.set({
              toWarehouseId: warehouses?.find(({ id }) => id === chosen)?.id ?? null,
              toBin: '',
            })
          }
        />
      )}
      {isHere ? (
        <BinField
          key="here"
          label={t('form.bin.to')}
          bins={bins.filter(({ bin }) => bin !== entries.bin)}
          value={entries.toBin}
          error={form.fault('to_bin')}
          isDisabled={submit.isLocked}
          onChange={(toBin) => form.set({ toBin })}
        />
      ) : (
        <TextField
          label={t('form.bin.to')}
          type="text"
          autoComplete="off"
          maxLength={40}
          value={entries.toBin}
          disabled={submit.isLocked}
          error={form.fault('to_bin')}
          onChange={(toBin) => form.set({ toBin })}
        />
      )}
      <QuantityEntry form={form} unit={props.product?.unit} />
    </FormFrame>
  )
}

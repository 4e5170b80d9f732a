import { useState } from 'react'
import { QuantityField } from '../../../components/QuantityField.tsx'
import { Button } from '../../../components/Button.tsx'
import { useAsk } from '../../../hooks/use-ask.ts'
import type { CountBasis } from '#shared/domain/commands.ts'
import { t } from '../../../texts/text.ts'
import { BinField } from './BinField.tsx'
import { fullestBin } from './fields.tsx'
import { FormFrame } from './FormFrame.tsx'
import type { StockDialogProps } from './StockDialog.tsx'
import { useStockForm } from './use-stock-form.ts'
import s from './forms.module.css'

/** A blind count: first where it begins, then what lies there. What the books say is nowhere to be seen meanwhile. */
export function CountDialog(props: StockDialogProps): React.ReactNode {
  const { about, bins } = props
  const form = useStockForm(about, fullestBin(bins), props.onClose)
  const [basis, setBasis] = useState<CountBasis | null>(null)
  const begin = useAsk('work.begin-count', (answer) => setBasis(answer.basis))
  const { entries, submit } = form
  const [isTried, setIsTried] = useState(false)
  const noBin = isTried && entries.bin.trim() === '' ? t('form.faulty.bin') : null

  function beginCount(): void {
    setIsTried(true)
    const { warehouseId, productId } = about
    if (entries.bin.trim() !== '')
      void begin.ask({ warehouseId, productId, bin: entries.bin.trim().slice(0, 40) })
  }

  return (
    <FormFrame
      title={props.title}
      about={props.product?.name}
      save={t('form.save.count')}
      state={submit.state}
      names={props.names}
      fault={begin.state.at === 'failed' ? t(`error.${begin.state.code}`) : null}
      isBlind
      action={
        basis === null && (
          <Button look="main" type="submit" isPending={begin.state.at === 'asking'}>
            {t('form.count.begin')}
          </Button>
        )
      }
      onSubmit={() => (basis === null ? beginCount() : form.save(basis))}
      onClose={props.onClose}
    >
      {basis === null ? (
        <>
          <BinField
            label={t('form.bin')}
            bins={bins}
            value={entries.bin}
            error={noBin}
            isDisabled={begin.state.at === 'asking'}
            isBlind
            isFirst
            onChange={(bin) => form.set({ bin })}
          />
          <p className={s['hint']}>{t('form.count.begin.hint')}</p>
        </>
      ) : (
        <>
          <p className={s['hint']}>{t('form.count.hint')}</p>
          <QuantityField
            label={t('form.count.counted', { bin: entries.bin })}
            value={entries.quantity}
            min={0}
            error={form.fault('counted')}
            isDisabled={submit.isLocked}
            isFirst
            onChange={(quantity) => form.set({ quantity })}
          />
        </>
      )}
    </FormFrame>
  )
}

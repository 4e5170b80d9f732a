import { useDeferredValue, useState } from 'react'
import type { ProductId, WarehouseId } from '#shared/domain/ids.ts'
import { PickField } from '../../components/PickField.tsx'
import { QuantityField } from '../../components/QuantityField.tsx'
import { useRealtimeInventory } from '../../hooks/use-realtime-inventory.ts'
import { t } from '../../texts/text.ts'
import { checked } from '../work/forms/entries.ts'
import { FormFrame } from '../work/forms/FormFrame.tsx'
import { namesOf } from '../work/names.ts'
import { useSubmit } from '../work/use-submit.ts'

const OFFERED = 5

interface Props {
  readonly warehouseId: WarehouseId
  readonly code: string
  onClose(): void
}

/** Gives a code that no product has to one: found by SKU, name or another of its barcodes. */
export function AssignCodeDialog({ warehouseId, code, onClose }: Props): React.ReactNode {
  const submit = useSubmit(null, onClose)
  const [product, setProduct] = useState<{ id: ProductId; sku: string } | null>(null)
  const [text, setText] = useState('')
  const [pack, setPack] = useState<number | null>(1)
  const [isTried, setIsTried] = useState(false)
  const search = useDeferredValue(text.trim())
  const isSearching = product === null && search !== ''
  const found = useRealtimeInventory(isSearching ? warehouseId : null, {
    search,
    filter: 'all',
    sort: 'sku',
    direction: 'asc',
  })
  const rows = isSearching ? (found.list.shown?.rows.slice(0, OFFERED) ?? []) : []
  const result = checked(
    {
      kind: 'barcode.assign',
      mutation_id: submit.id,
      warehouse_id: warehouseId,
      product_id: product?.id,
      code,
      pack_quantity: pack ?? undefined,
    },
    { code: 'form.faulty.code', pack_quantity: 'form.faulty.pack' },
  )
  const faults = isTried && 'faults' in result ? result.faults : {}
  return (
    <FormFrame
      title={t('code.assign.title', { code })}
      save={t('code.assign.save')}
      state={submit.state}
      names={namesOf({ product: product && { ...product, name: '', unit: '' } })}
      onSubmit={() => {
        setIsTried(true)
        if ('command' in result) void submit.submit(result.command)
      }}
      onClose={onClose}
    >
      <PickField
        label={t('code.assign.product')}
        isFirst
        text={text}
        offered={rows.map(({ id, sku, name }) => ({ id, word: name, meta: sku }))}
        chosenId={product?.id ?? null}
        none={isSearching && found.list.shown?.total === 0 ? t('code.assign.none', { search }) : null}
        error={isTried && product === null ? t('code.assign.missing') : null}
        isDisabled={submit.isLocked}
        onType={(typed) => {
          setText(typed)
          setProduct(null)
          submit.clear()
        }}
        onChoose={({ id, word, meta: sku }) => {
          setText(`${sku} · ${word}`)
          setProduct(rows.find((row) => row.id === id) ?? null)
        }}
      />
      <QuantityField
        label={t('code.assign.pack')}
        value={pack}
        min={1}
        error={faults['pack_quantity'] ? t(faults['pack_quantity']) : null}
        isDisabled={submit.isLocked}
        onChange={setPack}
      />
    </FormFrame>
  )
}

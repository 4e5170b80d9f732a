import { useDeferredValue, useState } from 'react'
import { X } from 'lucide-react'
import type { ProductId, RowId, WarehouseId } from '#shared/domain/ids.ts'
import { Button } from '../../../components/Button.tsx'
import { QuantityField } from '../../../components/QuantityField.tsx'
import { TextField } from '../../../components/TextField.tsx'
import { useRealtimeInventory } from '../../../hooks/use-realtime-inventory.ts'
import { useStockDetail } from '../../../hooks/use-status.ts'
import { t } from '../../../texts/text.ts'
import type { LineEntry } from './order-entries.ts'
import s from './OrderLines.module.css'

const FOUND_SHOWN = 5

interface Props {
  readonly warehouseId: WarehouseId
  readonly lines: readonly LineEntry[]
  readonly error: string | null
  readonly isDisabled: boolean
  onChange(lines: readonly LineEntry[]): void
}

/** The products of an order: searched for, added, and each with how many. */
export function OrderLines(props: Props): React.ReactNode {
  const { lines, onChange, isDisabled } = props
  const [text, setText] = useState('')
  const search = useDeferredValue(text.trim())
  const found = useRealtimeInventory(search === '' ? null : props.warehouseId, {
    search,
    filter: 'all',
    sort: 'sku',
    direction: 'asc',
  })
  const rows = search === '' ? [] : (found.list.shown?.rows ?? [])
  const offered = rows.filter(({ id }) => !lines.some((line) => line.productId === id)).slice(0, FOUND_SHOWN)
  const isNothing = search !== '' && found.list.shown?.total === 0

  function add(row: { id: ProductId; sku: string; name: string }): void {
    const id = crypto.randomUUID() as RowId
    onChange([...lines, { id, productId: row.id, sku: row.sku, name: row.name, quantity: 1 }])
    setText('')
  }

  return (
    <section aria-label={t('order.create.lines')}>
      {lines.length > 0 && (
        <ul className={s['lines']}>
          {lines.map((line) => (
            <Line
              key={line.id}
              line={line}
              warehouseId={props.warehouseId}
              isDisabled={isDisabled}
              onQuantity={(quantity) =>
                onChange(lines.map((was) => (was.id === line.id ? { ...was, quantity } : was)))
              }
              onRemove={() => onChange(lines.filter(({ id }) => id !== line.id))}
            />
          ))}
        </ul>
      )}
      <TextField
        label={t('order.create.search')}
        type="text"
        autoComplete="off"
        maxLength={200}
        value={text}
        disabled={isDisabled}
        error={props.error}
        onChange={setText}
      />
      <ul className={s['found']}>
        {offered.map((row) => (
          <li key={row.id}>
            <Button look="quiet" isDisabled={isDisabled} onPress={() => add(row)}>
              <span className={s['sku']}>{t('order.create.add', { sku: row.sku })}</span>
              <span className={s['name']}>{row.name}</span>
            </Button>
          </li>
        ))}
      </ul>
      {isNothing && (
        <p className={s['none']} role="status">
          {t('order.create.none-found', { search })}
        </p>
      )}
    </section>
  )
}

function Line(props: {
  line: LineEntry
  warehouseId: WarehouseId
  isDisabled: boolean
  onQuantity: (quantity: number | null) => void
  onRemove: () => void
}): React.ReactNode {
  const { line } = props
  const { value: detail } = useStockDetail(line.sku === '' ? props.warehouseId : null, line.productId)
  const sku = line.sku || (detail?.product.sku ?? t('name.product'))
  return (
    <li className={s['line']}>
      <span className={s['what']}>
        <span className={s['sku']}>{sku}</span>
        <span className={s['name']}>{line.name || detail?.product.name}</span>
      </span>
      <span className={s['quantity']}>
        <QuantityField
          label={t('order.create.quantity', { sku })}
          isBare
          value={line.quantity}
          min={1}
          error={null}
          isDisabled={props.isDisabled}
          onChange={props.onQuantity}
        />
      </span>
      <Button
        look="quiet"
        aria-label={t('order.create.remove', { sku })}
        isDisabled={props.isDisabled}
        onPress={props.onRemove}
      >
        <X size={16} aria-hidden />
      </Button>
    </li>
  )
}

import { useDeferredValue, useId } from 'react'
import type { ProductId, WarehouseId } from '#shared/domain/ids.ts'
import { MovementKind } from '#shared/domain/rows.ts'
import type { LedgerFilter, LedgerNames } from '#shared/protocol/ledger.ts'
import type { WarehouseChoice } from '#shared/protocol/views.ts'
import { Button } from '../../components/Button.tsx'
import { PickField } from '../../components/PickField.tsx'
import { TextField } from '../../components/TextField.tsx'
import { useRealtimeInventory } from '../../hooks/use-realtime-inventory.ts'
import { dayAfter, momentOnWall } from '../../lib/wall-clock.ts'
import { t } from '../../texts/text.ts'
import s from './ledger.module.css'

const OFFERED = 8

/** The fields as they stand; an empty one leaves nothing out. */
export interface FilterEntries {
  readonly product: { readonly text: string; readonly id: ProductId | null }
  readonly bin: string
  readonly kind: string
  /** Days on the warehouse's wall, both of them inside: "2026-03-02". */
  readonly firstDay: string
  readonly lastDay: string
  readonly document: string
  readonly userId: string
  readonly stationId: string
}

export const noFilter: FilterEntries = {
  product: { text: '', id: null },
  bin: '',
  kind: '',
  firstDay: '',
  lastDay: '',
  document: '',
  userId: '',
  stationId: '',
}

/** @param zone of the warehouse: its days begin at its own midnight */
export function filterOf(entries: FilterEntries, zone: string): LedgerFilter {
  const { product, bin, document, kind, userId, stationId, firstDay, lastDay } = entries
  const midnight = (day: string): number | undefined => momentOnWall(day, zone) ?? undefined
  const text = (value: string): string | undefined => value.trim() || undefined
  return JSON.parse(
    JSON.stringify({
      productId: product.id ?? undefined,
      bin: text(bin),
      document: text(document),
      kind: text(kind),
      userId: text(userId),
      stationId: text(stationId),
      from: firstDay === '' ? undefined : midnight(firstDay),
      to: lastDay === '' ? undefined : midnight(dayAfter(lastDay, 1)),
    }),
  ) as LedgerFilter
}

interface Props {
  readonly warehouse: WarehouseChoice
  readonly names: LedgerNames | undefined
  readonly entries: FilterEntries
  readonly firstRef: React.Ref<HTMLDivElement>
  onChange(entries: FilterEntries): void
}

/** Which movements: each field narrows, all of them together. */
export function LedgerFilters({ warehouse, names, entries, firstRef, onChange }: Props): React.ReactNode {
  const set = (some: Partial<FilterEntries>): void => onChange({ ...entries, ...some })
  const { firstDay, lastDay } = entries
  const isEmpty = Object.values({ ...entries, product: entries.product.text }).every((entry) => entry === '')
  return (
    <div className={s['filters']} role="group" aria-label={t('ledger.filters')}>
      <div className={s['product']} ref={firstRef}>
        <ProductField
          warehouseId={warehouse.id}
          product={entries.product}
          onChange={(product) => set({ product })}
        />
      </div>
      <TextField
        label={t('ledger.filter.bin')}
        type="text"
        autoComplete="off"
        error={null}
        maxLength={40}
        value={entries.bin}
        onChange={(bin) => set({ bin })}
      />
      <Select
        label={t('ledger.filter.kind')}
        value={entries.kind}
        options={MovementKind.options.map((id) => ({ id, word: t(`ledger.kind.${id}`) }))}
        onChange={(kind) => set({ kind })}
      />
      <TextField
        label={t('ledger.filter.from')}
        type="date"
        autoComplete="off"
        error={null}
        value={firstDay}
        onChange={(from) =>
          set({ firstDay: from, ...(lastDay !== '' && lastDay < from && { lastDay: from }) })
        }
      />
      <TextField
        label={t('ledger.filter.to')}
        type="date"
        autoComplete="off"
        error={null}
        value={lastDay}
        onChange={(to) => set({ lastDay: to, ...(to !== '' && to < firstDay && { firstDay: to }) })}
      />
      <TextField
        label={t('ledger.filter.document')}
        type="text"
        autoComplete="off"
        error={null}
        maxLength={200}
        value={entries.document}
        onChange={(document) => set({ document })}
      />
      <Select
        label={t('ledger.filter.person')}
        value={entries.userId}
        options={(names?.people ?? []).map(({ id, name }) => ({ id, word: name }))}
        onChange={(userId) => set({ userId })}
      />
      <Select
        label={t('ledger.filter.station')}
        value={entries.stationId}
        options={(names?.stations ?? []).map(({ id, name }) => ({ id, word: name }))}
        onChange={(stationId) => set({ stationId })}
      />
      <Button isDisabled={isEmpty} onPress={() => onChange(noFilter)}>
        {t('ledger.filter.clear')}
      </Button>
    </div>
  )
}

function ProductField(props: {
  warehouseId: WarehouseId
  product: FilterEntries['product']
  onChange(product: FilterEntries['product']): void
}): React.ReactNode {
  const { product, onChange } = props
  const search = useDeferredValue(product.id === null ? product.text.trim() : '')
  const { list } = useRealtimeInventory(search === '' ? null : props.warehouseId, {
    search,
    filter: 'all',
    sort: 'sku',
    direction: 'asc',
  })
  const offered = search === '' ? [] : (list.shown?.rows.slice(0, OFFERED) ?? [])
  const isNone = search !== '' && !list.isAsking && list.shown?.total === 0
  return (
    <PickField
      label={t('ledger.filter.product')}
      text={product.text}
      offered={offered.map(({ id, sku, name }) => ({ id, word: name, meta: sku }))}
      chosenId={product.id}
      none={isNone ? t('ledger.filter.product.none') : null}
      error={null}
      isDisabled={false}
      onType={(text) => onChange({ text, id: null })}
      onChoose={({ id, word, meta }) => onChange({ text: `${meta} ${word}`, id: id as ProductId })}
    />
  )
}

function Select(props: {
  label: string
  value: string
  options: readonly { id: string; word: string }[]
  onChange(value: string): void
}): React.ReactNode {
  const id = useId()
  return (
    <div className={s['select']}>
      <label htmlFor={id}>{props.label}</label>
      <select id={id} value={props.value} onChange={(event) => props.onChange(event.target.value)}>
        <option value="">{t('ledger.filter.all')}</option>
        {props.options.map((option) => (
          <option key={option.id} value={option.id}>
            {option.word}
          </option>
        ))}
      </select>
    </div>
  )
}

import { useState } from 'react'
import { ChoiceField } from '../../../components/ChoiceField.tsx'
import { TextField } from '../../../components/TextField.tsx'
import { useWarehouses } from '../../../hooks/use-status.ts'
import type { WorkForm } from '../../../stores/work-form.ts'
import { t } from '../../../texts/text.ts'
import { namesOf } from '../names.ts'
import { useSubmit } from '../use-submit.ts'
import { FormFrame } from './FormFrame.tsx'
import { checkedOrder, firstOrder, type OrderEntries } from './order-entries.ts'
import { OrderLines } from './OrderLines.tsx'
import s from './forms.module.css'

type Form = Extract<WorkForm, { kind: 'create-order' }>

const priorities = ['1', '2', '3', '4', '5'].map((value) => ({ value, word: value }))

/** A new order: its number, for whom, how urgent, and the products found by search. */
export function CreateOrderDialog({ form, onClose }: { form: Form; onClose: () => void }): React.ReactNode {
  const { value: warehouses } = useWarehouses()
  const warehouse = warehouses?.find(({ id }) => id === form.warehouseId)
  const submit = useSubmit(form.amends?.id ?? null, onClose)
  const [entries, setEntries] = useState(() => firstOrder(form.amends))
  const [isTried, setIsTried] = useState(false)
  const result = checkedOrder(form.warehouseId, entries, submit.id)
  const fault = (field: string): string | null => {
    const key = isTried && 'faults' in result ? result.faults[field] : undefined
    return key === undefined ? null : t(key)
  }
  const set = (some: Partial<OrderEntries>): void => {
    setEntries((was) => ({ ...was, ...some }))
    submit.clear()
  }
  const common = { type: 'text', autoComplete: 'off', disabled: submit.isLocked } as const
  return (
    <FormFrame
      title={t('order.create.title', { warehouse: warehouse?.name ?? t('name.warehouse') })}
      save={t('order.create.save')}
      state={submit.state}
      names={namesOf({ order: { id: entries.id, number: entries.number } }, warehouses)}
      fault={fault('order')}
      width="wide"
      onSubmit={() => {
        setIsTried(true)
        if ('command' in result) void submit.submit(result.command)
      }}
      onClose={onClose}
    >
      <div className={s['pair']}>
        <TextField
          {...common}
          label={t('order.create.number')}
          isFirst
          maxLength={60}
          value={entries.number}
          error={fault('number')}
          onChange={(number) => set({ number })}
        />
        <TextField
          {...common}
          label={t('order.create.customer')}
          maxLength={200}
          value={entries.customer}
          error={fault('customer')}
          onChange={(customer) => set({ customer })}
        />
      </div>
      <div className={s['pair']}>
        <ChoiceField
          label={t('order.create.priority')}
          choices={priorities}
          value={String(entries.priority)}
          error={null}
          isDisabled={submit.isLocked}
          onChange={(value) => set({ priority: Number(value) })}
        />
        <TextField
          {...common}
          type="datetime-local"
          label={t('order.create.due')}
          value={entries.due}
          error={fault('due_at')}
          onChange={(due) => set({ due })}
        />
      </div>
      <OrderLines
        warehouseId={form.warehouseId}
        lines={entries.lines}
        error={fault('items')}
        isDisabled={submit.isLocked}
        onChange={(lines) => set({ lines })}
      />
    </FormFrame>
  )
}

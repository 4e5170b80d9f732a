import { useState } from 'react'
import { TextField } from '../../../components/TextField.tsx'
import { Button } from '../../../components/Button.tsx'
import { t } from '../../../texts/text.ts'
import type { WorkForm } from '../../../stores/work-form.ts'
import { namesOf } from '../names.ts'
import { useSubmit } from '../use-submit.ts'
import { checked } from './entries.ts'
import { FormFrame } from './FormFrame.tsx'
import s from './forms.module.css'

type Form = Extract<WorkForm, { kind: 'cancel-order' }>

/** Asks in words that name the order, and what becomes of it; and why. */
export function CancelOrderDialog({ form, onClose }: { form: Form; onClose: () => void }): React.ReactNode {
  const { order, warehouseId, amends } = form
  const submit = useSubmit(amends?.id ?? null, onClose)
  const [reason, setReason] = useState(amends?.command.kind === 'order.cancel' ? amends.command.reason : '')
  const [isTried, setIsTried] = useState(false)
  const result = checked({
    kind: 'order.cancel',
    mutation_id: submit.id,
    warehouse_id: warehouseId,
    order_id: order.id,
    from: order.status,
    reason: reason.trim(),
  })
  const fault = isTried && 'faults' in result && result.faults['reason']
  return (
    <FormFrame
      title={t('order.cancel.title', { order: order.number })}
      save={t('order.cancel.confirm')}
      state={submit.state}
      names={namesOf({ order })}
      action={
        <Button look="main" type="submit" isPending={submit.state.at === 'asking'}>
          {t('order.cancel.confirm')}
        </Button>
      }
      keep={t('order.cancel.keep')}
      onSubmit={() => {
        setIsTried(true)
        if ('command' in result) void submit.submit(result.command)
      }}
      onClose={onClose}
    >
      <p className={s['hint']}>
        {order.customer !== null && `${t('order.cancel.for', { customer: order.customer })} `}
        {order.unitsOrdered === null
          ? t('order.cancel.rest')
          : t('order.cancel.body', { count: Math.max(0, order.unitsOrdered - (order.unitsPicked ?? 0)) })}
      </p>
      <TextField
        label={t('form.reason')}
        isFirst
        type="text"
        autoComplete="off"
        maxLength={200}
        value={reason}
        disabled={submit.isLocked}
        error={fault ? t(fault) : null}
        onChange={(text) => {
          setReason(text)
          submit.clear()
        }}
      />
    </FormFrame>
  )
}

import { useState } from 'react'
import type { WarehouseId } from '#shared/domain/ids.ts'
import { TextField } from '../../components/TextField.tsx'
import { t } from '../../texts/text.ts'
import { checked } from '../work/forms/entries.ts'
import { FormFrame } from '../work/forms/FormFrame.tsx'
import { namesOf } from '../work/names.ts'
import { useSubmit } from '../work/use-submit.ts'
import s from '../work/forms/forms.module.css'

const entries = [
  { key: 'code', label: 'code.code', maxLength: 200 },
  { key: 'bin', label: 'code.bin', maxLength: 40 },
  { key: 'note', label: 'code.note', maxLength: 500 },
] as const

/** Tells the supervisors of a code that no product has: what it says, where it lay, what it is on. */
export function ReportCodeDialog(props: { warehouseId: WarehouseId; onClose: () => void }): React.ReactNode {
  const submit = useSubmit(null, props.onClose)
  const [entered, setEntered] = useState({ code: '', bin: '', note: '' })
  const [isTried, setIsTried] = useState(false)
  const result = checked(
    {
      kind: 'code.report',
      mutation_id: submit.id,
      warehouse_id: props.warehouseId,
      code: entered.code.trim(),
      bin: entered.bin.trim() || null,
      note: entered.note.trim() || null,
    },
    { code: 'form.faulty.code', bin: 'form.faulty.bin', note: 'form.faulty.note' },
  )
  const faults = isTried && 'faults' in result ? result.faults : {}
  return (
    <FormFrame
      title={t('code.report.title')}
      save={t('code.report.save')}
      state={submit.state}
      names={namesOf({})}
      onSubmit={() => {
        setIsTried(true)
        if ('command' in result) void submit.submit(result.command)
      }}
      onClose={props.onClose}
    >
      <p className={s['hint']}>{t('code.report.hint')}</p>
      {entries.map(({ key, label, maxLength }) => {
        const fault = faults[key]
        return (
          <TextField
            key={key}
            label={t(label)}
            isFirst={key === 'code'}
            type="text"
            autoComplete="off"
            maxLength={maxLength}
            value={entered[key]}
            disabled={submit.isLocked}
            error={fault === undefined ? null : t(fault)}
            onChange={(text) => {
              setEntered((was) => ({ ...was, [key]: text }))
              submit.clear()
            }}
          />
        )
      })}
    </FormFrame>
  )
}

import { useState } from 'react'
import type { RowId, UserId, WarehouseId } from '#shared/domain/ids.ts'
import { Severity } from '#shared/domain/rows.ts'
import { ChoiceField } from '../../components/ChoiceField.tsx'
import { LongTextField } from '../../components/LongTextField.tsx'
import { useConsole } from '../../hooks/console.tsx'
import { useWarehouses } from '../../hooks/use-status.ts'
import { t } from '../../texts/text.ts'
import { checked } from '../work/forms/entries.ts'
import { FormFrame } from '../work/forms/FormFrame.tsx'
import { namesOf } from '../work/names.ts'
import { useSubmit } from '../work/use-submit.ts'
import { PersonField } from './PersonField.tsx'

const severities = Severity.options.map((value) => ({ value, word: t(`severity.${value}`) }))
const tos = [
  { value: 'all', word: t('message.to.all'), meta: t('message.to.all.meta') },
  { value: 'one', word: t('message.to.one') },
] as const

/** A supervisor's word, to every station of a warehouse or to one person of it; who answered shows live afterwards. */
export function MessageDialog(props: { warehouseId: WarehouseId; onClose: () => void }): React.ReactNode {
  const { warehouseId, onClose } = props
  const { screen } = useConsole()
  const { value: warehouses } = useWarehouses()
  const [alertId] = useState(() => crypto.randomUUID() as RowId)
  const [to, setTo] = useState<'all' | 'one'>('all')
  const [person, setPerson] = useState<UserId | null>(null)
  const [severity, setSeverity] = useState<Severity>('info')
  const [text, setText] = useState('')
  const [isTried, setIsTried] = useState(false)
  const submit = useSubmit(null, () => {
    onClose()
    if (to === 'all') screen.setState({ screen: 'alerts', alertFilter: 'messages', alertId })
  })
  const result = checked(
    {
      kind: 'message.send',
      mutation_id: submit.id,
      warehouse_id: warehouseId,
      alert_id: alertId,
      severity,
      text: text.trim(),
      to_user: to === 'all' ? null : person,
    },
    { text: 'form.faulty.text' },
  )
  const isNobody = to === 'one' && person === null
  const warehouse = warehouses?.find(({ id }) => id === warehouseId)?.name ?? t('name.warehouse')
  return (
    <FormFrame
      title={t('message.title', { warehouse })}
      save={t('message.send')}
      state={submit.state}
      names={namesOf({}, warehouses)}
      onSubmit={() => {
        setIsTried(true)
        if ('command' in result && !isNobody) void submit.submit(result.command)
      }}
      onClose={onClose}
    >
      <ChoiceField
        label={t('message.to')}
        choices={tos}
        value={to}
        error={null}
        isDisabled={submit.isLocked}
        onChange={(next) => setTo(next === 'one' ? 'one' : 'all')}
      />
      {to === 'one' && (
        <PersonField
          warehouseId={warehouseId}
          warehouse={warehouse}
          chosenId={person}
          error={isTried && isNobody ? t('message.missing.person') : null}
          isDisabled={submit.isLocked}
          onChoose={setPerson}
        />
      )}
      <LongTextField
        label={t('message.text')}
        hint={t('message.text.hint')}
        isFirst
        maxLength={1_000}
        value={text}
        disabled={submit.isLocked}
        error={isTried && 'faults' in result && result.faults['text'] ? t(result.faults['text']) : null}
        onChange={(next) => {
          setText(next)
          submit.clear()
        }}
      />
      <ChoiceField
        label={t('message.severity')}
        choices={severities}
        value={severity}
        error={null}
        isDisabled={submit.isLocked}
        onChange={(next) => setSeverity(Severity.parse(next))}
      />
    </FormFrame>
  )
}

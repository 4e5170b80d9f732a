import { useState } from 'react'
import { StationKind } from '#shared/domain/rows.ts'
import type { FleetStation } from '#shared/protocol/fleet.ts'
import { ChoiceField } from '../../components/ChoiceField.tsx'
import { TextField } from '../../components/TextField.tsx'
import { useAsk } from '../../hooks/use-ask.ts'
import { t } from '../../texts/text.ts'
import { AskFrame } from './AskFrame.tsx'

const kinds = StationKind.options.map((value) => ({ value, word: t(`fleet.kind.${value}`) }))

interface Props {
  readonly station: Pick<FleetStation, 'name' | 'kind'>
  onClose(): void
}

/** What this station is called, and what it is. */
export function RenameDialog({ station, onClose }: Props): React.ReactNode {
  const [name, setName] = useState(station.name)
  const [kind, setKind] = useState<StationKind>(station.kind)
  const [isTried, setIsTried] = useState(false)
  const rename = useAsk('station.rename', onClose)
  const isEmpty = name.trim() === ''
  return (
    <AskFrame
      title={t('fleet.rename.title')}
      about={t('fleet.rename.about')}
      save={t('fleet.rename.save')}
      state={rename.state}
      onSubmit={() => {
        setIsTried(true)
        if (!isEmpty) void rename.ask({ name: name.trim(), kind })
      }}
      onClose={onClose}
    >
      <TextField
        label={t('fleet.rename.name')}
        type="text"
        autoComplete="off"
        maxLength={60}
        value={name}
        error={isTried && isEmpty ? t('fleet.rename.missing') : null}
        isFirst
        onChange={setName}
      />
      <ChoiceField
        label={t('fleet.rename.kind')}
        choices={kinds}
        value={kind}
        error={null}
        isDisabled={false}
        onChange={(next) => setKind(StationKind.parse(next))}
      />
    </AskFrame>
  )
}

import { useState } from 'react'
import { RowId, type StationId, type WarehouseId } from '#shared/domain/ids.ts'
import type { FleetStation } from '#shared/protocol/fleet.ts'
import { QuantityField } from '../../components/QuantityField.tsx'
import { useWarehouses } from '../../hooks/use-status.ts'
import { t } from '../../texts/text.ts'
import { FormFrame } from '../work/forms/FormFrame.tsx'
import { namesOf } from '../work/names.ts'
import { useSubmit } from '../work/use-submit.ts'
import { DRILL_MINUTES, minutesFault } from './drill-minutes.ts'
import { StationPicks } from './StationPicks.tsx'

interface Props {
  readonly warehouseId: WarehouseId
  readonly stations: readonly FleetStation[]
  onClose(): void
}

/** Asks stations to go offline for a while: whoever is there accepts or declines, and their reports come back. */
export function CallDrillDialog({ warehouseId, stations, onClose }: Props): React.ReactNode {
  const { value: warehouses } = useWarehouses()
  const [alertId] = useState(() => RowId.parse(crypto.randomUUID()))
  const [minutes, setMinutes] = useState<number | null>(DRILL_MINUTES)
  // Whoever is silent or away would hear of it too late.
  const [chosen, setChosen] = useState<ReadonlySet<StationId>>(
    () => new Set(stations.filter(({ presence }) => presence === 'here').map(({ id }) => id)),
  )
  const [isTried, setIsTried] = useState(false)
  const submit = useSubmit(null, onClose)
  const fault = minutesFault(minutes)
  const isNobody = chosen.size === 0
  return (
    <FormFrame
      title={t('drill.call.title')}
      about={t('drill.call.about')}
      save={t('drill.call.send')}
      state={submit.state}
      names={namesOf({}, warehouses)}
      onSubmit={() => {
        setIsTried(true)
        if (minutes === null || fault !== null || isNobody) return
        void submit.submit({
          kind: 'drill.call',
          mutation_id: submit.id,
          warehouse_id: warehouseId,
          alert_id: alertId,
          minutes,
          stations: [...chosen],
        })
      }}
      onClose={onClose}
    >
      <QuantityField
        label={t('drill.minutes')}
        value={minutes}
        min={1}
        error={isTried ? fault : null}
        isDisabled={submit.isLocked}
        isFirst
        onChange={(next) => {
          setMinutes(next)
          submit.clear()
        }}
      />
      <StationPicks
        stations={stations}
        chosen={chosen}
        error={isTried && isNobody ? t('drill.missing.stations') : null}
        isDisabled={submit.isLocked}
        onChange={(next) => {
          setChosen(next)
          submit.clear()
        }}
      />
    </FormFrame>
  )
}

import { useId } from 'react'
import type { StationId } from '#shared/domain/ids.ts'
import type { FleetStation } from '#shared/protocol/fleet.ts'
import { t } from '../../texts/text.ts'
import { PresenceMark } from './presence.tsx'
import s from './fleet.module.css'

interface Props {
  readonly stations: readonly FleetStation[]
  readonly chosen: ReadonlySet<StationId>
  readonly error: string | null
  readonly isDisabled: boolean
  onChange(chosen: ReadonlySet<StationId>): void
}

/** Which stations are meant: a few, each with whether it can hear. */
export function StationPicks({ stations, chosen, error, isDisabled, onChange }: Props): React.ReactNode {
  const id = useId()
  const toggle = (station: StationId): void => {
    const next = new Set(chosen)
    if (!next.delete(station)) next.add(station)
    onChange(next)
  }
  return (
    <fieldset className={s['picks']} disabled={isDisabled} aria-describedby={error === null ? undefined : id}>
      <legend className={s['picks-label']}>{t('drill.stations')}</legend>
      {stations.map((station) => (
        <label key={station.id} className={s['pick']}>
          <input type="checkbox" checked={chosen.has(station.id)} onChange={() => toggle(station.id)} />
          <span className={s['name']}>
            {station.name}
            {station.isThis && <span className={s['tag']}>{t('fleet.this')}</span>}
          </span>
          <PresenceMark presence={station.presence} />
        </label>
      ))}
      {error !== null && (
        <p id={id} className={s['error']}>
          {error}
        </p>
      )}
    </fieldset>
  )
}

import type { Fleet } from '#shared/protocol/fleet.ts'
import { Age } from '../../components/Age.tsx'
import { Figure } from '../../components/Figure.tsx'
import { FilterFigures } from '../../components/FilterFigures.tsx'
import { Shape } from '../../components/Shape.tsx'
import { useNow } from '../../hooks/use-now.ts'
import { t } from '../../texts/text.ts'
import { asOfText, showsAge, type ShownStatus } from '../shell/shown-status.ts'
import { presenceLooks } from './presence.tsx'
import s from './fleet.module.css'

export const fleetFilters = ['all', 'here', 'silent', 'away'] as const
export type FleetFilter = (typeof fleetFilters)[number]

type Stations = Fleet['stations']

export const inFilter = (filter: FleetFilter, { presence }: Stations[number]): boolean => {
  if (filter === 'all') return true
  return filter === 'away' ? presence === 'closed' || presence === 'never' : presence === filter
}

const looks = { here: presenceLooks.here, silent: presenceLooks.silent, away: presenceLooks.closed } as const

interface Props {
  readonly fleet: Fleet | undefined
  readonly filter: FleetFilter
  readonly status: ShownStatus
  onFilter(filter: FleetFilter): void
}

/** The warehouse's stations in four figures, each of which shows what it counts; and what would be lost with the missing ones. */
export function FleetSums({ fleet, filter, status, onFilter }: Props): React.ReactNode {
  const asOf = useNow((now) => asOfText(status, now))
  return (
    <div className={s['sums']}>
      <FilterFigures<FleetFilter>
        label={t('fleet.filter')}
        figures={fleetFilters.map((value) => {
          const count = fleet?.stations.filter((station) => inFilter(value, station)).length
          const word = t(`fleet.figure.${value}`, { count: count ?? 0 })
          return { value, word, count, ...(value !== 'all' && { sign: looks[value] }) }
        })}
        value={filter}
        onChange={onFilter}
      />
      {fleet && <AtRisk atRisk={fleet.atRisk} />}
      {showsAge(status) && <span className={s['asof']}>{t('stock.as-of', { asOf })}</span>}
    </div>
  )
}

function AtRisk({ atRisk: { commands, stations, oldestAt } }: Pick<Fleet, 'atRisk'>): React.ReactNode {
  if (commands === 0)
    return (
      <p className={s['safe']}>
        <Shape name="check" tone="good" />
        {t('fleet.at-risk.none')}
      </p>
    )
  return (
    <p className={s['at-risk']}>
      <Shape name="triangle" tone="bad" />
      <Figure value={commands} of="at-risk" size="large" isStrong />
      <span>
        {t('fleet.at-risk')}
        {' · '}
        {t('fleet.at-risk.where', { count: stations })}
        {oldestAt !== null && (
          <>
            {' · '}
            {t('fleet.at-risk.oldest')} <Age at={oldestAt} />
          </>
        )}
      </span>
    </p>
  )
}

import type { Fleet } from '#shared/protocol/fleet.ts'
import { Age } from '../../components/Age.tsx'
import { Figure } from '../../components/Figure.tsx'
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
      <div className={s['figures']} role="group" aria-label={t('fleet.filter')}>
        {fleetFilters.map((name) => {
          const count = fleet?.stations.filter((station) => inFilter(name, station)).length
          return (
            <button
              key={name}
              type="button"
              className={s['figure']}
              aria-pressed={name === filter}
              data-zero={(name !== 'all' && count === 0) || undefined}
              onClick={() => onFilter(name)}
            >
              {count === undefined ? (
                <span className={s['unknown']} />
              ) : (
                <Figure value={count} of={name} size="large" />
              )}
              <span className={s['label']}>
                {name !== 'all' && <Shape {...looks[name]} />}
                {t(`fleet.figure.${name}`, { count: count ?? 0 })}
              </span>
            </button>
          )
        })}
      </div>
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

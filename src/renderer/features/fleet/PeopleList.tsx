import type { FleetPerson } from '#shared/protocol/fleet.ts'
import { Age } from '../../components/Age.tsx'
import { Shape } from '../../components/Shape.tsx'
import { listed, t } from '../../texts/text.ts'
import s from './fleet.module.css'

/** Who works here: at which station now, or since when at none. Those who are here come first. */
export function PeopleList({ people }: { people: readonly FleetPerson[] }): React.ReactNode {
  const here = people.filter(({ stations }) => stations.length > 0)
  const away = people.filter(({ stations }) => stations.length === 0)
  return (
    <section className={s['part']} aria-label={t('fleet.people')}>
      <h3 className={s['part-title']}>
        {t('fleet.people')}
        <span className={s['second']}>{t('fleet.people.here', { count: here.length })}</span>
      </h3>
      {people.length === 0 ? (
        <p className={s['none']}>{t('fleet.people.none')}</p>
      ) : (
        <ul className={s['people']}>
          {[...here, ...away].map((person) => (
            <li key={person.userId} className={s['person']}>
              <Shape {...(person.stations.length > 0 ? isHere : isAway)} />
              <span className={s['who']}>
                {person.name}
                <span className={s['role']}>
                  {person.role === null ? t('fleet.role.left') : t(`fleet.role.${person.role}`)}
                </span>
              </span>
              <span className={s['where']}>
                <Where person={person} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

const isHere = { name: 'full', tone: 'good' } as const
const isAway = { name: 'ring', tone: 'plain' } as const

function Where({ person: { stations, lastSeenAt } }: { person: FleetPerson }): React.ReactNode {
  if (stations.length > 0) return t('fleet.person.at', { stations: listed(stations) })
  return lastSeenAt === null ? t('fleet.person.never') : <Age at={lastSeenAt} />
}

import type { WarehouseId } from '#shared/domain/ids.ts'
import type { ActivityItem } from '#shared/protocol/activity.ts'
import { Age } from '../../components/Age.tsx'
import { useValueView } from '../../hooks/use-value-view.ts'
import { t } from '../../texts/text.ts'
import { activityWho, activityWords } from './activity-words.ts'
import s from './fleet.module.css'

/** So many are read at a glance; the rest is history, which the ledger has. */
const SHOWN = 40
const nothing: readonly ActivityItem[] = []

/** What is going on, newest first: hints, heard while this station listens. */
export function ActivityFeed({ warehouseId }: { warehouseId: WarehouseId }): React.ReactNode {
  const { value } = useValueView<'activity'>({ name: 'activity', params: { warehouseId } })
  const events = value?.events ?? nothing
  return (
    <section className={s['part']} aria-label={t('activity.title')}>
      <h3 className={s['part-title']}>
        {t('activity.title')}
        <span className={s['second']}>{t('activity.since-start')}</span>
      </h3>
      {events.length === 0 ? (
        <p className={s['none']}>{t('activity.none')}</p>
      ) : (
        <ol className={s['feed']}>
          {events.slice(0, SHOWN).map((event) => (
            <li key={event.id} className={s['event']}>
              <span className={s['happened']}>
                <strong>{activityWho(event)}</strong> {activityWords(event)}
                {event.merged > 0 && (
                  <span className={s['second']}> {t('activity.merged', { count: event.merged })}</span>
                )}
              </span>
              <Age at={event.at} />
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}

import type { WorkItem } from '#shared/protocol/work.ts'
import { t } from '../../texts/text.ts'
import { LocalMoment } from '../work/LocalTime.tsx'
import { TickMark } from '../work/TickMark.tsx'
import { UndoButton } from '../work/UndoButton.tsx'
import { CommandWords } from '../work/Words.tsx'
import s from './OrderHistory.module.css'
import part from './OrderLines.module.css'

/** What this person did to an order at this station: from its own disk, sent or not. */
export function OrderHistory({ history }: { history: readonly WorkItem[] }): React.ReactNode {
  return (
    <section className={part['part']} aria-label={t('order.history')}>
      <h3 className={part['heading']}>{t('order.history')}</h3>
      {history.length === 0 && <p className={part['none']}>{t('order.history.none')}</p>}
      <ul className={part['lines']}>
        {history.map((item) => (
          <li key={item.id} className={s['item']}>
            <span className={s['what']}>
              <CommandWords item={item} />
            </span>
            <span className={s['meta']}>
              <TickMark item={item} />
              <LocalMoment at={item.keptAt} />
            </span>
            <UndoButton item={item} />
          </li>
        ))}
      </ul>
    </section>
  )
}

import { formatNumber, formatSigned } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'
import type { Sum } from './rows.ts'
import s from './ledger.module.css'

/** How the figure adds up: what the ledger has, what was not sent, what that is together. */
export function StorySum({ sum, shownHere }: { sum: Sum; shownHere: number | null }): React.ReactNode {
  const { onServer, unsent, here } = sum
  return (
    <div className={s['sum']}>
      <dl aria-label={t('story.sum')}>
        <div>
          <dt>{t('story.sum.server')}</dt>
          <dd>{formatNumber(onServer)}</dd>
        </div>
        {unsent !== 0 && (
          <div data-unsent>
            <dt>{t('story.sum.unsent')}</dt>
            <dd>{formatSigned(unsent)}</dd>
          </div>
        )}
        <div data-total>
          <dt>{t('story.sum.here')}</dt>
          <dd>{formatNumber(here)}</dd>
        </div>
      </dl>
      {shownHere !== null && shownHere !== here && (
        <p className={s['differs']}>{t('story.sum.differs', { figure: formatNumber(shownHere) })}</p>
      )}
    </div>
  )
}

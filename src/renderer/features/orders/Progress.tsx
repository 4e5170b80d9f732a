import { formatNumber } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'
import s from './Progress.module.css'

/** How much of an order is picked: the figures, and a bar that says the same. */
export function Progress({ picked, ordered }: { picked: number; ordered: number }): React.ReactNode {
  const share = ordered > 0 ? Math.min(1, picked / ordered) : 0
  return (
    <span className={s['progress']}>
      <span className={s['bar']} aria-hidden>
        <span
          className={s['done']}
          data-full={share === 1 || undefined}
          style={{ width: `${share * 100}%` }}
        />
      </span>
      <span className={s['figures']}>
        <span className="said">{t('progress.of', { picked, ordered })}</span>
        <span aria-hidden>
          <strong>{formatNumber(picked)}</strong> / {formatNumber(ordered)}
        </span>
      </span>
    </span>
  )
}

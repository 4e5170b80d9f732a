import { formatNumber } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'
import s from './StockGauge.module.css'

interface Props {
  readonly onHand: number
  readonly available: number
  readonly reorderPoint: number
}

/** On hand as a bar: what is free solid, what is promised faint, the reorder point as a tick. */
export function StockGauge({ onHand, available, reorderPoint }: Props): React.ReactNode {
  const held = Math.max(0, onHand)
  const scale = Math.max(held, reorderPoint * 1.5, 1)
  const part = (quantity: number): string => `${(100 * quantity) / scale}%`
  const figures = {
    available: formatNumber(available),
    onHand: formatNumber(onHand),
    reorderPoint: formatNumber(reorderPoint),
  }
  return (
    <div className={s['gauge']} role="img" aria-label={t('detail.gauge', figures)}>
      <div className={s['scale']}>
        <div className={s['held']} style={{ width: part(held) }} />
        <div className={s['free']} style={{ width: part(Math.min(held, available)) }} />
      </div>
      {reorderPoint > 0 && (
        <div className={s['tick']} style={{ left: part(reorderPoint) }}>
          <span className={s['label']}>
            {t('detail.reorder-point')} {figures.reorderPoint}
          </span>
        </div>
      )}
    </div>
  )
}

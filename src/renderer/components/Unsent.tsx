import { formatSigned } from '../lib/format.ts'
import { t } from '../texts/text.ts'
import { Shape } from './Shape.tsx'
import s from './Unsent.module.css'

/**
 * How much of a figure is work of this station that was not sent: one tick, words, amber. Nothing where all is confirmed. Where
 * there is only a state and no figure, it says "not sent".
 */
export function Unsent({ amount }: { amount: number | boolean }): React.ReactNode {
  if (amount === 0 || amount === false) return null
  return (
    <span className={s['unsent']}>
      <Shape name="check" tone="warn" />
      <span>
        <span className="said"> (</span>
        {amount === true ? t('unsent.word') : t('unsent.figure', { amount: formatSigned(amount) })}
        <span className="said">)</span>
      </span>
    </span>
  )
}

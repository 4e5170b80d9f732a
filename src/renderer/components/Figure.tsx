import { useState } from 'react'
import { cx } from '../lib/cx.ts'
import { formatNumber } from '../lib/format.ts'
import s from './Figure.module.css'

interface Props {
  readonly value: number
  /** What the figure belongs to: another owner's figure is not a change of this one. */
  readonly of: string
  readonly unit?: string | undefined
  readonly size?: 'cell' | 'large' | 'hero'
  readonly isStrong?: boolean
  /** It holds work that was not sent: drawn with a dotted line, where a confirmed figure is solid. */
  readonly isUnsent?: boolean
}

/** A number, its unit small before it so that numbers stay aligned. When it changes it is marked for two seconds by a quiet background; nothing moves. */
export function Figure(props: Props): React.ReactNode {
  const { value, of, unit, size = 'cell', isStrong = false, isUnsent = false } = props
  const mark = useChangeMark(value, of)
  return (
    <span className={cx(s['figure'], s[size], isStrong && s['strong'])} data-mark={mark}>
      {unit !== undefined && <span className={s['unit']}>{unit}</span>}
      <span className={cx(isUnsent && s['unsent'])}>{formatNumber(value)}</span>
    </span>
  )
}

/** Which of two equal animations to play: taking turns is what starts it afresh with each change. */
type ChangeMark = 'none' | 'tick' | 'tock'

function useChangeMark(value: number, of: string): ChangeMark {
  const [seen, setSeen] = useState({ value, of, mark: 'none' as ChangeMark })
  if (seen.value === value && seen.of === of) return seen.mark
  const isChange = seen.of === of
  const mark = !isChange ? 'none' : seen.mark === 'tick' ? 'tock' : 'tick'
  setSeen({ value, of, mark })
  return mark
}

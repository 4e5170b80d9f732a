import { useState } from 'react'
import { useConsole } from '../hooks/console.tsx'
import { useNow } from '../hooks/use-now.ts'
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
  const isMarked = useChangeMark(value, of)
  return (
    <span className={cx(s['figure'], s[size], isStrong && s['strong'])} data-marked={isMarked || undefined}>
      {unit !== undefined && <span className={s['unit']}>{unit}</span>}
      <span className={cx(isUnsent && s['unsent'])}>{formatNumber(value)}</span>
    </span>
  )
}

/** How long a change is marked at least; the mark goes with the next tick of the clock that ages are drawn by. */
const MARKED_MS = 2_000

function useChangeMark(value: number, of: string): boolean {
  const { clock } = useConsole()
  const [seen, setSeen] = useState({ value, of, changedAt: -Infinity })
  if (seen.value !== value || seen.of !== of)
    setSeen({ value, of, changedAt: seen.of === of ? clock.now() : -Infinity })
  return useNow((now) => Math.abs(now - seen.changedAt) < MARKED_MS)
}

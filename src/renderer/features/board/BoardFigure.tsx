import { Figure } from '../../components/Figure.tsx'
import { Shape, type ShapeName, type Tone } from '../../components/Shape.tsx'
import s from './BoardScreen.module.css'

interface Props {
  /** Undefined while it is not known: drawn as a place that waits, never as 0. */
  readonly value: number | undefined
  readonly of: string
  readonly word: string
  readonly shape: ShapeName
  readonly tone: Tone
  /** What the figure needs beside it: how many are late, how old the oldest is. */
  readonly note?: React.ReactNode
}

/** One figure of the wall board: the number as large as its place, then shape and word. A zero of something bad is quiet. */
export function BoardFigure({ value, of, word, shape, tone, note }: Props): React.ReactNode {
  const isCalm = !value || tone === 'plain'
  return (
    <div className={s['figure']} data-tone={isCalm ? undefined : tone}>
      <span className={s['number']}>
        {value === undefined ? '–' : <Figure value={value} of={of} size="hero" />}
      </span>
      <span className={s['word']}>
        <Shape name={shape} tone={isCalm ? 'plain' : tone} />
        {word}
      </span>
      {note !== undefined && <span className={s['note']}>{note}</span>}
    </div>
  )
}

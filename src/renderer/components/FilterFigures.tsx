import { Figure } from './Figure.tsx'
import { Shape, type ShapeName, type Tone } from './Shape.tsx'
import s from './FilterFigures.module.css'

/** One figure, which stands for the rows that it counts. */
export interface FilterFigure<F extends string> {
  readonly value: F
  readonly word: string
  /** Undefined while nobody knows. */
  readonly count: number | undefined
  readonly sign?: { readonly name: ShapeName; readonly tone: Tone }
}

interface Props<F extends string> {
  readonly label: string
  readonly figures: readonly FilterFigure<F>[]
  readonly value: F
  /** Drawn dimmed: older than it is said to be. */
  readonly isStale?: boolean
  onChange(value: F): void
}

/** What a list holds in a few figures; pressing one shows what it counts. */
export function FilterFigures<F extends string>(props: Props<F>): React.ReactNode {
  return (
    <div className={s['figures']} role="group" aria-label={props.label}>
      {props.figures.map(({ value, word, count, sign }) => (
        <button
          key={value}
          type="button"
          className={s['figure']}
          aria-pressed={value === props.value}
          data-stale={props.isStale || undefined}
          data-zero={(sign !== undefined && count === 0) || undefined}
          onClick={() => props.onChange(value)}
        >
          {count === undefined ? (
            <span className={s['unknown']} />
          ) : (
            <Figure value={count} of={value} size="large" />
          )}
          <span className={s['label']}>
            {sign && <Shape {...sign} />}
            {word}
          </span>
        </button>
      ))}
    </div>
  )
}

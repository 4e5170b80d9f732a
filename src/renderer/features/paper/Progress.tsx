import { Button } from '../../components/Button.tsx'
import s from './paper.module.css'

interface Props {
  readonly words: string
  readonly done: number
  /** 0 while nobody knows. */
  readonly total: number
  readonly stop?: { readonly word: string; run(): void }
}

/** How far something long is, in words and as a bar, and the way to end it. */
export function Progress({ words, done, total, stop }: Props): React.ReactNode {
  return (
    <div className={s['progress']}>
      <p role="status">{words}</p>
      <div className={s['bar']}>
        <progress aria-label={words} {...(total > 0 && { value: done, max: total })} />
        {stop && (
          <Button size="small" onPress={stop.run}>
            {stop.word}
          </Button>
        )}
      </div>
    </div>
  )
}

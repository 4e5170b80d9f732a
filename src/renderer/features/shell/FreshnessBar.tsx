import type { Status } from '#shared/protocol/status.ts'
import { Button } from '../../components/Button.tsx'
import { Shape, type ShapeName, type Tone } from '../../components/Shape.tsx'
import { useConsole } from '../../hooks/console.tsx'
import { useNow } from '../../hooks/use-now.ts'
import { t } from '../../texts/text.ts'
import { describeFreshness, starting, type Freshness, type FreshnessTone } from './freshness.ts'
import s from './FreshnessBar.module.css'

const signs: Record<FreshnessTone, { name: ShapeName; tone: Tone }> = {
  good: { name: 'full', tone: 'good' },
  working: { name: 'dot-in-ring', tone: 'warn' },
  stale: { name: 'slashed-ring', tone: 'warn' },
  bad: { name: 'cross', tone: 'bad' },
}

/** Always in the same place, always one line: how true the figures are, and what happens next. */
export function FreshnessBar({ status }: { status: Status | undefined }): React.ReactNode {
  const { client, screen } = useConsole()
  // Drawn again when a word of it changes: each second of a countdown, and not otherwise.
  const freshness = JSON.parse(
    useNow((now) => JSON.stringify(status ? describeFreshness(status, now) : starting)),
  ) as Freshness
  const { tone, headline, more, action } = freshness
  return (
    <div className={s['bar']} role="group" aria-label={t('link.label')}>
      <Shape {...signs[tone]} />
      <p className={s['line']} title={[headline, ...more].join(' · ')}>
        <strong className={s['headline']}>{headline}</strong>
        {more.map((part) => (
          <span key={part} className={s['more']}>
            {' · '}
            {part}
          </span>
        ))}
      </p>
      {action === 'retry' && (
        <Button size="small" onPress={() => void client.ask('link.retry', {}).catch(() => undefined)}>
          {t('link.retry')}
        </Button>
      )}
      {action === 'sign-in' && (
        <Button size="small" onPress={() => screen.setState({ overlay: 'sign-in' })}>
          {t('link.sign-in')}
        </Button>
      )}
      <span className="said" role="status">
        {freshness.spoken}
      </span>
    </div>
  )
}

/** How the whole top of the window is coloured: the third sign of the link's state, after words and shape. */
export const toneOf = (status: Status | undefined, now: number): FreshnessTone =>
  status ? describeFreshness(status, now).tone : 'working'

export const progressOf = (status: Status | undefined, now: number): number =>
  (status && describeFreshness(status, now).progress) ?? -1

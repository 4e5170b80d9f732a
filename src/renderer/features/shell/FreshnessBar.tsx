import { ClockAlert } from 'lucide-react'
import { useStore } from 'zustand'
import type { IpcError } from '../../bridge/client.ts'
import { Button } from '../../components/Button.tsx'
import { Shape, type ShapeName, type Tone } from '../../components/Shape.tsx'
import { useConsole } from '../../hooks/console.tsx'
import { useNow } from '../../hooks/use-now.ts'
import { t } from '../../texts/text.ts'
import {
  describeFreshness,
  freshnessLine,
  silent,
  starting,
  type Freshness,
  type FreshnessTone,
} from './freshness.ts'
import type { ShownStatus } from './shown-status.ts'
import { UnsentCount } from './UnsentCount.tsx'
import s from './FreshnessBar.module.css'

/** A full circle is live, a half one is right but late, a slashed one is old: each is told without its colour. */
export const freshnessSigns: Record<FreshnessTone, { name: ShapeName; tone: Tone }> = {
  good: { name: 'full', tone: 'good' },
  limited: { name: 'half', tone: 'warn' },
  idle: { name: 'ring', tone: 'plain' },
  working: { name: 'dot-in-ring', tone: 'warn' },
  stale: { name: 'slashed-ring', tone: 'warn' },
  bad: { name: 'cross', tone: 'bad' },
}

interface Props {
  readonly status: ShownStatus | undefined
  /** Why there is no status. */
  readonly error: IpcError | null
  /** Off where the screen below holds the action itself. */
  readonly hasAction: boolean
}

/** Always in the same place, always one line: how true the figures are, and what happens next. */
export function FreshnessBar({ status, error, hasAction }: Props): React.ReactNode {
  const { client, screen } = useConsole()
  // Drawn again when a word of it changes: each second of a countdown, and not otherwise.
  const freshness = JSON.parse(useNow((now) => JSON.stringify(describe(status, error, now)))) as Freshness
  const { tone, headline, more, clock } = freshness
  const action = hasAction ? freshness.action : null
  return (
    <div className={s['bar']} role="group" aria-label={t('link.label')}>
      <Shape {...freshnessSigns[tone]} />
      <p className={s['line']} title={freshnessLine(freshness)}>
        <strong className={s['headline']}>{headline}</strong>
        {more.map((part) => (
          <span key={part} className={s['more']}>
            {' · '}
            {part}
          </span>
        ))}
      </p>
      {clock !== null && (
        <span className={s['clock']} title={t('clock.next')}>
          <ClockAlert size={14} aria-hidden />
          {clock}
        </span>
      )}
      {hasAction && <UnsentCount />}
      {action === 'retry' && (
        <Button size="small" onPress={() => void client.ask('link.retry', {}).catch(() => undefined)}>
          {t('link.retry')}
        </Button>
      )}
      {action === 'end-drill' && (
        <Button size="small" onPress={() => void client.ask('drill.end', {}).catch(() => undefined)}>
          {t('link.drill.end')}
        </Button>
      )}
      {action === 'sign-in' && (
        <Button size="small" onPress={() => screen.setState({ overlay: 'sign-in' })}>
          {t('link.sign-in')}
        </Button>
      )}
      <Details />
      <span className="said" role="status">
        {freshness.spoken}
      </span>
    </div>
  )
}

/** From the line that says how it is to the screen that says why. */
function Details(): React.ReactNode {
  const { screen } = useConsole()
  const isThere = useStore(screen, (state) => state.screen === 'diagnostics')
  if (isThere) return null
  return (
    <Button
      look="quiet"
      size="small"
      aria-label={t('link.details.label')}
      onPress={() => screen.setState({ screen: 'diagnostics' })}
    >
      {t('link.details')}
    </Button>
  )
}

/** How the whole top of the window is coloured: the third sign of the link's state, after words and shape. */
export const toneOf = (status: ShownStatus | undefined, error: IpcError | null, now: number): FreshnessTone =>
  describe(status, error, now).tone

function describe(status: ShownStatus | undefined, error: IpcError | null, now: number): Freshness {
  if (status) return describeFreshness(status, now)
  return error && error.code !== 'not-ready' ? silent : starting
}

export const progressOf = (status: ShownStatus | undefined, now: number): number =>
  (status && describeFreshness(status, now).progress) ?? -1

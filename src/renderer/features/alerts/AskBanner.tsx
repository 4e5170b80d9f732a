import { useState } from 'react'
import { useStore } from 'zustand'
import type { AskingAlert } from '#shared/protocol/alerts.ts'
import { Age } from '../../components/Age.tsx'
import { Button } from '../../components/Button.tsx'
import { Shape } from '../../components/Shape.tsx'
import { useConsole } from '../../hooks/console.tsx'
import { useAsking } from '../../hooks/use-alerts.ts'
import { t } from '../../texts/text.ts'
import type { ShownStatus } from '../shell/shown-status.ts'
import { rightsIn } from '../work/rights.ts'
import { AnswerButtons } from './AnswerButtons.tsx'
import { severityLooks } from './SeverityMark.tsx'
import { useAlertActions } from './use-alert-actions.ts'
import s from './AskBanner.module.css'

const rank = { critical: 0, warning: 1, info: 2 } as const
const nothing: readonly AskingAlert[] = []

/**
 * What was said to all and waits for an answer of whoever is at this station: one at a time, the most pressing first. It stands
 * above the work and moves it down; it never lies over it.
 */
export function AskBanner({ status }: { status: ShownStatus }): React.ReactNode {
  const { value } = useAsking()
  const { answer } = useAlertActions()
  // A viewer has no answer to give, and still has to be rid of it.
  const [hidden, setHidden] = useState<ReadonlySet<string>>(() => new Set())
  const waiting = (value ?? nothing)
    .filter(({ id }) => !hidden.has(id))
    .toSorted((a, b) => rank[a.severity] - rank[b.severity] || a.at - b.at)
  const [first] = waiting
  if (!first) return null
  const mayAnswer = rightsIn(status, first.warehouseId).work
  const { shape, tone } = severityLooks[first.severity]
  return (
    <section className={s['banner']} aria-label={t('asking.label')} data-severity={first.severity}>
      <Shape name={shape} tone={tone} />
      {/* Said aloud when it comes, at once where it is critical. */}
      <p className={s['words']} role={first.severity === 'critical' ? 'alert' : 'status'} key={first.id}>
        <strong>{t(`severity.${first.severity}`)}</strong>
        <span className={s['text']}>{askingWords(first)}</span>
      </p>
      <span className={s['age']}>
        <Age at={first.at} />
      </span>
      {waiting.length > 1 && (
        <span className={s['more']}>{t('asking.more', { count: waiting.length - 1 })}</span>
      )}
      <div className={s['answers']}>
        <ReadAll alert={first} />
        {mayAnswer ? (
          <AnswerButtons kind={first.kind} onAnswer={(given) => void answer(first, given)} />
        ) : (
          <Button onPress={() => setHidden((was) => new Set([...was, first.id]))}>{t('asking.hide')}</Button>
        )}
      </div>
    </section>
  )
}

/** The whole of it, and who has answered. */
function ReadAll({ alert }: { alert: AskingAlert }): React.ReactNode {
  const { screen, preferences } = useConsole()
  const isOpen = useStore(screen, (state) => state.screen === 'alerts' && state.alertId === alert.id)
  if (isOpen) return null
  return (
    <Button
      look="quiet"
      onPress={() => {
        preferences.setState({ warehouseId: alert.warehouseId })
        screen.setState({ screen: 'alerts', alertFilter: 'messages', alertId: alert.id })
      }}
    >
      {t('asking.read')}
    </Button>
  )
}

function askingWords({ kind, text, from: name, minutes }: AskingAlert): string {
  if (kind === 'message') return `${t('asking.from', { name })} ${text}`
  if (minutes === null) return t('asking.drill.bare', { name })
  return t('asking.drill', { name, count: minutes })
}

import { Shape } from '../../components/Shape.tsx'
import { useConsole } from '../../hooks/console.tsx'
import { useNow } from '../../hooks/use-now.ts'
import { useWorkSummary } from '../../hooks/use-work.ts'
import { formatDuration } from '../../lib/format.ts'
import { MINUTE_MS } from '#shared/lib/time.ts'
import { t } from '../../texts/text.ts'
import s from './FreshnessBar.module.css'

/** What would be lost with this station's disk: how much, and since when. It leads to the list of it. */
export function UnsentCount(): React.ReactNode {
  const { screen } = useConsole()
  const { value } = useWorkSummary()
  const { unsent = 0, oldestUnsentAt = null } = value ?? {}
  const words = useNow((now) => (unsent === 0 ? '' : unsentWords(unsent, oldestUnsentAt, now)))
  if (words === '') return null
  return (
    <button
      type="button"
      className={s['unsent']}
      onClick={() => screen.setState({ screen: 'work', workId: null })}
    >
      <Shape name="check" tone="warn" />
      {words}
    </button>
  )
}

/** A moment's work on its way is not worth an age. */
const YOUNG_MS = MINUTE_MS

function unsentWords(count: number, oldestAt: number | null, now: number): string {
  if (oldestAt === null || now - oldestAt < YOUNG_MS) return t('unsent.badge', { count })
  return t('unsent.summary', { count, age: formatDuration(now - oldestAt, 'short') })
}

import { Bell, Boxes, CircleX, ClipboardList, ListChecks, type LucideIcon } from 'lucide-react'
import { useStore } from 'zustand'
import { useConsole } from '../../hooks/console.tsx'
import { useWorkSummary } from '../../hooks/use-work.ts'
import { formatNumber } from '../../lib/format.ts'
import { places, type Place } from '../../stores/screen.ts'
import { t } from '../../texts/text.ts'
import s from './Rail.module.css'

const icons: Record<Place, LucideIcon> = {
  stock: Boxes,
  orders: ClipboardList,
  notifications: Bell,
  work: ListChecks,
  refused: CircleX,
}

/** The places of work, and how much waits at two of them. */
export function Rail(): React.ReactNode {
  const { screen: store } = useConsole()
  const current = useStore(store, (state) => state.screen)
  const { value: summary } = useWorkSummary()
  const counts: Partial<Record<Place, number>> = {
    work: summary?.unsent ?? 0,
    refused: summary?.refused ?? 0,
  }
  return (
    <nav className={s['rail']} aria-label={t('screen.navigation')}>
      {places.map((screen) => {
        const Icon = icons[screen]
        return (
          <button
            key={screen}
            type="button"
            className={s['place']}
            aria-current={screen === current ? 'page' : undefined}
            onClick={() => store.setState({ screen, workId: null })}
          >
            <Icon size={18} strokeWidth={1.75} aria-hidden />
            {t(`screen.${screen}`)}
            <Badge of={screen} count={counts[screen] ?? 0} />
          </button>
        )
      })}
    </nav>
  )
}

/** Beyond this many the exact number helps nobody. */
const MANY = 999

function Badge({ of, count }: { of: Place; count: number }): React.ReactNode {
  if (count === 0) return null
  const shown = count > MANY ? `${formatNumber(MANY)}+` : formatNumber(count)
  return (
    <span className={s['badge']} data-of={of}>
      <span aria-hidden>{shown}</span>
      <span className="said">{`, ${t(of === 'refused' ? 'refused.badge' : 'unsent.badge', { count })}`}</span>
    </span>
  )
}

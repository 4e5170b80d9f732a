import {
  Bell,
  Boxes,
  ChartColumn,
  CircleX,
  ClipboardList,
  Inbox,
  ListChecks,
  MonitorSmartphone,
  Printer,
  ScrollText,
  TriangleAlert,
  type LucideIcon,
} from 'lucide-react'
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
  ledger: ScrollText,
  flow: ChartColumn,
  alerts: TriangleAlert,
  exceptions: Inbox,
  fleet: MonitorSmartphone,
  notifications: Bell,
  work: ListChecks,
  refused: CircleX,
  paper: Printer,
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
        const count = counts[screen] ?? 0
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
            {count > 0 && (
              <span className={s['badge']} data-of={screen}>
                <span aria-hidden>{count > MANY ? `${formatNumber(MANY)}+` : formatNumber(count)}</span>
                <span className="said">{countWords(screen, count)}</span>
              </span>
            )}
          </button>
        )
      })}
    </nav>
  )
}

/** Beyond this many the exact number helps nobody. */
const MANY = 999

const countWords = (of: Place, count: number): string =>
  t(of === 'refused' ? 'refused.badge' : 'unsent.badge', { count })

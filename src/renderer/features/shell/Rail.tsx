import { memo } from 'react'
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
import type { WarehouseId } from '#shared/domain/ids.ts'
import { useConsole } from '../../hooks/console.tsx'
import { useAlertSummary } from '../../hooks/use-alerts.ts'
import { useWorkSummary } from '../../hooks/use-work.ts'
import { formatNumber } from '../../lib/format.ts'
import { placeGroups, type Place } from '../../stores/screen.ts'
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

/** How much waits at a place, in a number and in words. */
interface Badge {
  readonly count: number
  readonly words: string
  readonly tone: 'warn' | 'bad'
}

/** The places of work, and how much waits at some of them. */
export const Rail = memo(function Rail({
  warehouseId,
}: {
  warehouseId: WarehouseId | null
}): React.ReactNode {
  const { screen: store } = useConsole()
  const current = useStore(store, (state) => state.screen)
  const badges = useBadges(warehouseId)
  return (
    <nav className={s['rail']} aria-label={t('screen.navigation')}>
      {placeGroups.map((group) => (
        <div key={group[0]} className={s['group']}>
          {group.map((screen) => {
            const Icon = icons[screen]
            const badge = badges[screen]
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
                {badge && (
                  <span className={s['badge']} data-tone={badge.tone}>
                    <span aria-hidden>
                      {badge.count > MANY ? `${formatNumber(MANY)}+` : formatNumber(badge.count)}
                    </span>
                    <span className="said">{badge.words}</span>
                  </span>
                )}
              </button>
            )
          })}
        </div>
      ))}
    </nav>
  )
})

/** Beyond this many the exact number helps nobody. */
const MANY = 999

/** Of the alerts what is critical, in red; or else what is open, without the hundreds of products that merely run low. */
function useBadges(warehouseId: WarehouseId | null): Partial<Record<Place, Badge>> {
  const { value: work } = useWorkSummary()
  const { value: alerts } = useAlertSummary(warehouseId)
  const { unsent = 0, refused = 0 } = work ?? {}
  const { critical = 0, others = 0, exceptions = 0 } = alerts ?? {}
  return {
    ...(unsent > 0 && {
      work: { count: unsent, words: t('unsent.badge', { count: unsent }), tone: 'warn' },
    }),
    ...(refused > 0 && {
      refused: { count: refused, words: t('refused.badge', { count: refused }), tone: 'bad' },
    }),
    ...(others > 0 && {
      alerts: { count: others, words: t('alerts.rail.open', { count: others }), tone: 'warn' },
    }),
    ...(critical > 0 && {
      alerts: { count: critical, words: t('alerts.rail.critical', { count: critical }), tone: 'bad' },
    }),
    ...(exceptions > 0 && {
      exceptions: { count: exceptions, words: t('exceptions.rail', { count: exceptions }), tone: 'warn' },
    }),
  }
}

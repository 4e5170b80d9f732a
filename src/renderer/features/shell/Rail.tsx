import { Bell, Boxes, ClipboardList, type LucideIcon } from 'lucide-react'
import { useStore } from 'zustand'
import { useConsole } from '../../hooks/console.tsx'
import { places, type Place } from '../../stores/screen.ts'
import { t } from '../../texts/text.ts'
import s from './Rail.module.css'

const icons: Record<Place, LucideIcon> = { stock: Boxes, orders: ClipboardList, notifications: Bell }

/** The places of work. */
export function Rail(): React.ReactNode {
  const { screen: store } = useConsole()
  const current = useStore(store, (state) => state.screen)
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
            onClick={() => store.setState({ screen })}
          >
            <Icon size={18} strokeWidth={1.75} aria-hidden />
            {t(`screen.${screen}`)}
          </button>
        )
      })}
    </nav>
  )
}

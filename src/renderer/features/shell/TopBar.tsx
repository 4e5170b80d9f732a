import { memo } from 'react'
import { Bell } from 'lucide-react'
import type { WarehouseId } from '#shared/domain/ids.ts'
import type { WarehouseChoice } from '#shared/protocol/views.ts'
import type { IpcError } from '../../bridge/client.ts'
import { Button } from '../../components/Button.tsx'
import { commandKey, Kbd } from '../../components/Kbd.tsx'
import { useConsole } from '../../hooks/console.tsx'
import { useAlertSummary } from '../../hooks/use-alerts.ts'
import { useNow } from '../../hooks/use-now.ts'
import { t } from '../../texts/text.ts'
import { FreshnessBar, progressOf, toneOf } from './FreshnessBar.tsx'
import { UserMenu } from './UserMenu.tsx'
import { WarehouseChooser } from './WarehouseChooser.tsx'
import s from './TopBar.module.css'
import type { ShownStatus } from './shown-status.ts'

interface Props {
  readonly status: ShownStatus | undefined
  readonly error: IpcError | null
  readonly warehouses: readonly WarehouseChoice[]
  readonly warehouse: WarehouseChoice | null
  /** Before the stock: the screen below asks for what is missing, and there is nowhere to go. */
  readonly isOutside: boolean
}

/** Only the bar of freshness follows the status, which changes with every commit: the tools beside it are drawn when they change. */
export function TopBar({ status, error, warehouses, warehouse, isOutside }: Props): React.ReactNode {
  const tone = useNow((now) => toneOf(status, error, now))
  const progress = useNow((now) => progressOf(status, now))
  return (
    <header className={s['bar']} data-tone={tone}>
      <FreshnessBar status={status} error={error} hasAction={!isOutside} />
      {!isOutside && (
        <div className={s['tools']}>
          <WarehouseChooser warehouses={warehouses} warehouse={warehouse} />
          <PaletteButton />
          {status?.user && <UnreadBell warehouseId={warehouse?.id ?? null} />}
          {status?.user && <UserMenu user={status.user} />}
        </div>
      )}
      {progress >= 0 && (
        <div className={s['progress']} style={{ transform: `scaleX(${progress})` }} aria-hidden />
      )}
    </header>
  )
}

const PaletteButton = memo(function PaletteButton(): React.ReactNode {
  const { screen } = useConsole()
  return (
    <Button look="quiet" onPress={() => screen.setState({ overlay: 'palette' })}>
      {t('palette.open')}
      <span className={s['keys']}>
        <Kbd>{commandKey}</Kbd>
        <Kbd>K</Kbd>
      </span>
    </Button>
  )
})

/** Beyond this many the exact number helps nobody. */
const MANY_UNREAD = 99

const UnreadBell = memo(function UnreadBell({
  warehouseId,
}: {
  warehouseId: WarehouseId | null
}): React.ReactNode {
  const { screen } = useConsole()
  const { value } = useAlertSummary(warehouseId)
  const unread = value?.unreadNotifications ?? 0
  return (
    <Button
      look="quiet"
      aria-label={unread === 0 ? t('bell.none') : t('bell.label', { count: unread })}
      onPress={() => screen.setState({ screen: 'notifications' })}
    >
      <Bell size={16} aria-hidden />
      {unread > 0 && <span className={s['unread']}>{unread > MANY_UNREAD ? t('bell.many') : unread}</span>}
    </Button>
  )
})

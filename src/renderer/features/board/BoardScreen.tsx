import { useStore } from 'zustand'
import { SECOND_MS } from '#shared/lib/time.ts'
import type { WarehouseChoice } from '#shared/protocol/views.ts'
import { useConsole } from '../../hooks/console.tsx'
import { useNow } from '../../hooks/use-now.ts'
import { useServerTime } from '../../hooks/server-time.tsx'
import { useShortcut } from '../../hooks/use-shortcut.ts'
import { useSummary } from '../../hooks/use-status.ts'
import { useValueView } from '../../hooks/use-value-view.ts'
import { formatMinute } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'
import { ListMessage } from '../shell/ListMessage.tsx'
import { asOfText, showsAge, type ShownStatus } from '../shell/shown-status.ts'
import { useIsStale } from '../shell/use-is-stale.ts'
import { Attention } from './Attention.tsx'
import { BoardOrders } from './BoardOrders.tsx'
import { BoardStations } from './BoardStations.tsx'
import { BoardStock } from './BoardStock.tsx'
import s from './BoardScreen.module.css'

interface Props {
  readonly status: ShownStatus
  readonly warehouse: WarehouseChoice
}

const MINUTE_MS = 60 * SECOND_MS

/**
 * The warehouse on a wall, to be read from the other end of the hall: a few large figures, what waits for somebody, and how old
 * all of it is. Nothing on it can be pressed; Escape leaves it.
 */
export function BoardScreen({ status, warehouse }: Props): React.ReactNode {
  const { screen } = useConsole()
  const { clockOffsetMs, timeZone } = useServerTime()
  const isStale = useIsStale(status)
  const hasOverlay = useStore(screen, ({ overlay }) => overlay !== null)
  const at = useNow((now) => Math.floor((now - clockOffsetMs) / MINUTE_MS) * MINUTE_MS)
  const clock = useNow((now) => formatMinute(now - clockOffsetMs, now, timeZone))
  const asOf = useNow((now) => asOfText(status, now))
  const warehouseId = warehouse.id
  const stock = useSummary(warehouseId)
  const orders = useValueView<'orders.summary'>({ name: 'orders.summary', params: { warehouseId, at } })
  const fleet = useValueView<'fleet'>({ name: 'fleet', params: { warehouseId } })
  const alerts = useValueView<'alerts.summary'>({ name: 'alerts.summary', params: { warehouseId } })
  useShortcut('Escape', () => {
    if (!hasOverlay) screen.setState({ screen: 'stock' })
  })

  if (status.asOf === null || !stock.value)
    return <ListMessage status={status} error={stock.error ?? orders.error} />
  return (
    <section className={s['board']} aria-label={t('screen.board')} data-stale={isStale || undefined}>
      <div className={s['frame']}>
        <header className={s['header']}>
          <h2 className={s['name']}>{warehouse.name}</h2>
          <span className={s['age']} role="status">
            {showsAge(status) ? t('board.as-of', { asOf }) : t('board.live')}
          </span>
          <time className={s['clock']}>{clock}</time>
        </header>
        <BoardOrders orders={orders.value} />
        <BoardStock summary={stock.value} />
        <BoardStations fleet={fleet.value} />
        <Attention warehouseId={warehouseId} summary={alerts.value} />
        <p className={s['hint']}>{t('board.hint')}</p>
      </div>
    </section>
  )
}

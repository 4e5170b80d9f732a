import { useEffect, useMemo } from 'react'
import { useStore } from 'zustand'
import { ShieldQuestion } from 'lucide-react'
import type { WarehouseChoice } from '#shared/protocol/views.ts'
import { Message } from '../../components/Message.tsx'
import { ServerTimeContext } from '../../hooks/server-time.tsx'
import { useConsole, type About } from '../../hooks/console.tsx'
import { useStatus, useWarehouses } from '../../hooks/use-status.ts'
import { t } from '../../texts/text.ts'
import { AlertsScreen } from '../alerts/AlertsScreen.tsx'
import { AskBanner } from '../alerts/AskBanner.tsx'
import { useCriticalChime } from '../alerts/use-critical-chime.ts'
import { BoardScreen } from '../board/BoardScreen.tsx'
import { DiagnosticsScreen } from '../diagnostics/DiagnosticsScreen.tsx'
import { EntryScreen } from '../entry/EntryScreen.tsx'
import { ExceptionsScreen } from '../exceptions/ExceptionsScreen.tsx'
import { FleetScreen } from '../fleet/FleetScreen.tsx'
import { FlowScreen } from '../flow/FlowScreen.tsx'
import { LedgerScreen } from '../ledger/LedgerScreen.tsx'
import { NotificationsScreen } from '../notifications/NotificationsScreen.tsx'
import { useDesktopClicks } from '../notifications/use-desktop-clicks.ts'
import { OrdersScreen } from '../orders/OrdersScreen.tsx'
import { PaperScreen } from '../paper/PaperScreen.tsx'
import { StockScreen } from '../stock/StockScreen.tsx'
import { ActionTray } from '../work/ActionTray.tsx'
import { WorkScreen } from '../work/WorkScreen.tsx'
import { Foot } from './Foot.tsx'
import { withoutEngine, type ShownStatus } from './shown-status.ts'
import { ListMessage } from './ListMessage.tsx'
import { Overlays } from './Overlays.tsx'
import { Rail } from './Rail.tsx'
import { TopBar } from './TopBar.tsx'
import s from './App.module.css'

const none: readonly WarehouseChoice[] = []

/** The window: how fresh it is on top, where one can go at the side, what is unusual at the foot, the screen between. */
export function App({ about }: { about: About | null }): React.ReactNode {
  const { preferences, screen: screenStore } = useConsole()
  const { value, error, isLost } = useStatus()
  const status = useMemo(() => (value && isLost ? withoutEngine(value) : value), [value, isLost])
  const { value: known } = useWarehouses()
  const warehouses = known ?? none
  const chosenId = useStore(preferences, (state) => state.warehouseId)
  const warehouse = warehouses.find(({ id }) => id === chosenId) ?? warehouses[0] ?? null
  const screen = useStore(screenStore, (state) => state.screen)
  const serverTime = useMemo(
    () => ({ clockOffsetMs: status?.clockOffsetMs ?? 0, timeZone: warehouse?.timeZone }),
    [status?.clockOffsetMs, warehouse?.timeZone],
  )
  const isOutside = status !== undefined && needsEntry(status)
  useTitle(t(`screen.${screen}`), warehouse?.name ?? '')
  useDesktopClicks()
  useCriticalChime(warehouse?.id ?? null)

  return (
    <ServerTimeContext value={serverTime}>
      <div className={s['app']}>
        <TopBar
          status={status}
          error={error}
          warehouses={warehouses}
          warehouse={warehouse}
          isOutside={isOutside}
        />
        {isOutside ? (
          <Outside status={status} about={about} />
        ) : (
          <>
            {status && <AskBanner status={status} />}
            {screen !== 'board' && <Rail warehouseId={warehouse?.id ?? null} />}
            <main className={s['main']} data-wide={screen === 'board' || undefined}>
              <h1 className="said">{t(`screen.${screen}`)}</h1>
              {status ? (
                <ScreenNow
                  status={status}
                  warehouse={warehouse}
                  areKnown={known !== undefined}
                  about={about}
                />
              ) : (
                <ListMessage status={undefined} error={error} />
              )}
            </main>
            {status && <ActionTray status={status} />}
            <Overlays status={status} warehouses={warehouses} warehouse={warehouse} />
          </>
        )}
        <Foot about={about} status={status} />
      </div>
    </ServerTimeContext>
  )
}

/** Without a server or a user there is nothing to show. A session that ended by itself leaves its stock in view. */
function needsEntry(status: ShownStatus): boolean {
  return status.server === null || (status.link.at === 'signed-out' && status.user === null)
}

/** Before the stock: the way in, or what this station knows of why there is none. */
function Outside({ status, about }: { status: ShownStatus; about: About | null }): React.ReactNode {
  const { screen: store } = useConsole()
  const screen = useStore(store, (state) => state.screen)
  if (screen !== 'diagnostics') return <EntryScreen status={status} />
  return (
    <main className={`${s['main']} ${s['outside']}`}>
      <DiagnosticsScreen
        status={status}
        about={about}
        back={{ word: t('diagnostics.back-to-entry'), go: () => store.setState({ screen: 'stock' }) }}
      />
    </main>
  )
}

function ScreenNow(props: {
  status: ShownStatus
  warehouse: WarehouseChoice | null
  areKnown: boolean
  about: About | null
}): React.ReactNode {
  const { status, warehouse } = props
  const { screen: store } = useConsole()
  const screen = useStore(store, (state) => state.screen)
  if (screen === 'diagnostics')
    return (
      <DiagnosticsScreen
        status={status}
        about={props.about}
        back={{ word: t('diagnostics.back'), go: () => store.setState({ screen: 'stock' }) }}
      />
    )
  if (screen === 'notifications') return <NotificationsScreen status={status} />
  if (screen === 'work' || screen === 'refused')
    return <WorkScreen key={screen} status={status} desk={screen} />
  if (!warehouse) return <NoWarehouse status={status} areKnown={props.areKnown} />
  switch (screen) {
    case 'stock':
      return <StockScreen key={warehouse.id} status={status} warehouse={warehouse} />
    case 'orders':
      return <OrdersScreen key={warehouse.id} status={status} warehouse={warehouse} />
    case 'ledger':
      return <LedgerScreen key={warehouse.id} status={status} warehouse={warehouse} />
    case 'flow':
      return <FlowScreen key={warehouse.id} status={status} warehouse={warehouse} />
    case 'alerts':
      return <AlertsScreen key={warehouse.id} status={status} warehouse={warehouse} />
    case 'exceptions':
      return <ExceptionsScreen key={warehouse.id} status={status} warehouse={warehouse} />
    case 'fleet':
      return <FleetScreen key={warehouse.id} status={status} warehouse={warehouse} />
    case 'paper':
      return <PaperScreen key={warehouse.id} status={status} warehouse={warehouse} />
    case 'board':
      return <BoardScreen key={warehouse.id} status={status} warehouse={warehouse} />
  }
}

/** Nothing to choose from: because nothing has arrived yet, or because nobody gave this user a warehouse. */
function NoWarehouse({ status, areKnown }: { status: ShownStatus; areKnown: boolean }): React.ReactNode {
  if (!areKnown || status.asOf === null || status.memberships.length > 0)
    return <ListMessage status={status} error={null} />
  return (
    <Message
      icon={<ShieldQuestion size={20} />}
      title={t('list.no-permission.title', { email: status.user?.email ?? '' })}
    >
      {t('list.no-permission.next')}
    </Message>
  )
}

function useTitle(screen: string, warehouse: string): void {
  useEffect(() => {
    document.title = warehouse === '' ? t('app.name') : t('app.title', { screen, warehouse })
  }, [screen, warehouse])
}

import { useCallback, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { Check, MessageSquarePlus } from 'lucide-react'
import { AlertFilter, type AlertListRow } from '#shared/protocol/alerts.ts'
import type { WarehouseChoice } from '#shared/protocol/views.ts'
import { Button } from '../../components/Button.tsx'
import { FilterButtons } from '../../components/FilterButtons.tsx'
import { Message } from '../../components/Message.tsx'
import { VirtualTable, type TableHandle } from '../../components/table/VirtualTable.tsx'
import { useConsole } from '../../hooks/console.tsx'
import { useAlerts } from '../../hooks/use-alerts.ts'
import { useNow } from '../../hooks/use-now.ts'
import { t } from '../../texts/text.ts'
import { ListMessage } from '../shell/ListMessage.tsx'
import { ListScreen } from '../shell/ListScreen.tsx'
import { Note } from '../shell/Note.tsx'
import { WithPane } from '../shell/WithPane.tsx'
import { asOfText, isConnected, type ShownStatus } from '../shell/shown-status.ts'
import { useIsStale } from '../shell/use-is-stale.ts'
import { ExportButton, listOf } from '../paper/ExportButton.tsx'
import { rightsIn } from '../work/rights.ts'
import { AlertPane } from './AlertPane.tsx'
import { acknowledgedColumns, alertColumns, messageColumns } from './columns.tsx'

const filters = AlertFilter.options.map((value) => ({ value, word: t(`alerts.filter.${value}`) }))

interface Props {
  readonly status: ShownStatus
  readonly warehouse: WarehouseChoice
}

/** What is wrong in a warehouse or asks for somebody, the most pressing first; one of them open at the side. */
export function AlertsScreen({ status, warehouse }: Props): React.ReactNode {
  const { screen } = useConsole()
  const filter = useStore(screen, (state) => state.alertFilter)
  const openId = useStore(screen, (state) => state.alertId)
  const { list, look, hold } = useAlerts(warehouse.id, filter)
  const tableRef = useRef<TableHandle>(null)
  const { shown } = list
  const isStale = useIsStale(status)
  const may = rightsIn(status, warehouse.id)
  const row = useLastSeen(shown?.rows.find(({ id }) => id === openId) ?? null, openId)
  const onOpen = useCallback((opened: AlertListRow) => screen.setState({ alertId: opened.id }), [screen])
  const close = (): void => screen.setState({ alertId: null })
  const choose = (next: AlertFilter): void => screen.setState({ alertFilter: next })
  return (
    <WithPane
      pane={
        openId !== null && (
          <AlertPane
            key={openId}
            id={openId}
            row={row}
            warehouse={warehouse}
            userId={status.user?.id ?? null}
            mayWork={may.work}
            onClose={() => {
              close()
              tableRef.current?.focus()
            }}
          />
        )
      }
    >
      <ListScreen
        title={t('screen.alerts')}
        tools={
          <>
            <FilterButtons<AlertFilter>
              label={t('alerts.filter')}
              options={filters}
              value={filter}
              onChange={choose}
            />
            {may.cancel && (
              <Button
                onPress={() => screen.setState({ form: { kind: 'message', warehouseId: warehouse.id } })}
              >
                <MessageSquarePlus size={16} aria-hidden />
                {t('message.new')}
              </Button>
            )}
            <ExportButton
              table={listOf('alerts.list', { warehouseId: warehouse.id, filter })}
              title={t('screen.alerts')}
            />
          </>
        }
        found={
          list.orderWaits
            ? t('stock.order-waits')
            : openId === null && shown && t('alerts.matches', { count: shown.total })
        }
      >
        {!isConnected(status) && <Offline status={status} />}
        {!shown || (shown.total === 0 && status.asOf === null) ? (
          <ListMessage status={status} error={list.error} />
        ) : shown.total === 0 ? (
          <NoAlerts filter={filter} onShowOpen={() => choose('open')} />
        ) : (
          <VirtualTable<AlertListRow>
            label={t('alerts.label', { warehouse: warehouse.name })}
            list={shown}
            columns={columnsOf(filter)}
            openId={openId}
            isStale={isStale}
            topKey={`${warehouse.id} ${filter}`}
            handle={tableRef}
            onLook={look}
            onHover={hold}
            onOpen={onOpen}
            onBack={close}
          />
        )}
      </ListScreen>
    </WithPane>
  )
}

function columnsOf(filter: AlertFilter): typeof alertColumns {
  if (filter === 'acknowledged') return acknowledgedColumns
  return filter === 'messages' ? messageColumns : alertColumns
}

function Offline({ status }: { status: ShownStatus }): React.ReactNode {
  const asOf = useNow((now) => asOfText(status, now))
  return <Note>{t('alerts.offline', { asOf })}</Note>
}

/** The open alert as it was last seen: acknowledged, it leaves the list of what is open, and stays in its pane. */
function useLastSeen(row: AlertListRow | null, openId: string | null): AlertListRow | null {
  const [seen, setSeen] = useState(row)
  if (row !== null && row !== seen) setSeen(row)
  return row ?? (seen?.id === openId ? seen : null)
}

function NoAlerts(props: { filter: AlertFilter; onShowOpen: () => void }): React.ReactNode {
  const { filter } = props
  return (
    <Message
      icon={<Check size={20} />}
      title={t(`alerts.empty.${filter}.title`)}
      action={filter !== 'open' && <Button onPress={props.onShowOpen}>{t('alerts.show-open')}</Button>}
    >
      {t(`alerts.empty.${filter}.next`)}
    </Message>
  )
}

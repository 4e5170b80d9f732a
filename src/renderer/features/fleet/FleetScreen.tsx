import { useMemo, useRef, useState } from 'react'
import { Megaphone, SearchX, Unplug } from 'lucide-react'
import type { StationId } from '#shared/domain/ids.ts'
import type { Fleet, FleetStation } from '#shared/protocol/fleet.ts'
import type { WarehouseChoice } from '#shared/protocol/views.ts'
import type { ListModel } from '../../bridge/model.ts'
import { Button } from '../../components/Button.tsx'
import { Message } from '../../components/Message.tsx'
import { SearchField } from '../../components/SearchField.tsx'
import { VirtualTable, type TableHandle } from '../../components/table/VirtualTable.tsx'
import { useShortcut } from '../../hooks/use-shortcut.ts'
import { useValueView } from '../../hooks/use-value-view.ts'
import { t } from '../../texts/text.ts'
import { ExportButton } from '../paper/ExportButton.tsx'
import { ListMessage } from '../shell/ListMessage.tsx'
import { ListScreen } from '../shell/ListScreen.tsx'
import { WithPane } from '../shell/WithPane.tsx'
import type { ShownStatus } from '../shell/shown-status.ts'
import { useIsStale } from '../shell/use-is-stale.ts'
import { rightsIn } from '../work/rights.ts'
import { ActivityFeed } from './ActivityFeed.tsx'
import { CallDrillDialog } from './CallDrillDialog.tsx'
import { fleetColumns } from './columns.tsx'
import { DrillPart } from './DrillPart.tsx'
import { FleetSums, inFilter, type FleetFilter } from './FleetSums.tsx'
import { OwnDrillDialog } from './OwnDrillDialog.tsx'
import { PeopleList } from './PeopleList.tsx'
import { RenameDialog } from './RenameDialog.tsx'
import { StationPane } from './StationPane.tsx'
import s from './fleet.module.css'

interface Props {
  readonly status: ShownStatus
  readonly warehouse: WarehouseChoice
}

/** Stations of a warehouse, who is at them, what is going on, and what is at risk where nobody answers. */
export function FleetScreen({ status, warehouse }: Props): React.ReactNode {
  const { value: fleet, error } = useValueView<'fleet'>({
    name: 'fleet',
    params: { warehouseId: warehouse.id },
  })
  const [filter, setFilter] = useState<FleetFilter>('all')
  const [search, setSearch] = useState('')
  const [openId, setOpenId] = useState<StationId | null>(null)
  const [dialog, setDialog] = useState<'call' | 'own' | 'rename' | null>(null)
  const searchRef = useRef<HTMLInputElement>(null)
  const tableRef = useRef<TableHandle>(null)
  useShortcut('/', () => searchRef.current?.focus())
  const isStale = useIsStale(status)
  const may = rightsIn(status, warehouse.id)
  const list = useMemo(() => listOf(fleet, filter, search), [fleet, filter, search])
  const isKnown = fleet !== undefined && (fleet.stations.length > 0 || status.asOf !== null)
  const open = fleet?.stations.find(({ id }) => id === openId) ?? null
  return (
    <WithPane
      pane={
        openId !== null && isKnown ? (
          <StationPane
            station={open}
            onRename={() => setDialog('rename')}
            onClose={() => {
              setOpenId(null)
              tableRef.current?.focus()
            }}
          />
        ) : (
          <div className={s['side']} data-stale={isStale || undefined}>
            {fleet && isKnown && <PeopleList people={fleet.people} />}
            <ActivityFeed warehouseId={warehouse.id} />
          </div>
        )
      }
    >
      <ListScreen
        title={t('screen.fleet')}
        tools={
          <>
            <SearchField
              ref={searchRef}
              label={t('fleet.search')}
              clearLabel={t('fleet.search.clear')}
              value={search}
              onChange={setSearch}
              onLeave={() => tableRef.current?.focus()}
            />
            {may.cancel && (
              <>
                <Button onPress={() => setDialog('call')}>
                  <Megaphone size={16} aria-hidden />
                  {t('drill.call')}
                </Button>
                <Button onPress={() => setDialog('own')} isDisabled={status.drill !== null}>
                  <Unplug size={16} aria-hidden />
                  {t('drill.own')}
                </Button>
              </>
            )}
            <ExportButton
              table={{ name: 'fleet', params: { warehouseId: warehouse.id } }}
              title={t('export.list.fleet', { warehouse: warehouse.name })}
            />
          </>
        }
        found={search !== '' && t('fleet.matches', { count: list.total })}
      >
        <FleetSums fleet={fleet} filter={filter} status={status} onFilter={setFilter} />
        <DrillPart />
        {!isKnown ? (
          <ListMessage status={status} error={error} />
        ) : list.total === 0 ? (
          <NoStations
            isEmpty={fleet.stations.length === 0}
            warehouse={warehouse.name}
            onShowAll={() => {
              setFilter('all')
              setSearch('')
            }}
          />
        ) : (
          <VirtualTable<FleetStation>
            label={t('fleet.label', { warehouse: warehouse.name })}
            list={list}
            columns={fleetColumns}
            openId={openId}
            isStale={isStale}
            topKey={`${filter} ${search}`}
            handle={tableRef}
            onLook={ignore}
            onHover={ignore}
            onOpen={(row) => setOpenId(row.id)}
            onBack={() => setOpenId(null)}
          />
        )}
      </ListScreen>
      {dialog === 'call' && (
        <CallDrillDialog
          warehouseId={warehouse.id}
          stations={fleet?.stations ?? noStations}
          onClose={() => setDialog(null)}
        />
      )}
      {dialog === 'own' && <OwnDrillDialog onClose={() => setDialog(null)} />}
      {dialog === 'rename' && open?.isThis && <RenameDialog station={open} onClose={() => setDialog(null)} />}
    </WithPane>
  )
}

const noStations: Fleet['stations'] = []
const ignore = (): void => undefined

/** The stations that are asked for: by their own names, and those of who is there. */
function listOf(fleet: Fleet | undefined, filter: FleetFilter, search: string): ListModel<FleetStation> {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  const rows = (fleet?.stations ?? noStations).filter((station) => {
    const text = `${station.name} ${station.user?.name ?? ''}`.toLowerCase()
    return inFilter(filter, station) && words.every((word) => text.includes(word))
  })
  return { kind: 'list', total: rows.length, offset: 0, rows }
}

function NoStations(props: { isEmpty: boolean; warehouse: string; onShowAll: () => void }): React.ReactNode {
  const { isEmpty, warehouse } = props
  if (isEmpty)
    return (
      <Message icon={<Unplug size={20} />} title={t('fleet.empty.title', { warehouse })}>
        {t('fleet.empty.next')}
      </Message>
    )
  return (
    <Message
      icon={<SearchX size={20} />}
      title={t('fleet.none.title')}
      action={<Button onPress={props.onShowAll}>{t('fleet.show-all')}</Button>}
    >
      {t('fleet.none.next')}
    </Message>
  )
}

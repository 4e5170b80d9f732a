import { useCallback, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { WorkFilter, WorkItem } from '#shared/protocol/work.ts'
import { FilterButtons } from '../../components/FilterButtons.tsx'
import { VirtualTable, type TableHandle } from '../../components/table/VirtualTable.tsx'
import { useConsole } from '../../hooks/console.tsx'
import { useWorkList, useWorkSummary } from '../../hooks/use-work.ts'
import { t } from '../../texts/text.ts'
import { ExportButton, listOf } from '../paper/ExportButton.tsx'
import { ListMessage } from '../shell/ListMessage.tsx'
import { ListScreen } from '../shell/ListScreen.tsx'
import { Note } from '../shell/Note.tsx'
import { isConnected, type ShownStatus } from '../shell/shown-status.ts'
import { WithPane } from '../shell/WithPane.tsx'
import { refusedColumns, workColumns } from './columns.tsx'
import { NoWork } from './NoWork.tsx'
import { WorkPane } from './WorkPane.tsx'

const filters = (['all', 'unsent', 'refused'] as const).map((value) => ({
  value,
  word: t(`work.filter.${value}`),
}))

interface Props {
  readonly status: ShownStatus
  /** `refused`: the desk, where a person settles what the server did not take. */
  readonly desk: 'work' | 'refused'
}

/** What this person did at this station, newest first; or of it what the server refused. */
export function WorkScreen({ status, desk }: Props): React.ReactNode {
  const { screen } = useConsole()
  const [filter, setFilter] = useState<WorkFilter>(desk === 'refused' ? 'refused' : 'all')
  const openId = useStore(screen, (state) => state.workId)
  const { list, look, hold } = useWorkList(filter)
  const { value: summary } = useWorkSummary()
  const tableRef = useRef<TableHandle>(null)
  const { shown } = list
  const isDesk = desk === 'refused'
  const onOpen = useCallback((row: WorkItem) => screen.setState({ workId: row.id }), [screen])
  const close = (): void => screen.setState({ workId: null })
  const name = status.user?.displayName ?? ''
  return (
    <WithPane
      pane={
        openId && (
          <WorkPane
            key={openId}
            id={openId}
            onClose={() => {
              close()
              tableRef.current?.focus()
            }}
          />
        )
      }
    >
      <ListScreen
        title={t(`screen.${desk}`)}
        tools={
          <>
            {!isDesk && (
              <FilterButtons<WorkFilter>
                label={t('work.filter')}
                options={filters}
                value={filter}
                onChange={setFilter}
              />
            )}
            <ExportButton
              table={listOf('work.list', { filter: isDesk ? 'refused' : filter })}
              title={t(`screen.${desk}`)}
            />
          </>
        }
        found={list.orderWaits ? t('stock.order-waits') : shown && t('work.matches', { count: shown.total })}
      >
        {summary && summary.unsentOfOthers > 0 && !isDesk && (
          <Note>{t('unsent.others', { count: summary.unsentOfOthers })}</Note>
        )}
        {isDesk && !isConnected(status) && <Note>{t('desk.offline')}</Note>}
        {!shown ? (
          <ListMessage status={status} error={list.error} />
        ) : shown.total === 0 ? (
          <NoWork filter={filter} onShowAll={isDesk ? null : () => setFilter('all')} />
        ) : (
          <VirtualTable<WorkItem>
            label={t(isDesk ? 'desk.label' : 'work.label', { name })}
            list={shown}
            columns={isDesk ? refusedColumns : workColumns}
            openId={openId}
            isStale={false}
            topKey={filter}
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

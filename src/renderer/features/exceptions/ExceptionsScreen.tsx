import { useCallback, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { Check, ScanBarcode } from 'lucide-react'
import { ExceptionKind, type ExceptionRow } from '#shared/protocol/alerts.ts'
import type { WarehouseChoice } from '#shared/protocol/views.ts'
import { Button } from '../../components/Button.tsx'
import { FilterButtons } from '../../components/FilterButtons.tsx'
import { Message } from '../../components/Message.tsx'
import { VirtualTable, type TableHandle } from '../../components/table/VirtualTable.tsx'
import { useConsole } from '../../hooks/console.tsx'
import { useExceptions } from '../../hooks/use-alerts.ts'
import { useExceptionCounts, type ExceptionCounts } from '../../hooks/use-exception-counts.ts'
import { t } from '../../texts/text.ts'
import { ListMessage } from '../shell/ListMessage.tsx'
import { ListScreen } from '../shell/ListScreen.tsx'
import { Note } from '../shell/Note.tsx'
import { WithPane } from '../shell/WithPane.tsx'
import { ExportButton, listOf } from '../paper/ExportButton.tsx'
import { isConnected, type ShownStatus } from '../shell/shown-status.ts'
import { useIsStale } from '../shell/use-is-stale.ts'
import { rightsIn } from '../work/rights.ts'
import { exceptionColumns } from './columns.tsx'
import { ExceptionPane } from './ExceptionPane.tsx'

type Choice = ExceptionKind | 'all'

interface Props {
  readonly status: ShownStatus
  readonly warehouse: WarehouseChoice
}

/** What went otherwise than planned and waits for somebody, the oldest of its kind first; one of them open at the side. */
export function ExceptionsScreen({ status, warehouse }: Props): React.ReactNode {
  const { screen } = useConsole()
  const [choice, setChoice] = useState<Choice>('all')
  const openId = useStore(screen, (state) => state.exceptionId)
  const { list, look, hold } = useExceptions(warehouse.id, choice === 'all' ? null : choice)
  const counts = useExceptionCounts(warehouse.id)
  const tableRef = useRef<TableHandle>(null)
  const { shown } = list
  const isStale = useIsStale(status)
  const may = rightsIn(status, warehouse.id)
  const row = shown?.rows.find(({ id }) => id === openId) ?? null
  const onOpen = useCallback((opened: ExceptionRow) => screen.setState({ exceptionId: opened.id }), [screen])
  const close = (): void => screen.setState({ exceptionId: null })
  return (
    <WithPane
      pane={
        openId !== null &&
        shown && (
          <ExceptionPane
            key={openId}
            row={row}
            warehouse={warehouse}
            may={may}
            onClose={() => {
              close()
              tableRef.current?.focus()
            }}
          />
        )
      }
    >
      <ListScreen
        title={t('screen.exceptions')}
        tools={
          <>
            <FilterButtons<Choice>
              label={t('exceptions.filter')}
              options={choicesOf(counts)}
              value={choice}
              onChange={setChoice}
            />
            {/* Beside an open pane the kinds need the room; the palette has it too. */}
            {may.work && openId === null && (
              <Button
                onPress={() => screen.setState({ form: { kind: 'report-code', warehouseId: warehouse.id } })}
              >
                <ScanBarcode size={16} aria-hidden />
                {t('code.report.button')}
              </Button>
            )}
            {openId === null && (
              <ExportButton
                table={listOf('exceptions.list', {
                  warehouseId: warehouse.id,
                  kind: choice === 'all' ? null : choice,
                })}
                title={t('screen.exceptions')}
              />
            )}
          </>
        }
        found={
          list.orderWaits
            ? t('stock.order-waits')
            : openId === null && shown && t('exceptions.matches', { count: shown.total })
        }
      >
        {!isConnected(status) && <Note>{t('exceptions.offline')}</Note>}
        {!shown || (shown.total === 0 && status.asOf === null) ? (
          <ListMessage status={status} error={list.error} />
        ) : shown.total === 0 ? (
          <NoExceptions choice={choice} onShowAll={() => setChoice('all')} />
        ) : (
          <VirtualTable<ExceptionRow>
            label={t('exceptions.label', { warehouse: warehouse.name })}
            list={shown}
            columns={exceptionColumns}
            openId={openId}
            isStale={isStale}
            topKey={`${warehouse.id} ${choice}`}
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

/** Each kind with how many of it wait; what nothing waits of is a word alone. */
function choicesOf(counts: ExceptionCounts): { value: Choice; word: string }[] {
  const all = ExceptionKind.options.reduce((sum, kind) => sum + (counts[kind] ?? 0), 0)
  const word = (value: Choice, count: number): string => {
    const plain = t(`exceptions.filter.${value}`)
    return count === 0 ? plain : t('exceptions.filter.count', { word: plain, count })
  }
  return [
    { value: 'all', word: word('all', all) },
    ...ExceptionKind.options.map((kind) => ({ value: kind, word: word(kind, counts[kind] ?? 0) })),
  ]
}

function NoExceptions(props: { choice: Choice; onShowAll: () => void }): React.ReactNode {
  const { choice } = props
  const icon = <Check size={20} />
  if (choice === 'all')
    return (
      <Message icon={icon} title={t('exceptions.empty.title')}>
        {t('exceptions.empty.next')}
      </Message>
    )
  return (
    <Message
      icon={icon}
      title={t('exceptions.none.title', { kind: t(`exceptions.filter.${choice}`) })}
      action={<Button onPress={props.onShowAll}>{t('exceptions.show-all')}</Button>}
    >
      {t('exceptions.none.next')}
    </Message>
  )
}

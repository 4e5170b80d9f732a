import { useCallback, useMemo, useRef, useState } from 'react'
import { BookOpen, SearchX } from 'lucide-react'
import type { WarehouseChoice } from '#shared/protocol/views.ts'
import { Button } from '../../components/Button.tsx'
import { Message } from '../../components/Message.tsx'
import { VirtualTable, type TableHandle } from '../../components/table/VirtualTable.tsx'
import { useConsole } from '../../hooks/console.tsx'
import { useLedgerNames, useLedgerPages, useUnsettled } from '../../hooks/use-ledger.ts'
import { useShortcut } from '../../hooks/use-shortcut.ts'
import { t } from '../../texts/text.ts'
import { ExportButton } from '../paper/ExportButton.tsx'
import { ListScreen } from '../shell/ListScreen.tsx'
import type { ShownStatus } from '../shell/shown-status.ts'
import { ledgerColumns } from './columns.tsx'
import { filterOf, LedgerFilters, noFilter } from './LedgerFilters.tsx'
import { AnswerAge, NoAnswer } from './LedgerNotes.tsx'
import { ledgerRows, type LedgerRow } from './rows.ts'
import { pagedList } from './paged-list.ts'
import { useSettled } from './use-settled.ts'

const TYPING_PAUSE_MS = 300
const none: readonly never[] = []

interface Props {
  readonly status: ShownStatus
  readonly warehouse: WarehouseChoice
}

/** The warehouse's movements, newest first, with this station's unsent work on top; one of them opens the story of its product. */
export function LedgerList({ status, warehouse }: Props): React.ReactNode {
  const { screen } = useConsole()
  const [entries, setEntries] = useState(noFilter)
  const settled = useSettled(entries, TYPING_PAUSE_MS)
  const filter = useMemo(() => filterOf(settled, warehouse.timeZone), [settled, warehouse.timeZone])
  const { answer, answeredAt, error, more } = useLedgerPages(warehouse.id, filter)
  const { value: own } = useUnsettled(warehouse.id, null)
  const { value: names } = useLedgerNames(warehouse.id)
  const firstRef = useRef<HTMLDivElement>(null)
  const tableRef = useRef<TableHandle>(null)
  useShortcut('/', () => firstRef.current?.querySelector('input')?.focus())

  const person = status.user?.displayName ?? null
  const rows = useMemo(
    () => ledgerRows(answer?.movements ?? none, own ?? none, filter, { person, station: null }),
    [answer, own, filter, person],
  )
  const list = useMemo(() => pagedList(rows, Boolean(answer?.next)), [rows, answer])
  const onLook = useCallback(
    (_first: number, last: number) => {
      if (last >= rows.length - LOOK_AHEAD) more()
    },
    [rows.length, more],
  )
  const onOpen = useCallback(
    ({ productId }: LedgerRow) => {
      if (productId) screen.setState({ story: { productId, bin: null, from: 'ledger' } })
    },
    [screen],
  )
  const isFiltered = Object.keys(filter).length > 0
  return (
    <ListScreen
      title={t('screen.ledger')}
      tools={
        <>
          {answer && answeredAt !== null && <AnswerAge at={answeredAt} error={error} />}
          <ExportButton
            table={answer && { name: 'ledger', params: { warehouseId: warehouse.id, filter } }}
            title={t('export.list.ledger', { warehouse: warehouse.name })}
          />
        </>
      }
      found={
        answer &&
        t(answer.next ? 'ledger.matches.more' : 'ledger.matches', { count: answer.movements.length })
      }
    >
      <LedgerFilters
        warehouse={warehouse}
        names={names}
        entries={entries}
        firstRef={firstRef}
        onChange={setEntries}
      />
      {!answer && (
        <NoAnswer status={status} warehouse={warehouse.name} error={error} hasOwn={rows.length > 0} />
      )}
      {rows.length > 0 && (
        <VirtualTable<LedgerRow>
          label={t('ledger.label', { warehouse: warehouse.name })}
          list={list}
          columns={ledgerColumns}
          openId={null}
          isStale={error !== null && answer !== null}
          topKey={JSON.stringify(filter)}
          handle={tableRef}
          onLook={onLook}
          onHover={nothing}
          onOpen={onOpen}
        />
      )}
      {answer && rows.length === 0 && (
        <Nothing isFiltered={isFiltered} warehouse={warehouse.name} onClear={() => setEntries(noFilter)} />
      )}
    </ListScreen>
  )
}

/** So many rows before the end the next page is asked for. */
const LOOK_AHEAD = 30
const nothing = (): void => undefined

function Nothing(props: { isFiltered: boolean; warehouse: string; onClear: () => void }): React.ReactNode {
  if (!props.isFiltered)
    return (
      <Message icon={<BookOpen size={20} />} title={t('ledger.empty.title', { warehouse: props.warehouse })}>
        {t('ledger.empty.next')}
      </Message>
    )
  return (
    <Message
      icon={<SearchX size={20} />}
      title={t('ledger.none.title')}
      action={<Button onPress={props.onClear}>{t('ledger.filter.clear')}</Button>}
    >
      {t('ledger.none.next')}
    </Message>
  )
}

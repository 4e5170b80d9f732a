import type { WorkItem } from '#shared/protocol/work.ts'
import { Shape } from '../../components/Shape.tsx'
import type { Column } from '../../components/table/columns.ts'
import { t } from '../../texts/text.ts'
import { LocalAge } from './LocalTime.tsx'
import { TickMark } from './TickMark.tsx'
import { UndoButton } from './UndoButton.tsx'
import { CommandWords, RefusalWords, TroubleWords } from './Words.tsx'
import s from './columns.module.css'

const state: Column<WorkItem> = {
  id: 'state',
  header: t('work.column.state'),
  width: { px: 132 },
  align: 'start',
  cell: (row) => <TickMark item={row} />,
}
const what: Column<WorkItem> = {
  id: 'what',
  header: t('work.column.what'),
  width: { share: 2, minPx: 260 },
  align: 'start',
  cell: (row) => (
    <span className={s['what']}>
      <CommandWords item={row} />
    </span>
  ),
}
const when: Column<WorkItem> = {
  id: 'when',
  header: t('work.column.when'),
  width: { px: 100 },
  align: 'end',
  cell: (row) => <LocalAge at={row.keptAt} />,
}

/** All work: where it stands, what it was, why it waits, and the way back. */
export const workColumns: readonly Column<WorkItem>[] = [
  state,
  what,
  {
    id: 'trouble',
    header: t('work.column.trouble'),
    width: { share: 1.6, minPx: 160 },
    align: 'start',
    hideBelowPx: 760,
    cell: (row) => (
      <span className={s['second']}>
        {row.state === 'refused' ? <RefusalWords item={row} /> : <TroubleWords item={row} />}
      </span>
    ),
  },
  when,
  {
    id: 'undo',
    header: t('work.column.undo'),
    width: { px: 92 },
    align: 'end',
    cell: (row) => <UndoButton item={row} isInRow />,
  },
]

/** The refused desk: what it was, and why the server said no. */
export const refusedColumns: readonly Column<WorkItem>[] = [
  {
    ...what,
    cell: (row) => (
      <span className={s['refused']}>
        <Shape name="cross" tone="bad" />
        <CommandWords item={row} />
      </span>
    ),
  },
  {
    id: 'why',
    header: t('work.column.why'),
    width: { share: 3, minPx: 200 },
    align: 'start',
    hideBelowPx: 640,
    cell: (row) => <RefusalWords item={row} />,
  },
  {
    id: 'assigned',
    header: t('work.column.assigned'),
    width: { share: 1, minPx: 110 },
    align: 'start',
    hideBelowPx: 900,
    cell: (row) => (
      <span className={s['second']} title={row.assigned?.note}>
        {row.assigned?.note ?? ''}
      </span>
    ),
  },
  when,
]

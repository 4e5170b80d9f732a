import type { StockRow, StockSort } from '#shared/protocol/views.ts'
import { Age } from '../../components/Age.tsx'
import { Figure } from '../../components/Figure.tsx'
import { OnHand } from '../../components/OnHand.tsx'
import { StatusIndicator } from '../../components/StatusIndicator.tsx'
import type { Column } from '../../components/table/columns.ts'
import { t } from '../../texts/text.ts'
import s from './columns.module.css'

export const stockColumns: readonly Column<StockRow, StockSort>[] = [
  {
    id: 'sku',
    header: t('stock.column.sku'),
    width: { share: 0.5, minPx: 84 },
    align: 'start',
    sort: 'sku',
    cell: (row) => (
      <span className={s['code']} title={row.sku}>
        {row.sku}
      </span>
    ),
  },
  {
    id: 'name',
    header: t('stock.column.name'),
    width: { share: 3, minPx: 140 },
    align: 'start',
    sort: 'name',
    cell: (row) => <span title={row.name}>{row.name}</span>,
  },
  {
    id: 'bin',
    header: t('stock.column.bin'),
    width: { share: 0.9, minPx: 108 },
    align: 'start',
    sort: 'bin',
    hideBelowPx: 680,
    cell: (row) => <Bin row={row} />,
  },
  {
    id: 'on-hand',
    header: t('stock.column.on-hand'),
    // Room for "+12 not sent" beside the figure, so that nothing moves when there is some.
    width: { share: 0.5, minPx: 148 },
    align: 'end',
    cell: (row) => (
      <OnHand value={row.onHand} unsent={row.unsentOnHand} of={row.id} unit={shownUnit(row.unit)} />
    ),
  },
  {
    id: 'allocated',
    header: t('stock.column.allocated'),
    width: { share: 0.4, minPx: 68 },
    align: 'end',
    hideBelowPx: 900,
    cell: (row) => (
      <span className={s['second']} data-zero={row.allocated === 0 || undefined}>
        <Figure value={row.allocated} of={row.id} />
      </span>
    ),
  },
  {
    id: 'available',
    header: t('stock.column.available'),
    width: { share: 0.4, minPx: 68 },
    align: 'end',
    sort: 'available',
    cell: (row) => <Figure value={row.available} of={row.id} isStrong />,
  },
  {
    id: 'state',
    header: t('stock.column.state'),
    width: { share: 0.6, minPx: 112 },
    align: 'start',
    cell: (row) => <StatusIndicator stock={row.state} />,
  },
  {
    id: 'changed',
    header: t('stock.column.changed'),
    width: { share: 0.4, minPx: 84 },
    align: 'end',
    sort: 'changed',
    hideBelowPx: 880,
    cell: (row) => <Age at={row.changedAt} />,
  },
]

/** Pieces are what everything is counted in unless it says otherwise. */
const shownUnit = (unit: string): string | undefined => (unit === 'piece' ? undefined : unit)

function Bin({ row }: { row: StockRow }): React.ReactNode {
  return (
    <>
      <span className={s['bin']}>{row.bin}</span>
      {row.otherBins > 0 && (
        <span className={s['others']}>{t('stock.other-bins', { count: row.otherBins })}</span>
      )}
    </>
  )
}

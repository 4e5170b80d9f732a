import type { OrderListRow } from '#shared/protocol/orders.ts'
import { Age } from '../../components/Age.tsx'
import { Figure } from '../../components/Figure.tsx'
import { Moment } from '../../components/Moment.tsx'
import { StatusIndicator } from '../../components/StatusIndicator.tsx'
import { Unsent } from '../../components/Unsent.tsx'
import type { Column } from '../../components/table/columns.ts'
import { formatNumber } from '../../lib/format.ts'
import { t } from '../../texts/text.ts'
import s from './columns.module.css'

export const orderColumns: readonly Column<OrderListRow>[] = [
  {
    id: 'number',
    header: t('orders.column.number'),
    width: { share: 0.6, minPx: 104 },
    align: 'start',
    cell: (row) => <span className={s['number']}>{row.number}</span>,
  },
  {
    id: 'customer',
    header: t('orders.column.customer'),
    width: { share: 2.4, minPx: 140 },
    align: 'start',
    cell: (row) => <span title={row.customer ?? undefined}>{row.customer ?? '–'}</span>,
  },
  {
    id: 'status',
    header: t('orders.column.status'),
    width: { share: 0.9, minPx: 176 },
    align: 'start',
    cell: (row) => (
      <span className={s['status']}>
        <StatusIndicator order={row.status} />
        <Unsent amount={row.unsent} />
      </span>
    ),
  },
  {
    id: 'priority',
    header: t('orders.column.priority'),
    width: { share: 0.4, minPx: 56 },
    align: 'end',
    cell: (row) => <Figure value={row.priority} of={row.id} />,
  },
  {
    id: 'due',
    header: t('orders.column.due'),
    width: { share: 0.7, minPx: 108 },
    align: 'end',
    cell: (row) => (row.dueAt === null ? '–' : <Moment at={row.dueAt} />),
  },
  {
    id: 'lines',
    hideBelowPx: 800,
    header: t('orders.column.lines'),
    width: { share: 0.4, minPx: 48 },
    align: 'end',
    cell: (row) => <Figure value={row.lines} of={row.id} />,
  },
  {
    id: 'picked',
    header: t('orders.column.picked'),
    width: { share: 0.6, minPx: 100 },
    align: 'end',
    cell: (row) => (
      <>
        <Figure value={row.unitsPicked} of={row.id} isStrong />
        <span className={s['ordered']}> / {formatNumber(row.unitsOrdered)}</span>
      </>
    ),
  },
  {
    id: 'changed',
    header: t('orders.column.changed'),
    hideBelowPx: 940,
    width: { share: 0.5, minPx: 84 },
    align: 'end',
    cell: (row) => <Age at={row.changedAt} />,
  },
]

import type { OrderListRow, OrderSort } from '#shared/protocol/orders.ts'
import { Age } from '../../components/Age.tsx'
import { Figure } from '../../components/Figure.tsx'
import { StatusIndicator } from '../../components/StatusIndicator.tsx'
import { Unsent } from '../../components/Unsent.tsx'
import type { Column } from '../../components/table/columns.ts'
import { t } from '../../texts/text.ts'
import { DueMark } from './DueMark.tsx'
import { Progress } from './Progress.tsx'
import s from './columns.module.css'

export const orderColumns: readonly Column<OrderListRow, OrderSort>[] = [
  {
    id: 'number',
    header: t('orders.column.number'),
    width: { share: 0.6, minPx: 104 },
    align: 'start',
    sort: 'number',
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
    width: { share: 0.4, minPx: 72 },
    align: 'end',
    sort: 'urgency',
    cell: (row) => <Figure value={row.priority} of={row.id} />,
  },
  {
    id: 'due',
    header: t('orders.column.due'),
    width: { share: 1, minPx: 188 },
    align: 'start',
    sort: 'due',
    cell: (row) => <DueMark order={row} />,
  },
  {
    id: 'lines',
    hideBelowPx: 1_030,
    header: t('orders.column.lines'),
    width: { share: 0.4, minPx: 48 },
    align: 'end',
    cell: (row) => <Figure value={row.lines} of={row.id} />,
  },
  {
    id: 'picked',
    hideBelowPx: 960,
    header: t('orders.column.picked'),
    width: { share: 1, minPx: 148 },
    align: 'start',
    sort: 'progress',
    cell: (row) => <Progress picked={row.unitsPicked} ordered={row.unitsOrdered} />,
  },
  {
    id: 'changed',
    header: t('orders.column.changed'),
    hideBelowPx: 1_150,
    width: { share: 0.5, minPx: 96 },
    align: 'end',
    sort: 'changed',
    cell: (row) => <Age at={row.changedAt} />,
  },
]

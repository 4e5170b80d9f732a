import { ArrowDown, ArrowUp } from 'lucide-react'
import type { SortDirection } from '#shared/protocol/views.ts'
import type { Row } from '../../bridge/model.ts'
import type { Column } from './columns.ts'
import s from './VirtualTable.module.css'

export interface Sorting<Sort extends string> {
  readonly by: Sort
  readonly direction: SortDirection
  onSort(by: Sort): void
}

interface Props<R extends Row, Sort extends string> {
  readonly columns: readonly Column<R, Sort>[]
  readonly template: string
  readonly sorting: Sorting<Sort> | undefined
}

export function TableHeader<R extends Row, Sort extends string>(props: Props<R, Sort>): React.ReactNode {
  return (
    <div role="rowgroup" className={s['head']}>
      <div
        role="row"
        aria-rowindex={1}
        className={s['headrow']}
        style={{ gridTemplateColumns: props.template }}
      >
        {props.columns.map((column, at) => (
          <HeaderCell key={column.id} column={column} colIndex={at + 1} sorting={props.sorting} />
        ))}
      </div>
    </div>
  )
}

function HeaderCell<R extends Row, Sort extends string>(props: {
  column: Column<R, Sort>
  colIndex: number
  sorting: Sorting<Sort> | undefined
}): React.ReactNode {
  const { column, sorting } = props
  const { sort } = column
  const direction = sorting && sort !== undefined && sorting.by === sort ? sorting.direction : null
  return (
    <div
      role="columnheader"
      aria-colindex={props.colIndex}
      aria-sort={direction === null ? undefined : direction === 'asc' ? 'ascending' : 'descending'}
      className={s['headcell']}
      data-align={column.align}
    >
      {sorting && sort !== undefined ? (
        <button
          type="button"
          className={s['sort']}
          data-sorted={direction ?? undefined}
          onClick={() => sorting.onSort(sort)}
        >
          {column.header}
          <span className={s['arrow']} aria-hidden>
            {direction === 'desc' ? <ArrowDown size={12} /> : <ArrowUp size={12} />}
          </span>
        </button>
      ) : (
        column.header
      )}
    </div>
  )
}

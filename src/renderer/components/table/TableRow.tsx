import { memo } from 'react'
import type { Row } from '../../bridge/model.ts'
import { t } from '../../texts/text.ts'
import type { Column } from './columns.ts'
import s from './VirtualTable.module.css'

interface Props<R extends Row> {
  readonly domId: string
  readonly row: R | null
  readonly index: number
  readonly heightPx: number
  readonly columns: readonly Column<R, string>[]
  readonly template: string
  readonly isCursor: boolean
  readonly isOpen: boolean
  onPress(index: number): void
}

/** One row, or its place while it is being asked for. Drawn again only when its own data or state changes. */
function TableRowPlain<R extends Row>(props: Props<R>): React.ReactNode {
  const { row, index, heightPx, columns } = props
  return (
    // The keyboard acts on the grid, which has the focus; the pointer acts on the row.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      id={props.domId}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={props.isOpen}
      aria-busy={row === null}
      className={s['row']}
      data-cursor={props.isCursor || undefined}
      data-open={props.isOpen || undefined}
      style={{
        gridTemplateColumns: props.template,
        transform: `translateY(${index * heightPx}px)`,
        height: heightPx,
      }}
      onClick={() => props.onPress(index)}
    >
      {columns.map((column, at) => (
        <div
          key={column.id}
          role={at === 0 ? 'rowheader' : 'gridcell'}
          aria-colindex={at + 1}
          className={s['cell']}
          data-align={column.align}
        >
          {row ? column.cell(row) : <Unknown isFirst={at === 0} />}
        </div>
      ))}
    </div>
  )
}

export const TableRow = memo(TableRowPlain) as typeof TableRowPlain

function Unknown({ isFirst }: { isFirst: boolean }): React.ReactNode {
  return (
    <span className={s['unknown']}>{isFirst && <span className="said">{t('list.unknown-row')}</span>}</span>
  )
}

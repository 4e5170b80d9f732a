import { useCallback, useEffect, useId, useImperativeHandle, useMemo, useRef, useState } from 'react'
import { useVirtualizer } from '@tanstack/react-virtual'
import type { ListModel, Row } from '../../bridge/model.ts'
import { useElementWidth } from '../../hooks/use-element-width.ts'
import { gridTemplate, visibleColumns, type Column } from './columns.ts'
import { indexOfCursor, moveCursor, rowAt, type Cursor } from './cursor.ts'
import { TableHeader, type Sorting } from './TableHeader.tsx'
import { TableRow } from './TableRow.tsx'
import s from './VirtualTable.module.css'

const ROW_PX = 36
/** The header stays above the rows, in the same scrolled box. */
const HEADER_PX = 33

/** What others may ask of a table: to take the focus, for instance from the search field. */
export interface TableHandle {
  focus(): void
}

interface Props<R extends Row, Sort extends string> {
  readonly label: string
  readonly list: ListModel<R>
  readonly columns: readonly Column<R, Sort>[]
  readonly sorting?: Sorting<Sort>
  readonly openId: string | null
  /** Figures may be behind the server: drawn dimmed. */
  readonly isStale: boolean
  /** The list starts from the top whenever this changes: another search, another sort. */
  readonly topKey: string
  readonly handle?: React.Ref<TableHandle>
  onLook(first: number, last: number): void
  /** The pointer moves over the rows, or left them. */
  onHover(isOver: boolean): void
  onOpen?(row: R): void
  onBack?(): void
}

/**
 * A long list as an accessible grid: the focus is on the grid, the cursor on a row. Draws the rows on screen and a few
 * more, whatever the length of the list.
 */
export function VirtualTable<R extends Row, Sort extends string = never>(
  props: Props<R, Sort>,
): React.ReactNode {
  const { list, columns, openId, onLook, onOpen, topKey } = props
  const id = useId()
  const gridRef = useRef<HTMLDivElement>(null)
  const width = useElementWidth(gridRef)
  const shown = useMemo(() => visibleColumns(columns, width), [columns, width])
  const template = useMemo(() => gridTemplate(shown), [shown])
  const [cursor, setCursor] = useState<Cursor | null>(null)
  const cursorIndex = cursor && list.total > 0 ? indexOfCursor(list, cursor) : null

  // It is not to be memoised, and is not: rows are, by their own props.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtualizer = useVirtualizer({
    count: list.total,
    getScrollElement: () => gridRef.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
    scrollMargin: HEADER_PX,
    scrollPaddingStart: HEADER_PX,
  })
  const items = virtualizer.getVirtualItems()
  const first = items[0]?.index ?? 0
  const last = items.at(-1)?.index ?? 0

  useEffect(() => onLook(first, last), [onLook, first, last, list.total])
  useEffect(() => {
    gridRef.current?.scrollTo({ top: 0 })
  }, [topKey])
  useImperativeHandle(props.handle, () => ({
    focus() {
      setCursor((was) => was ?? { index: 0, id: null })
      gridRef.current?.focus()
    },
  }))

  const press = useCallback(
    (index: number) => {
      const row = rowAt(list, index)
      setCursor({ index, id: row?.id ?? null })
      if (row) onOpen?.(row)
    },
    [list, onOpen],
  )
  const onPress = useStable(press)

  function moveTo(index: number): void {
    setCursor({ index, id: rowAt(list, index)?.id ?? null })
    virtualizer.scrollToIndex(index)
    const row = rowAt(list, index)
    // With the pane open, it follows the cursor.
    if (row && openId !== null) onOpen?.(row)
  }

  function onKeyDown(event: React.KeyboardEvent): void {
    if (event.target !== gridRef.current || event.ctrlKey || event.metaKey || event.altKey) return
    const heightPx = (gridRef.current?.clientHeight ?? 0) - HEADER_PX
    const page = Math.max(1, Math.floor(heightPx / ROW_PX) - 1)
    const isFirstMove = cursorIndex === null
    const next = list.total > 0 ? moveCursor(event.key, cursorIndex ?? 0, page, list.total) : null
    if (next !== null) moveTo(isFirstMove && event.key.startsWith('Arrow') ? 0 : next)
    else if (event.key === 'Enter' && cursorIndex !== null) press(cursorIndex)
    else if (event.key === 'Escape' && props.onBack) props.onBack()
    else return
    event.preventDefault()
  }

  return (
    <div
      ref={gridRef}
      role="grid"
      tabIndex={0}
      aria-label={props.label}
      aria-rowcount={list.total + 1}
      aria-colcount={shown.length}
      aria-activedescendant={cursorIndex === null ? undefined : rowDomId(id, cursorIndex)}
      className={s['table']}
      data-stale={props.isStale || undefined}
      onKeyDown={onKeyDown}
      onFocus={(event) => {
        if (event.target === gridRef.current) setCursor((was) => was ?? { index: first, id: null })
      }}
    >
      <TableHeader columns={shown} template={template} sorting={props.sorting} />
      {/* The keys act on the grid; the pointer takes the focus there and keeps the order still. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        role="rowgroup"
        className={s['rows']}
        style={{ height: virtualizer.getTotalSize() }}
        onMouseDown={(event) => {
          event.preventDefault()
          gridRef.current?.focus({ preventScroll: true })
        }}
        // A pointer that merely rests where the list appeared is nobody's hand: only a moved one holds the order.
        onPointerMove={(event) => {
          const moved = event.movementX !== 0 || event.movementY !== 0
          if (moved && event.pointerType !== 'touch') props.onHover(true)
        }}
        onPointerLeave={() => props.onHover(false)}
      >
        {items.map(({ index }) => {
          const row = rowAt(list, index)
          return (
            <TableRow
              key={row?.id ?? index}
              domId={rowDomId(id, index)}
              row={row}
              index={index}
              heightPx={ROW_PX}
              columns={shown}
              template={template}
              isCursor={index === cursorIndex}
              isOpen={row !== null && row.id === openId}
              onPress={onPress}
            />
          )
        })}
      </div>
    </div>
  )
}

const rowDomId = (gridId: string, index: number): string => `${gridId}row${index}`

/** One function for the life of the component that calls the newest `action`: rows need not hear of each list. */
function useStable<A extends unknown[]>(action: (...args: A) => void): (...args: A) => void {
  const newest = useRef(action)
  useEffect(() => {
    newest.current = action
  }, [action])
  return useCallback((...args: A) => newest.current(...args), [])
}

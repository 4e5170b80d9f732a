import { useCallback, useEffect, useEffectEvent, useId, useImperativeHandle, useRef, useState } from 'react'
import { useVirtualizer } from '@tanstack/react-virtual'
import type { OrderStatus } from '#shared/domain/rows.ts'
import type { OrderCount, OrderListRow } from '#shared/protocol/orders.ts'
import { indexOfCursor, moveCursor, rowAt, type Cursor } from '../../components/table/cursor.ts'
import type { RealtimeTable } from '../../hooks/use-realtime-table.ts'
import { t } from '../../texts/text.ts'
import { CARD_PX, OrderCard } from './OrderCard.tsx'
import { ColumnHead } from './ColumnHead.tsx'
import s from './BoardColumn.module.css'

export interface ColumnHandle {
  /** @returns false when there is nothing to stand on */
  focus(): boolean
}

interface Props {
  readonly status: OrderStatus
  readonly title: string
  readonly count: OrderCount | null
  readonly table: RealtimeTable<'orders.list'>
  readonly openId: string | null
  readonly isStale: boolean
  /** Something narrows the board: an empty column says so in other words. */
  readonly isNarrowed: boolean
  readonly topKey: string
  readonly handle: React.Ref<ColumnHandle>
  onOpen(order: OrderListRow): void
  onBack(): void
  /** Left or right. */
  onLeave(by: 1 | -1): void
  /** Whose next steps the keys take; null when the column is left. */
  onCursor(order: OrderListRow | null): void
  onFold?: (() => void) | undefined
}

/** The orders of one status, live and virtualised: the focus is on the column, the cursor on a card. */
export function BoardColumn(props: Props): React.ReactNode {
  const { status, table, openId, topKey, onOpen, onCursor } = props
  const { look, hold } = table
  const { shown } = table.list
  const total = shown?.total ?? 0
  const id = useId()
  const ref = useRef<HTMLDivElement>(null)
  const [cursor, setCursor] = useState<Cursor | null>(null)
  const [hasFocus, setHasFocus] = useState(false)
  const at = cursor && shown && total > 0 ? indexOfCursor(shown, cursor) : null
  const current = at !== null && shown ? rowAt(shown, at) : null

  // It is not to be memoised, and is not: cards are, by their own props.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtualizer = useVirtualizer({
    count: total,
    getScrollElement: () => ref.current,
    estimateSize: () => CARD_PX,
    overscan: 4,
  })
  const items = virtualizer.getVirtualItems()
  const first = items[0]?.index ?? 0
  const last = items.at(-1)?.index ?? 0
  useEffect(() => look(first, last), [look, first, last, total])
  useEffect(() => {
    ref.current?.scrollTo({ top: 0 })
  }, [topKey])
  useEffect(() => {
    if (hasFocus) onCursor(current)
  }, [hasFocus, current, onCursor])
  const isLeft = hasFocus && shown !== null && total === 0
  const leaveEmpty = useEffectEvent(() => {
    setHasFocus(false)
    onCursor(null)
    props.onLeave(1)
  })
  useEffect(() => {
    // The last card went to another column: the keyboard goes on in the next one.
    if (isLeft) leaveEmpty()
  }, [isLeft])
  useImperativeHandle(props.handle, () => ({
    focus() {
      if (total === 0) return false
      ref.current?.focus()
      return true
    },
  }))

  const press = useCallback(
    (index: number) => {
      const row = shown && rowAt(shown, index)
      setCursor({ index, id: row?.id ?? null })
      if (row) onOpen(row)
    },
    [shown, onOpen],
  )
  const newest = useRef(press)
  useEffect(() => {
    newest.current = press
  }, [press])
  const onPress = useCallback((index: number) => newest.current(index), [])

  function moveTo(index: number): void {
    const row = shown && rowAt(shown, index)
    setCursor({ index, id: row?.id ?? null })
    virtualizer.scrollToIndex(index)
    // With the page open, it follows the cursor.
    if (row && openId !== null) onOpen(row)
  }

  function onKeyDown(event: React.KeyboardEvent): void {
    if (event.target !== ref.current || event.ctrlKey || event.metaKey || event.altKey) return
    const page = Math.max(1, Math.floor((ref.current?.clientHeight ?? 0) / CARD_PX) - 1)
    const next = total > 0 ? moveCursor(event.key, at ?? 0, page, total) : null
    if (event.key === 'ArrowLeft') props.onLeave(-1)
    else if (event.key === 'ArrowRight') props.onLeave(1)
    else if (next !== null) moveTo(next)
    else if (event.key === 'Enter' && at !== null) press(at)
    else if (event.key === 'Escape') props.onBack()
    else return
    event.preventDefault()
  }

  return (
    <section className={s['column']} aria-label={props.title} data-status={status}>
      <ColumnHead
        status={status}
        title={props.title}
        count={props.count}
        total={shown?.total ?? null}
        waits={table.list.orderWaits}
        onFold={props.onFold}
      />
      {shown && total === 0 ? (
        <p className={s['none']}>
          {t(props.isNarrowed ? 'orders.narrowed.title' : `orders.board.none.${status}`)}
        </p>
      ) : (
        <div
          ref={ref}
          role="listbox"
          tabIndex={0}
          aria-label={t('orders.board.column', { status: props.title, count: total })}
          aria-activedescendant={at === null ? undefined : cardDomId(id, at)}
          aria-busy={!shown}
          className={s['cards']}
          data-stale={props.isStale || undefined}
          onKeyDown={onKeyDown}
          onFocus={() => {
            setHasFocus(true)
            setCursor((was) => was ?? { index: first, id: shown ? (rowAt(shown, first)?.id ?? null) : null })
          }}
          onBlur={() => {
            setHasFocus(false)
            onCursor(null)
          }}
          onMouseDown={(event) => {
            event.preventDefault()
            ref.current?.focus({ preventScroll: true })
          }}
          // A pointer that merely rests where the column appeared is nobody's hand: only a moved one holds the order.
          onPointerMove={(event) => {
            const moved = event.movementX !== 0 || event.movementY !== 0
            if (moved && event.pointerType !== 'touch') hold(true)
          }}
          onPointerLeave={() => hold(false)}
        >
          <div className={s['all']} style={{ height: virtualizer.getTotalSize() }} role="presentation">
            {items.map(({ index }) => {
              const row = shown && rowAt(shown, index)
              return (
                <OrderCard
                  key={row?.id ?? index}
                  domId={cardDomId(id, index)}
                  order={row}
                  index={index}
                  total={total}
                  isCursor={hasFocus && index === at}
                  isOpen={row !== null && row.id === openId}
                  onPress={onPress}
                />
              )
            })}
          </div>
        </div>
      )}
    </section>
  )
}

const cardDomId = (columnId: string, index: number): string => `${columnId}card${index}`

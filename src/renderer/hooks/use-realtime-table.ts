import { useCallback, useEffect, useMemo, useRef } from 'react'
import { useStore } from 'zustand'
import type { ListParams, ListRow, ListViewName, ViewSpec } from '#shared/protocol/views.ts'
import type { ListState } from '../stores/list-store.ts'
import { useConsole } from './console.tsx'
import { firstWindow, windowAround } from './list-window.ts'

/** A list view's parameters without its window, which follows the screen. */
export type TableParams<N extends ListViewName> = Omit<ListParams<N>, 'offset' | 'limit'>

export interface RealtimeTable<N extends ListViewName> {
  readonly list: ListState<ListRow<N>>
  /** Says which rows are on screen; the window follows, at most one question at a time. */
  look(first: number, last: number): void
  /** While held, values change in place and a new order waits. */
  hold(isHeld: boolean): void
}

/** Parameters that name another list; the others refine the same one, whose rows stay until the answer. */
const identifying = ['warehouseId', 'userId'] as const

/**
 * A live list of the mirror, windowed around what is on screen.
 * @param params null watches nothing
 */
export function useRealtimeTable<N extends ListViewName>(
  name: N,
  params: TableParams<N> | null,
): RealtimeTable<N> {
  const { replica } = useConsole()
  const identity = params && identityOf(params)
  const view = useMemo(() => replica.list(name), [replica, name, identity])
  const list = useStore(view.list.store)
  const paramsKey = params && JSON.stringify(params)
  const asked = useRef({ paramsKey, window: firstWindow })

  useEffect(() => {
    if (paramsKey === null) return
    asked.current = { paramsKey, window: firstWindow }
    view.open(specOf(name, paramsKey, firstWindow))
  }, [view, name, paramsKey])
  useEffect(() => () => view.close(), [view])

  const look = useCallback(
    (first: number, last: number) => {
      const { paramsKey: key, window } = asked.current
      const total = view.list.store.getState().shown?.total
      if (key === null || total === undefined) return
      const next = windowAround(window, first, last, total)
      if (next === window) return
      asked.current = { paramsKey: key, window: next }
      view.open(specOf(name, key, next))
    },
    [view, name],
  )
  return { list, look, hold: view.list.hold }
}

function identityOf(params: object): string {
  const values = params as Record<string, unknown>
  return JSON.stringify(identifying.map((key) => values[key] ?? null))
}

function specOf(name: ListViewName, paramsKey: string, window: { offset: number; limit: number }): ViewSpec {
  return { name, params: { ...(JSON.parse(paramsKey) as object), ...window } } as ViewSpec
}

import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react'
import type { WarehouseId } from '#shared/domain/ids.ts'
import { ExceptionKind } from '#shared/protocol/alerts.ts'
import { useConsole } from './console.tsx'

export type ExceptionCounts = Readonly<Partial<Record<ExceptionKind, number>>>

/** How many exceptions of each kind wait, live; a kind is missing until it is known. */
export function useExceptionCounts(warehouseId: WarehouseId): ExceptionCounts {
  const { replica } = useConsole()
  const views = useMemo(
    () => ExceptionKind.options.map((kind) => ({ kind, view: replica.list('exceptions.list') })),
    [replica],
  )
  useEffect(() => {
    for (const { kind, view } of views)
      view.open({ name: 'exceptions.list', params: { warehouseId, kind, offset: 0, limit: 1 } })
    return () => views.forEach(({ view }) => view.close())
  }, [views, warehouseId])
  const subscribe = useCallback(
    (changed: () => void) => {
      const stops = views.map(({ view }) => view.list.store.subscribe(changed))
      return () => stops.forEach((stop) => stop())
    },
    [views],
  )
  const counts = useSyncExternalStore(subscribe, () =>
    JSON.stringify(
      Object.fromEntries(views.map(({ kind, view }) => [kind, view.list.store.getState().shown?.total])),
    ),
  )
  return useMemo(() => JSON.parse(counts) as ExceptionCounts, [counts])
}

import { useEffect, useMemo } from 'react'
import { useStore } from 'zustand'
import type { ValueViewName, ViewSpec } from '#shared/protocol/views.ts'
import { createValueStore, type ValueState } from '../stores/value-store.ts'
import type { ViewValue } from '#shared/protocol/views.ts'
import { useConsole } from './console.tsx'

type ValueSpec<N extends ValueViewName> = Extract<ViewSpec, { name: N }>

/**
 * The live value of a view, shared with all components that watch the same one.
 * @param spec null watches nothing
 */
export function useValueView<N extends ValueViewName>(spec: ValueSpec<N> | null): ValueState<ViewValue<N>> {
  const { replica } = useConsole()
  const key = spec && JSON.stringify(spec)
  const view = useMemo(
    () => (key === null ? null : replica.value<N>(JSON.parse(key) as ValueSpec<N>)),
    [replica, key],
  )
  const blank = useMemo(() => createValueStore<ViewValue<N>>(), [])
  useEffect(() => view?.look(), [view])
  return useStore(view?.store ?? blank)
}

import { useSyncExternalStore } from 'react'
import { useConsole } from './console.tsx'

/** What `read` makes of the present moment; draws again only when that differs. */
export function useNow<T extends string | number | boolean>(read: (nowMs: number) => T): T {
  const { clock } = useConsole()
  return useSyncExternalStore(clock.subscribe, () => read(clock.now()))
}

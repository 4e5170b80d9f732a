import { useNow } from '../../hooks/use-now.ts'
import { isStale, type ShownStatus } from './shown-status.ts'

/** Whether figures are drawn dimmed; it also changes by time alone, when a poll stays out. */
export const useIsStale = (status: ShownStatus | undefined): boolean => useNow((now) => isStale(status, now))

import { useEffect, useRef } from 'react'
import type { WarehouseId } from '#shared/domain/ids.ts'
import { useConsole } from '../../hooks/console.tsx'
import { useAlertSummary, useAsking } from '../../hooks/use-alerts.ts'

/** Sounds when something critical comes that was not there a moment ago: an alert of this warehouse, or what a supervisor says. */
export function useCriticalChime(warehouseId: WarehouseId | null): void {
  const { chime } = useConsole()
  const { value: summary } = useAlertSummary(warehouseId)
  const { value: asking } = useAsking()
  const isKnown = summary !== undefined && asking !== undefined
  const said = asking?.filter(({ severity }) => severity === 'critical').length ?? 0
  const critical = (summary?.critical ?? 0) + said
  const before = useRef<{ of: WarehouseId | null; critical: number } | null>(null)
  useEffect(() => {
    if (!isKnown) return
    const was = before.current
    before.current = { of: warehouseId, critical }
    // What was there when the window opened, or in the warehouse one has turned to, is no news.
    if (was?.of === warehouseId && critical > was.critical) chime.play()
  }, [chime, isKnown, warehouseId, critical])
}

import { useCallback } from 'react'
import type { WarehouseId } from '#shared/domain/ids.ts'
import type { ExceptionRow } from '#shared/protocol/alerts.ts'
import { useConsole } from '../../hooks/console.tsx'
import { t } from '../../texts/text.ts'
import { useAlertActions } from '../alerts/use-alert-actions.ts'
import { useDo } from '../work/use-do.ts'
import type { NextAction } from './next-action.ts'

interface ExceptionActions {
  run(row: ExceptionRow, next: NextAction): Promise<void>
  acknowledge(row: ExceptionRow, note: string): Promise<void>
}

/** What a person does about an exception. Each word and step is kept like all work. */
export function useExceptionActions(warehouseId: WarehouseId): ExceptionActions {
  const { screen } = useConsole()
  const { keep } = useDo()
  const alerts = useAlertActions()
  const acknowledge = useCallback(
    async ({ alertId, product, order }: ExceptionRow, note: string) => {
      if (alertId === null) return
      await alerts.acknowledge(warehouseId, { id: alertId, source: 'told', product, order }, note)
    },
    [alerts, warehouseId],
  )
  const run = useCallback(
    async (row: ExceptionRow, next: NextAction) => {
      if (next.kind === 'go') return screen.setState(next.to)
      if (next.kind === 'acknowledge') return acknowledge(row, '')
      const isBack = await keep(
        `back to picking ${row.id}`,
        (id) => ({
          kind: 'order.advance',
          mutation_id: id,
          warehouse_id: warehouseId,
          order_id: next.order.id,
          from: 'packed',
          to: 'picking',
        }),
        { product: null, order: next.order },
      )
      // It is picked again: that is the answer to what was short.
      if (isBack) await acknowledge(row, t('exception.sent-back'))
    },
    [screen, keep, acknowledge, warehouseId],
  )
  return { run, acknowledge }
}

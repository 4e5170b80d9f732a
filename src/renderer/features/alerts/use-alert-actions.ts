import { useCallback } from 'react'
import type { CommandIntent } from '#shared/domain/commands.ts'
import type { MutationId, RowId, WarehouseId } from '#shared/domain/ids.ts'
import type { AlertAnswer } from '#shared/domain/rows.ts'
import type { AlertListRow } from '#shared/protocol/alerts.ts'
import { asIpcError } from '../../bridge/client.ts'
import { useConsole } from '../../hooks/console.tsx'
import { t } from '../../texts/text.ts'
import { useDo } from '../work/use-do.ts'

/** An alert as far as a person's word on it needs it: a row by its id, a computed one by its key. */
export type Acknowledged = Pick<AlertListRow, 'id' | 'source' | 'product' | 'order'>

/** What asks for an answer, as far as answering it needs it. */
export interface Asked {
  readonly id: RowId
  readonly warehouseId: WarehouseId
  readonly from: string
  /** Of a drill. */
  readonly minutes: number | null
}

/** A person's word on alerts, kept like all work: on disk first, sent when the network is there. */
export interface AlertActions {
  acknowledge(warehouseId: WarehouseId, alert: Acknowledged, note: string): Promise<void>
  /** A drill that is accepted begins at once at this station. */
  answer(asked: Asked, answer: AlertAnswer): Promise<void>
}

export function useAlertActions(): AlertActions {
  const { client, tray } = useConsole()
  const { act, keep } = useDo()
  const acknowledge = useCallback<AlertActions['acknowledge']>(
    async (warehouseId, { id, source, product, order }, note) => {
      const make = (mutationId: MutationId): CommandIntent => ({
        kind: 'alert.acknowledge',
        mutation_id: mutationId,
        warehouse_id: warehouseId,
        alert_id: source === 'told' ? (id as RowId) : null,
        key: source === 'told' ? null : id,
        product_id: product?.id ?? null,
        note: note.trim() === '' ? null : note.trim(),
      })
      await act(`acknowledge ${id} ${note}`, make, { product, order })
    },
    [act],
  )
  const answer = useCallback<AlertActions['answer']>(
    async ({ id, warehouseId, from, minutes }, given) => {
      const make = (mutationId: MutationId): CommandIntent => ({
        kind: 'alert.confirm',
        mutation_id: mutationId,
        warehouse_id: warehouseId,
        alert_id: id,
        answer: given,
        facts: null,
      })
      // What asked goes away once it is answered: that is receipt enough for "Seen".
      const isKept = await keep(
        `confirm ${id} ${given}`,
        make,
        { product: null, order: null },
        given === 'seen',
      )
      if (!isKept || given !== 'accepted' || minutes === null) return
      try {
        await client.ask('drill.start', { minutes, calledBy: { alertId: id, warehouseId, from } })
      } catch (caught) {
        const why = t(`error.${asIpcError('drill.start', caught).code}`)
        tray.note(t('asking.drill-not-started', { why }), 'bad')
      }
    },
    [client, tray, keep],
  )
  return { acknowledge, answer }
}

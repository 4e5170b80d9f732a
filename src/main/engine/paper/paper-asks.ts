import { z } from 'zod'
import type { OrderId, WarehouseId } from '#shared/domain/ids.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { OrderToPick } from '#shared/paper/walk.ts'
import { failed, ok, type Reply } from '#shared/protocol/reply.ts'
import { MirrorError, type OverlaidLook } from '../mirror/mirror.ts'
import type { Upstream } from '../upstream/upstream.ts'
import type { OrdersToPick, PaperQuestions } from './paper-questions.ts'
import { readTable, type TablePorts } from './table-rows.ts'

type PaperAnswers = {
  [C in keyof PaperQuestions]: (
    question: PaperQuestions[C]['question'],
  ) => Promise<Reply<PaperQuestions[C]['answer']>>
}

interface PaperPorts extends TablePorts {
  /** Rows of whoever is signed in; null when nobody is. */
  look: () => OverlaidLook | null
  upstream: () => Pick<Upstream, 'call'> | null
}

const nobody = (): Reply<never> => failed('not-ready', 'Nobody is signed in at this station.')

/** What leaves the station on paper or in files, and what comes in: one short turn of the engine for each question. */
export function paperAsks(ports: PaperPorts): PaperAnswers {
  const { look, upstream, asOf } = ports
  return {
    'table.rows': ({ table, from }) => readTable(ports, table, from),
    'paper.orders': async ({ warehouseId, orderIds }) => {
      const rows = look()
      if (rows === null) return nobody()
      try {
        return ok(ordersToPick(rows, warehouseId, orderIds, asOf()))
      } catch (error) {
        if (!(error instanceof MirrorError)) throw error
        return failed(
          'internal',
          `The orders could not be read from the local copy (${error.problem}).`,
          true,
        )
      }
    },
    'import.call': async ({ name, args }) => {
      const server = upstream()
      return server === null ? nobody() : ok(await server.call(name, args, z.unknown()))
    },
  }
}

function ordersToPick(
  look: OverlaidLook,
  warehouseId: WarehouseId,
  orderIds: readonly OrderId[],
  asOf: Millis | null,
): OrdersToPick {
  const warehouse = look.warehouse(warehouseId)
  return {
    warehouse: warehouse && { code: warehouse.code, name: warehouse.name, timeZone: warehouse.time_zone },
    orders: [...new Set(orderIds)].flatMap((id) => orderToPick(look, warehouseId, id) ?? []),
    asOf,
  }
}

/** Lines of which something is still to be picked; null when this warehouse has no such order. */
function orderToPick(look: OverlaidLook, warehouseId: WarehouseId, id: OrderId): OrderToPick | null {
  const order = look.order(id)
  if (order === null || order.warehouse_id !== warehouseId) return null
  const lines = look.orderLines(id).flatMap((line) => {
    const quantity = line.quantity_ordered - line.quantity_picked
    const product = look.product(line.product_id)
    if (quantity <= 0) return []
    const { sku, name, unit } = product ?? { sku: line.product_id, name: '', unit: 'piece' }
    return [{ sku, name, unit, quantity, bins: look.bins(warehouseId, line.product_id) }]
  })
  return { number: order.number, customer: order.customer, lines }
}

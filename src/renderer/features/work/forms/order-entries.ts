import type { OrderId, ProductId, RowId, WarehouseId, MutationId } from '#shared/domain/ids.ts'
import type { CommandIntent } from '#shared/domain/commands.ts'
import type { Amends } from '../../../stores/work-form.ts'
import { checked, type Faults } from './entries.ts'

/** One product of an order that is being written. */
export interface LineEntry {
  readonly id: RowId
  readonly productId: ProductId
  /** Empty where a refused order is amended: the list names it by its product. */
  readonly sku: string
  readonly name: string
  readonly quantity: number | null
}

/** What a person has entered of a new order. */
export interface OrderEntries {
  /** Made once, like the ids of its lines: sent again, it is the same order. */
  readonly id: OrderId
  readonly number: string
  readonly customer: string
  readonly priority: number
  /** As the field has it, local time: "2026-03-05T14:00". */
  readonly due: string
  readonly lines: readonly LineEntry[]
}

export function firstOrder(amends: Amends | null): OrderEntries {
  const id = crypto.randomUUID() as OrderId
  const blank: OrderEntries = { id, number: '', customer: '', priority: 3, due: '', lines: [] }
  if (amends?.command.kind !== 'order.create') return blank
  const { number, customer, priority, due_at, items } = amends.command.order
  return {
    // A refused order was never made; another one takes its place.
    id,
    number,
    priority,
    customer: customer ?? '',
    due: due_at === null ? '' : localField(due_at),
    lines: items.map((item) => ({
      id: crypto.randomUUID() as RowId,
      productId: item.product_id,
      sku: '',
      name: '',
      quantity: item.quantity,
    })),
  }
}

/** A moment as a `datetime-local` field writes it. */
function localField(moment: string): string {
  const at = new Date(moment)
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000)
  return local.toISOString().slice(0, 16)
}

const faultOf = {
  number: 'form.faulty.number',
  customer: 'form.faulty.customer',
  items: 'form.faulty.items',
} as const

export function checkedOrder(
  warehouseId: WarehouseId,
  entries: OrderEntries,
  id: MutationId,
): { command: CommandIntent } | { faults: Faults } {
  return checked(
    {
      kind: 'order.create',
      mutation_id: id,
      warehouse_id: warehouseId,
      order: {
        id: entries.id,
        number: entries.number.trim(),
        customer: entries.customer.trim() || null,
        priority: entries.priority,
        due_at: entries.due === '' ? null : new Date(entries.due).toISOString(),
        items: entries.lines.map((line) => ({
          id: line.id,
          product_id: line.productId,
          quantity: line.quantity ?? undefined,
        })),
      },
    },
    faultOf,
  )
}

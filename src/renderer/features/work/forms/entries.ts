import { CommandIntent, type CountBasis } from '#shared/domain/commands.ts'
import type { MutationId, ProductId, WarehouseId } from '#shared/domain/ids.ts'
import type { Amends, OrderLineToPick, StockAction } from '../../../stores/work-form.ts'
import type { TextKey } from '../../../texts/text.ts'

/** What a person has entered so far in a form about one product's stock. */
export interface Entries {
  readonly bin: string
  readonly toBin: string
  readonly toWarehouseId: WarehouseId | null
  /** Signed where stock is adjusted, what was counted where it is counted; null while it is empty. */
  readonly quantity: number | null
  readonly reason: string
  readonly reference: string
  /** What a delivery was announced with; null where nothing was. */
  readonly expected: number | null
}

export interface About {
  readonly action: StockAction
  readonly warehouseId: WarehouseId
  readonly productId: ProductId
  readonly bin?: string
  readonly orderLine?: OrderLineToPick
  readonly amends: Amends | null
}

/** Work where nothing but a person's own eyes may say how many begins empty. */
export const startsEmpty = (action: StockAction): boolean => action === 'count' || action === 'adjust'

export function firstEntries(about: About, likelyBin: string): Entries {
  const { action, warehouseId, amends } = about
  const blank: Entries = {
    bin: about.bin ?? likelyBin,
    toBin: '',
    toWarehouseId: action === 'transfer' ? null : warehouseId,
    quantity: startsEmpty(action) ? null : (about.orderLine?.left ?? 1),
    reason: '',
    reference: '',
    expected: null,
  }
  const before = amends?.command
  if (!before || !('reference' in before)) return blank
  return {
    ...blank,
    bin: before.bin,
    reference: before.reference ?? '',
    quantity: 'quantity' in before ? before.quantity : null,
    ...('to_bin' in before && { toBin: before.to_bin }),
    ...('to_warehouse_id' in before && { toWarehouseId: before.to_warehouse_id }),
    ...('expected' in before && { expected: before.expected ?? null }),
    ...('reason' in before && { reason: before.reason }),
  }
}

/** The command the entries make; what a refused one said beside them (its order line) goes on. */
export function draftOf(about: About, entries: Entries, id: MutationId, basis: CountBasis | null): object {
  const { action, warehouseId, productId, amends } = about
  const before = amends?.command
  const common = {
    kind: action,
    mutation_id: id,
    warehouse_id: warehouseId,
    product_id: productId,
    bin: entries.bin.trim(),
    reference: entries.reference.trim() || null,
  }
  const quantity = entries.quantity ?? undefined
  const reason = entries.reason.trim()
  switch (action) {
    case 'receive':
      return { ...common, quantity, ...(entries.expected !== null && { expected: entries.expected }) }
    case 'pick':
    case 'return':
      return {
        ...common,
        quantity,
        ...(before?.kind === action && { order_item_id: before.order_item_id }),
        ...(about.orderLine && { order_item_id: about.orderLine.id }),
      }
    case 'putaway':
      return { ...common, quantity, to_bin: entries.toBin.trim() }
    case 'transfer':
      return { ...common, quantity, to_bin: entries.toBin.trim(), to_warehouse_id: entries.toWarehouseId }
    case 'adjust':
    case 'scrap':
      return { ...common, quantity, reason }
    case 'count':
      return { ...common, counted: quantity, basis }
  }
}

export type Faults = Readonly<Partial<Record<string, TextKey & `form.faulty.${string}`>>>

const faultOf: Faults = {
  bin: 'form.faulty.bin',
  to_bin: 'form.faulty.to_bin',
  to_warehouse_id: 'form.faulty.to_warehouse_id',
  quantity: 'form.faulty.quantity',
  counted: 'form.faulty.counted',
  reason: 'form.faulty.reason',
  reference: 'form.faulty.reference',
  expected: 'form.faulty.expected',
}

/**
 * The command, or what is wrong with which of its fields: by the same schema that the engine and the server hold it to.
 * @param words what to say of a field, by its own name or that of the part it is in
 */
export function checked(
  draft: object,
  words: Faults = faultOf,
): { command: CommandIntent } | { faults: Faults } {
  const read = CommandIntent.safeParse(draft)
  if (!read.success) return { faults: faultsOf(read.error.issues, isAdjusting(draft), words) }
  const command = read.data
  if (isAnnouncedByNothing(command)) return { faults: { reference: 'form.faulty.expected-reference' } }
  if (isNowhere(command)) return { faults: { to_bin: 'form.faulty.same-bin' } }
  return { command }
}

interface Issue {
  readonly path: readonly PropertyKey[]
}

function faultsOf(issues: readonly Issue[], isAdjust: boolean, words: Faults): Faults {
  return Object.fromEntries(
    issues.map(({ path }) => {
      const field = path.map(String).find((part) => words[part] !== undefined) ?? String(path[0])
      if (field === 'quantity' && isAdjust) return [field, 'form.faulty.signed']
      return [field, words[field] ?? 'form.faulty.other']
    }),
  )
}

const isAdjusting = (draft: object): boolean => 'kind' in draft && draft.kind === 'adjust'

/** What was announced is counted by the delivery it was announced for. */
const isAnnouncedByNothing = (command: CommandIntent): boolean =>
  command.kind === 'receive' && (command.expected ?? null) !== null && command.reference === null

/** From a bin into itself. */
function isNowhere(command: CommandIntent): boolean {
  if (command.kind === 'putaway') return command.to_bin === command.bin
  if (command.kind !== 'transfer') return false
  return command.to_warehouse_id === command.warehouse_id && command.to_bin === command.bin
}

import type { z } from 'zod'
import type { PickCommand, ReceiveCommand } from '#shared/domain/commands.ts'
import type { MutationId, ProductId, WarehouseId } from '#shared/domain/ids.ts'
import type { RetailLine } from '../../src/main/import/retail-lines.ts'

/*
 * Turns invoice lines into the commands of a working day: sales are picked, cancellations come back, and before a shelf runs
 * empty it is filled up.
 */

export interface Shelf {
  productId: ProductId
  bin: string
  onHand: number
  reorderPoint: number
}

export interface MovementOptions {
  warehouseId: WarehouseId
  /** By SKU: where the replay takes from and puts back to. */
  shelves: ReadonlyMap<string, Shelf>
  newId: () => string
  now: () => Date
}

export type Movement = z.infer<typeof ReceiveCommand> | z.infer<typeof PickCommand>

export class Movements {
  /** Lines of articles that this warehouse does not have. */
  unknown = 0
  restocked = 0
  readonly #options: MovementOptions
  readonly #lines: readonly RetailLine[]
  readonly #waiting: Movement[] = []
  #next = 0

  constructor(lines: readonly RetailLine[], options: MovementOptions) {
    this.#lines = lines
    this.#options = options
  }

  /** The next `count` commands; fewer when the file has ended, unless it starts `again` from the beginning. */
  take(count: number, again: boolean): Movement[] {
    const taken: Movement[] = []
    let fruitless = 0
    while (taken.length < count) {
      const waiting = this.#waiting.shift()
      if (waiting !== undefined) {
        taken.push(waiting)
        fruitless = 0
        continue
      }
      if (this.#next >= this.#lines.length) {
        // A whole round without a known article would go on for ever.
        if (!again || fruitless >= this.#lines.length) break
        this.#next = 0
      }
      const line = this.#lines[this.#next]
      this.#next += 1
      fruitless += 1
      if (line !== undefined) this.#waiting.push(...this.#commandsFor(line))
    }
    return taken
  }

  #commandsFor(line: RetailLine): Movement[] {
    const shelf = this.#options.shelves.get(line.sku)
    if (shelf === undefined) {
      this.unknown += 1
      return []
    }
    const quantity = Math.min(Math.abs(line.quantity), 1_000_000)
    if (line.kind === 'return') return [this.#book('receive', shelf, quantity, line.invoice)]
    const commands: Movement[] = []
    if (shelf.onHand < quantity) {
      this.restocked += 1
      const delivery = Math.min(
        quantity - Math.max(0, shelf.onHand) + Math.max(24, 3 * shelf.reorderPoint),
        1_000_000,
      )
      commands.push(this.#book('receive', shelf, delivery, 'Restock'))
    }
    commands.push(this.#book('pick', shelf, quantity, line.invoice))
    return commands
  }

  #book(kind: 'receive' | 'pick', shelf: Shelf, quantity: number, reference: string): Movement {
    shelf.onHand += kind === 'pick' ? -quantity : quantity
    return {
      kind,
      mutation_id: this.#options.newId() as MutationId,
      warehouse_id: this.#options.warehouseId,
      product_id: shelf.productId,
      bin: shelf.bin,
      quantity,
      station_id: null,
      operator_id: null,
      happened_at: this.#options.now().toISOString(),
      reference,
    }
  }
}

import type { FaultState } from '../../faults.ts'
import type { Wire } from '../codec/encode.ts'

/** A frame waits this long for the next one to overtake it, in ms. */
const OVERTAKEN_WITHIN_MS = 250

/** The line to one client with the faults that a test asked for: late, lost, doubled and swapped frames. */
export class FaultyLine {
  readonly #faults: FaultState
  readonly #random: () => number
  readonly #transmit: (wire: Wire) => void
  /** The frame that waits to be overtaken. */
  #overtaken: { wire: Wire; timer: NodeJS.Timeout } | null = null
  #lastDueMs = 0

  constructor(faults: FaultState, random: () => number, transmit: (wire: Wire) => void) {
    this.#faults = faults
    this.#random = random
    this.#transmit = transmit
  }

  /** @param isNews only news are lost, doubled or swapped; everything may be late */
  carry(wire: Wire, isNews: boolean): void {
    if (this.#faults.frozen) return
    if (!isNews) return this.#late(wire)
    if (this.#happens(this.#faults.dropShare)) return
    if (this.#overtaken) {
      this.#late(wire)
      return this.#letGo()
    }
    if (this.#happens(this.#faults.reorderShare)) return this.#holdBack(wire)
    this.#late(wire)
    if (this.#happens(this.#faults.duplicateShare)) this.#late(wire)
  }

  #holdBack(wire: Wire): void {
    this.#overtaken = { wire, timer: setTimeout(() => this.#letGo(), OVERTAKEN_WITHIN_MS) }
  }

  #letGo(): void {
    if (!this.#overtaken) return
    const { wire, timer } = this.#overtaken
    this.#overtaken = null
    clearTimeout(timer)
    this.#late(wire)
  }

  /** Frames keep their order when the delay is made shorter. */
  #late(wire: Wire): void {
    const now = Date.now()
    const dueMs = Math.max(now + this.#faults.delayMs, this.#lastDueMs)
    if (dueMs <= now) return this.#transmit(wire)
    this.#lastDueMs = dueMs
    setTimeout(() => this.#transmit(wire), dueMs - now)
  }

  #happens(share: number): boolean {
    return share > 0 && this.#random() < share
  }
}

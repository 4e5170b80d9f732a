/** Counts attempts by key over a sliding time, to stop guessing. */
export class Attempts {
  readonly #most: number
  readonly #overMs: number
  readonly #now: () => number
  readonly #times = new Map<string, number[]>()

  constructor(most: number, overMs: number, now: () => number = Date.now) {
    this.#most = most
    this.#overMs = overMs
    this.#now = now
  }

  /** Whether `key` has used up its attempts. */
  isSpent(key: string): boolean {
    return this.#recent(key).length >= this.#most
  }

  note(key: string): void {
    this.#times.set(key, [...this.#recent(key), this.#now()])
    // Forget keys that went quiet, so that made-up addresses cannot fill the memory.
    if (this.#times.size > 10_000) for (const other of this.#times.keys()) this.#recent(other)
  }

  #recent(key: string): number[] {
    const since = this.#now() - this.#overMs
    const recent = (this.#times.get(key) ?? []).filter((at) => at > since)
    if (recent.length === 0) this.#times.delete(key)
    else this.#times.set(key, recent)
    return recent
  }
}

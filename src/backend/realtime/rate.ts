const STEPS = 12

/**
 * Counts events and says whether their average over the last twelve whole steps is above the limit. Only whole steps count,
 * so a burst passes at first and is paid for later, as on the real server.
 */
export class RateCounter {
  readonly #maxPerSecond: number
  readonly #stepMs: number
  readonly #now: () => number
  /** Events of a step, by the step's number. */
  readonly #counts = new Map<number, number>()
  #step = -1
  #average = 0

  /** @param stepMs length of a step: the average spans twelve of them */
  constructor(maxPerSecond: number, stepMs: number, now: () => number = Date.now) {
    this.#maxPerSecond = maxPerSecond
    this.#stepMs = stepMs
    this.#now = now
  }

  add(events: number): void {
    this.#advance()
    this.#counts.set(this.#step, (this.#counts.get(this.#step) ?? 0) + events)
  }

  get isExceeded(): boolean {
    this.#advance()
    return this.#average > this.#maxPerSecond
  }

  /** Events per second over the span. */
  get average(): number {
    this.#advance()
    return this.#average
  }

  get maxPerSecond(): number {
    return this.#maxPerSecond
  }

  #advance(): void {
    const step = Math.floor(this.#now() / this.#stepMs)
    if (step === this.#step) return
    this.#step = step
    let total = 0
    for (const [counted, events] of this.#counts) {
      if (counted < step - STEPS) this.#counts.delete(counted)
      else if (counted < step) total += events
    }
    this.#average = (total * 1_000) / (STEPS * this.#stepMs)
  }
}

/** At most `most` calls within any span of `withinMs`. */
export class CallLimit {
  readonly #most: number
  readonly #withinMs: number
  readonly #now: () => number
  #calls: number[] = []

  constructor(limit: { most: number; withinMs: number }, now: () => number = Date.now) {
    this.#most = limit.most
    this.#withinMs = limit.withinMs
    this.#now = now
  }

  /** Notes a call; false when it is one too many. */
  take(): boolean {
    const now = this.#now()
    this.#calls = this.#calls.filter((at) => now - at < this.#withinMs)
    if (this.#calls.length >= this.#most) return false
    this.#calls.push(now)
    return true
  }
}

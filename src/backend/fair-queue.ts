/** One turn at a time, in the order asked for. A turn that throws does not stop the next one. */
export class FairQueue {
  #last: Promise<unknown> = Promise.resolve()

  /** Runs `turn` when all earlier turns have ended; resolves or rejects as it does. */
  run<T>(turn: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(turn)
    this.#last = mine.catch(() => undefined)
    return mine
  }
}

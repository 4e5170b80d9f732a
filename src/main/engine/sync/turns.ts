/*
 * Questions about the server's state and work sent to it take turns, so that no page holds an effect of work whose answer is
 * still on its way: the window would show it twice, once in the rows and once drawn over them.
 */

export interface Turns {
  /** Runs `work` when everything asked for before it has ended, however it ended. */
  take<T>(work: () => Promise<T>): Promise<T>
}

export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve()
  return {
    take(work) {
      const next = last.then(work, work)
      last = next
      // Whoever asked hears of the failure; the next in line only waits for the end.
      next.catch(() => undefined)
      return next
    },
  }
}

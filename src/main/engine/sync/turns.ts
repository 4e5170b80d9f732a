/*
 * Questions about the server's state and work sent to it take turns, so that no page holds an effect of work whose answer is
 * still on its way: the window would show it twice, once in the rows and once drawn over them.
 */

export interface Turns {
  /**
   * Runs `work` when everything asked for before it has ended, however it ended.
   * @param abandoned aborted once nobody wants its result any more: a question that is never answered then holds nobody up
   */
  take<T>(work: () => Promise<T>, abandoned?: AbortSignal): Promise<T>
}

export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve()
  return {
    take(work, abandoned) {
      const before = last
      const next = before.then(work, work)
      const end = (): Promise<void> => endOf(next, abandoned)
      // Also one that is abandoned in the queue leaves it no sooner than those before it.
      last = before.then(end, end)
      // Whoever asked hears of the failure; the next in line only waits for the end.
      next.catch(() => undefined)
      return next
    },
  }
}

/** When the work has ended, or nobody waits for it any more. */
const endOf = (work: Promise<unknown>, abandoned: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      abandoned?.removeEventListener('abort', end)
      resolve()
    }
    work.then(end, end)
    if (abandoned?.aborted) end()
    else abandoned?.addEventListener('abort', end)
  })

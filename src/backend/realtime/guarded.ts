/** Runs `work` so that whatever it throws ends in the log: nothing a client sends may end the process. */
export async function guarded(log: (line: string) => void, work: () => unknown): Promise<void> {
  try {
    await work()
  } catch (error) {
    log(`Realtime: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  }
}

/** A callback for emitters and timers that cannot throw into them. */
export function guardedCallback<A extends unknown[]>(
  log: (line: string) => void,
  callback: (...args: A) => unknown,
): (...args: A) => void {
  return (...args) => void guarded(log, () => callback(...args))
}

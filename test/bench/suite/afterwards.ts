/* What scenarios leave standing for those after them: it is taken away when the run is over, or when somebody has had enough of it. */

const ends: (() => Promise<void>)[] = []

/** Asks for `end` to be called once, before whatever was asked for earlier. */
export const afterwards = (end: () => Promise<void>): void => void ends.push(end)

/**
 * Takes everything away.
 * @throws AggregateError of what could not be ended; the rest is
 */
export async function endAll(): Promise<void> {
  const problems: unknown[] = []
  for (let end = ends.pop(); end; end = ends.pop()) {
    await end().catch((error: unknown) => void problems.push(error))
  }
  if (problems.length > 0) throw new AggregateError(problems, 'Not everything was taken away.')
}

import type { Terminal } from './terminal.ts'

/** Every story of a change is told twice: with the terminals watching, and with their cables out until afterwards. */
export const bothWays = ['online', 'while the terminals are offline'] as const
export type Way = (typeof bothWays)[number]

/** Lets something happen on the server; afterwards every terminal is on its line and live, though not told of it yet. */
export async function meanwhile(
  way: Way,
  terminals: readonly Terminal[],
  events: () => Promise<void>,
): Promise<void> {
  const isOffline = way !== 'online'
  if (isOffline) await Promise.all(terminals.map((terminal) => terminal.loseLine()))
  await events()
  if (isOffline) await Promise.all(terminals.map((terminal) => terminal.comeBack()))
}

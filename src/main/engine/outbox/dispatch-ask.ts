import type { Command, CommandOutcome } from '#shared/domain/commands.ts'
import type { MutationId } from '#shared/domain/ids.ts'
import { MINUTE_MS } from '#shared/lib/time.ts'
import type { Cancel, Clock } from '../ports.ts'
import type { Failure, Outcome, Upstream } from '../upstream/upstream.ts'

/** A push without an answer for this long has none to expect. What it brought to the server comes out by asking again. */
export const PUSH_PATIENCE_MS = MINUTE_MS

/**
 * Pushes; answers in any case, and with outcomes only if they are those of these commands.
 * @param abandoned aborted once nobody waits for the answer any more
 */
export async function pushInTime(
  clock: Clock,
  push: Upstream['push'],
  commands: readonly Command[],
  abandoned: AbortSignal,
): Promise<Outcome<CommandOutcome[]>> {
  let cancel: Cancel = () => undefined
  const silence = new Promise<Failure>((resolve) => {
    const giveUp = (): void => resolve({ kind: 'offline', detail: 'A push was not answered in time.' })
    const cancelPatience = clock.after(PUSH_PATIENCE_MS, giveUp)
    abandoned.addEventListener('abort', giveUp)
    cancel = () => {
      cancelPatience()
      abandoned.removeEventListener('abort', giveUp)
    }
  })
  try {
    const outcome = await Promise.race([push(commands), silence])
    return outcome.kind === 'settled' ? inOrder(commands, outcome.value) : outcome
  } catch (error) {
    return noAnswer(String(error))
  } finally {
    cancel()
  }
}

function inOrder(
  commands: readonly Command[],
  outcomes: readonly CommandOutcome[],
): Outcome<CommandOutcome[]> {
  const value = commands.flatMap(({ mutation_id }, index) => toldOf(mutation_id, outcomes[index]) ?? [])
  if (value.length === commands.length && outcomes.length === commands.length)
    return { kind: 'settled', value }
  return noAnswer('The outcomes are not those of the commands.')
}

const noAnswer = (detail: string): Failure => ({
  kind: 'retry',
  afterMs: null,
  because: 'server-error',
  detail,
})

/** The outcome if it is this command's, under the id as we write it: a server may write ids in another case. */
export function toldOf(id: MutationId, outcome: CommandOutcome | undefined): CommandOutcome | null {
  if (outcome?.mutation_id.toLowerCase() !== id.toLowerCase()) return null
  return { ...outcome, mutation_id: id }
}

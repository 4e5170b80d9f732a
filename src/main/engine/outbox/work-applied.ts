import type { Command } from '#shared/domain/commands.ts'
import type { Outbox } from './outbox.ts'

/** A command that the server has applied. */
export interface AppliedWork {
  command: Command
  /** What an undo took back; null where this station does not have it. */
  undone: Command | null
}

/** An outbox that tells of each command when it becomes known that the server has applied it, and once. */
export const tellingApplied = (outbox: Outbox, tell: (work: AppliedWork) => void): Outbox => ({
  ...outbox,
  answered(outcomes) {
    // Of any other command the outcome was known before.
    const news = outcomes.flatMap(({ mutation_id, outcome }) => {
      const entry = outcome === 'applied' ? outbox.get(mutation_id) : null
      return entry?.state === 'sending' ? [entry.command] : []
    })
    outbox.answered(outcomes)
    for (const command of news) {
      const undone = command.kind === 'undo' ? (outbox.get(command.undoes)?.command ?? null) : null
      tell({ command, undone })
    }
  },
})

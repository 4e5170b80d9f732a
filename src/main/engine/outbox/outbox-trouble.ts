import { diskTrouble } from '../mirror/disk-trouble.ts'
import { OutboxError, type OutboxProblem } from './outbox.ts'

/* From the codes of SQLite and of the file system to the kinds of trouble the engine knows. Never by message text. */

const sentences: Record<OutboxProblem, string> = {
  'from-newer-version': 'The file of unsent work was made by a newer version of the console.',
  'disk-full': 'The disk of the unsent work is full.',
  'read-only': 'The disk or folder of the unsent work cannot be written to.',
  'in-use': 'Another console has the unsent work open.',
  'io-error': 'The disk of the unsent work failed to read or write.',
}

export const outboxError = (problem: OutboxProblem, cause?: unknown): OutboxError =>
  new OutboxError(problem, sentences[problem], cause)

/** What SQLite, or the sum beside a row, says of a file whose contents are not what was written. */
export const isDamage = (error: unknown): boolean => diskTrouble(error)?.problem === 'damaged'

/** The trouble behind an error, or null when it is none of the disk's: then it is a mistake of ours. */
export function outboxTrouble(error: unknown): OutboxError | null {
  if (error instanceof OutboxError) return error
  const trouble = diskTrouble(error)
  // Damage is healed from the journal; where even that fails, the disk is what failed.
  if (trouble) return outboxError(trouble.problem === 'damaged' ? 'io-error' : trouble.problem, error)
  return isSystemError(error) ? outboxError('io-error', error) : null
}

/** Whatever else the system says to a file operation: no such folder any more, too many open files. */
const isSystemError = (error: unknown): boolean =>
  error instanceof Error && 'syscall' in error && typeof error.syscall === 'string'

/** Runs `work`; what the disk throws comes out as an OutboxError, everything else as it is. */
export function namingTrouble<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw outboxTrouble(error) ?? error
  }
}

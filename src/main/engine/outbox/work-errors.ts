import { failed } from '#shared/protocol/reply.ts'
import type { Reply } from '#shared/protocol/reply.ts'
import type { OutboxProblem } from './outbox.ts'

/** An outbox that refuses, as the window is told of it: what did not happen, and what to do. */
export function replyOfOutbox(problem: OutboxProblem): Reply<never> {
  switch (problem) {
    case 'disk-full':
      return failed(
        'disk-full',
        'The disk is full: this was not kept. Free some space, then do it again.',
        true,
      )
    case 'read-only':
      return failed(
        'disk-read-only',
        'The disk cannot be written to: this was not kept. Make the folder of the console writable, then do it again.',
        true,
      )
    case 'in-use':
      return failed(
        'not-ready',
        'Another console has your work open: this was not kept. Close it, then do it again.',
        true,
      )
    case 'from-newer-version':
      return failed(
        'mirror-from-newer-version',
        'Your work at this station is from a newer console: this was not kept. Update this console.',
      )
    case 'io-error':
      return failed(
        'internal',
        'The disk failed: this was not kept. Do it again; if it fails again, have the disk of this station checked.',
        true,
      )
  }
}

/** The rows that a command is checked against could not be read. */
export const replyOfMirror = (): Reply<never> =>
  failed('internal', 'The local copy could not be read: this was not kept. Do it again in a moment.', true)

import type { FileProblem } from '#shared/protocol/import.ts'

/** Something a person can put right: shown as its message alone, without a stack; a window words its kind. */
export class ImportProblem extends Error {
  readonly kind: FileProblem | null
  /** The line of the file, and the columns found there, where it is about them. */
  readonly facts: { line?: number; found?: readonly string[] }

  constructor(
    message: string,
    cause?: unknown,
    kind: FileProblem | null = null,
    facts: ImportProblem['facts'] = {},
  ) {
    super(message, { cause })
    this.name = 'ImportProblem'
    this.kind = kind
    this.facts = facts
  }
}

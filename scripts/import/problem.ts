/** Something a person can put right: shown as its message alone, without a stack. */
export class ImportProblem extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'ImportProblem'
  }
}

/** Why a backend could not start, in words for the person at the keyboard. */
export type StartProblem =
  | 'port-in-use'
  | 'data-dir-locked'
  | 'data-dir-unusable'
  | 'database-unreachable'
  | 'migration-failed'
  | 'newer-database'

export class BackendStartError extends Error {
  readonly problem: StartProblem

  constructor(problem: StartProblem, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'BackendStartError'
    this.problem = problem
  }
}

import { FairQueue } from './fair-queue.ts'
import { encodeParameter } from './sql-values.ts'
import { DatabaseError } from './database.ts'
import type { Queryable, SqlRow } from './database.ts'
import type { SqlSession } from './sql-session.ts'

export interface TransactionOptions {
  readOnly?: boolean
  /** Undo everything at the end, also when `work` succeeds. */
  rollback?: boolean
}

/**
 * What `tx` is inside a transaction or savepoint. Its calls take turns; after the end it refuses to work. While a nested
 * scope is open, a call on this one from within the nested work is handed to the nested scope, which has the turn.
 */
export class Scope implements Queryable {
  readonly session: SqlSession
  readonly depth: number
  readonly #parent: Scope | null
  readonly #current: () => Scope | null
  readonly #turns = new FairQueue()
  isOpen = true

  /** `current` tells which scope the caller is in, so that nested work can be recognised. */
  constructor(session: SqlSession, parent: Scope | null, current: () => Scope | null) {
    this.session = session
    this.depth = parent ? parent.depth + 1 : 0
    this.#parent = parent
    this.#current = current
  }

  async query<R extends SqlRow = SqlRow>(sql: string, params: readonly unknown[] = []): Promise<R[]> {
    return (await this.turn(() => this.session.query(sql, params.map(encodeParameter)))) as R[]
  }

  async script(sql: string): Promise<void> {
    await this.turn(() => this.session.run(sql))
  }

  /** A scope inside this one. */
  nested(): Scope {
    return new Scope(this.session, this, this.#current)
  }

  /** Runs `turn` when the calls before it are done. */
  turn<T>(turn: () => Promise<T>): Promise<T> {
    if (!this.isOpen) return Promise.reject(endedError())
    const caller = this.#current()
    if (caller && caller !== this && caller.#isWithin(this)) return caller.turn(turn)
    return this.#turns.run(turn)
  }

  /** Refuses new calls and waits for those under way. */
  async close(): Promise<void> {
    this.isOpen = false
    await this.#turns.run(() => Promise.resolve())
  }

  #isWithin(outer: Scope): boolean {
    return this.#parent !== null && (this.#parent === outer || this.#parent.#isWithin(outer))
  }
}

/** Runs `enter` between begin and commit, or rollback when it throws. */
export async function inTransaction<T>(
  session: SqlSession,
  scope: Scope,
  enter: (scope: Scope) => Promise<T>,
  options: TransactionOptions,
): Promise<T> {
  await session.run(options.readOnly ? 'begin read only' : 'begin')
  const undo = (): Promise<unknown> => session.run('rollback')
  const result = await workIn(scope, enter, undo)
  const tag = await session.run(options.rollback ? 'rollback' : 'commit')
  if (!options.rollback && tag === 'ROLLBACK') throw rolledBackError()
  return result
}

/** The same between savepoints, as one turn of the outer scope. */
export function inSavepoint<T>(
  outer: Scope,
  enter: (scope: Scope) => Promise<T>,
  options: TransactionOptions,
): Promise<T> {
  const scope = outer.nested()
  const { session } = scope
  const name = `nested_${scope.depth}`
  const undo = (): Promise<unknown> => session.run(`rollback to savepoint ${name}; release savepoint ${name}`)
  return outer.turn(async () => {
    await session.run(`savepoint ${name}`)
    if (options.readOnly) await session.run('set local transaction_read_only = on')
    const result = await workIn(scope, enter, undo)
    // Reading leaves nothing to keep, and only a rollback lets the outer transaction write again.
    if (options.rollback || options.readOnly) await undo()
    else await session.run(`release savepoint ${name}`)
    return result
  })
}

async function workIn<T>(
  scope: Scope,
  enter: (scope: Scope) => Promise<T>,
  undo: () => Promise<unknown>,
): Promise<T> {
  try {
    return await enter(scope)
  } catch (error) {
    await scope.close()
    await undo().catch((cause: unknown) => {
      // The session is gone, and the transaction with it: the first error says more.
      if (!isConnectionLoss(cause)) throw cause
    })
    throw error
  } finally {
    await scope.close()
  }
}

function isConnectionLoss(error: unknown): boolean {
  return error instanceof DatabaseError && /^(08|57P)/.test(error.code)
}

function endedError(): DatabaseError {
  return new DatabaseError('25P01', 'This transaction has ended.', null, null)
}

function rolledBackError(): DatabaseError {
  return new DatabaseError('25P02', 'The transaction had failed and was rolled back.', null, null)
}

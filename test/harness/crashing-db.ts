import type { Db } from '#engine/mirror/database.ts'

/*
 * A handle to the mirror's file under which the process dies at the n-th statement: whatever the statement would have
 * done is not done, `died` is told at that very moment, and nothing after it works, not even a rollback.
 */

export class SimulatedCrash extends Error {
  constructor() {
    super('The process died.')
    this.name = 'SimulatedCrash'
  }
}

export interface CrashingDb {
  db: Db
  /** Statements run so far. */
  count(): number
  /** Dies at the n-th statement from now on; without a number, never. */
  dieAt(n: number | null): void
}

type Run = 'get' | 'all' | 'run' | 'iterate'

/** @param died what to look at before anything is rolled back: the files as a dead process leaves them */
export function crashingDb(real: Db, died: () => void): CrashingDb {
  let count = 0
  let fatal: number | null = null

  const step = (): void => {
    count += 1
    if (fatal === null || count < fatal) return
    if (count === fatal) died()
    throw new SimulatedCrash()
  }

  const counting = (statement: object): object => {
    for (const method of ['get', 'all', 'run', 'iterate'] satisfies Run[]) {
      const plain = (statement as Record<Run, (...values: unknown[]) => unknown>)[method].bind(statement)
      Object.defineProperty(statement, method, {
        configurable: true,
        value: (...values: unknown[]) => {
          step()
          return plain(...values)
        },
      })
    }
    return statement
  }

  const db = new Proxy(real, {
    get(target, name) {
      if (name === 'prepare') return (sql: string) => counting(target.prepare(sql))
      if (name === 'exec') {
        return (sql: string) => {
          // One by one, so that it can also die between them.
          for (const one of statementsOf(sql)) {
            step()
            target.exec(one)
          }
        }
      }
      if (name === 'pragma') {
        return (...args: Parameters<Db['pragma']>) => {
          step()
          return target.pragma(...args)
        }
      }
      const member: unknown = Reflect.get(target, name, target)
      return typeof member === 'function' ? (member.bind(target) as unknown) : member
    },
  })
  return {
    db,
    count: () => count,
    dieAt: (n) => {
      fatal = n === null ? null : count + n
    },
  }
}

/** None of the mirror's scripts has a semicolon inside a statement. */
const statementsOf = (sql: string): string[] =>
  sql
    .replace(/--.*$/gm, '')
    .split(';')
    .map((one) => one.trim())
    .filter(Boolean)

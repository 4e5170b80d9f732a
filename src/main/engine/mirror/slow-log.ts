import type { Clock, Log } from '../ports.ts'
import type { Db } from './database.ts'

/** A statement or a question of a view that takes longer is noticed by a person. */
const SLOW_MS = 100
/** Transactions of many rows may take this long. */
const SLOW_BATCH_MS = 250
/** The same thing is told again at the earliest after this long. */
const AGAIN_MS = 60_000

interface Told {
  atMs: number
  /** How often it was slow since then. */
  more: number
}

/** Tells what was slow: statements by their SQL without values, operations by name. */
export class SlowLog {
  private readonly clock: Clock
  private readonly log: Log
  private readonly told = new Map<string, Told>()
  /** Slow things met so far: an operation is not told as well when a statement inside it was. */
  private met = 0

  constructor(clock: Clock, log: Log) {
    this.clock = clock
    this.log = log
  }

  statement<T>(sql: string, work: () => T): T {
    return this.time(SLOW_MS, () => ({ sql: sql.replace(/\s+/g, ' ').trim() }), work)
  }

  operation<T>(operation: string, work: () => T): T {
    return this.time(SLOW_MS, () => ({ operation }), work)
  }

  /** @param size what was worked on, e.g. how many rows */
  batch<T>(operation: string, size: number, work: () => T): T {
    return this.time(SLOW_BATCH_MS, () => ({ operation, size }), work)
  }

  private time<T>(limitMs: number, what: () => Record<string, unknown>, work: () => T): T {
    const metBefore = this.met
    const startMs = this.clock.monotonicMs()
    try {
      return work()
    } finally {
      const ms = this.clock.monotonicMs() - startMs
      if (ms > limitMs && this.met === metBefore) this.tell(what(), ms)
    }
  }

  private tell({ size, ...what }: Record<string, unknown>, ms: number): void {
    this.met += 1
    const key = JSON.stringify(what)
    const nowMs = this.clock.monotonicMs()
    const before = this.told.get(key)
    if (before && nowMs - before.atMs < AGAIN_MS) {
      before.more += 1
      return
    }
    this.told.set(key, { atMs: nowMs, more: 0 })
    this.log.warn('mirror.slow', {
      ...what,
      ...(size === undefined ? {} : { size }),
      ms: Math.round(ms),
      ...(before && before.more > 0 ? { alsoSlowSince: before.more } : {}),
    })
  }
}

/**
 * The same file with every statement timed. Two looks at the clock cost more than the look-up of a row does: what runs once a
 * row is prepared on the file itself.
 */
export function watchedDb(db: Db, slow: SlowLog): Db {
  return new Proxy(db, {
    get(target, name) {
      if (name === 'prepare') return (sql: string) => watchedStatement(target, sql, slow)
      if (name === 'exec' || name === 'pragma') {
        return (sql: string, ...rest: never[]) => slow.statement(sql, () => target[name](sql, ...rest))
      }
      const member: unknown = Reflect.get(target, name, target)
      return typeof member === 'function' ? (member.bind(target) as unknown) : member
    },
  })
}

function watchedStatement(db: Db, sql: string, slow: SlowLog) {
  const statement = db.prepare(sql)
  for (const method of ['get', 'all', 'run'] as const) {
    const plain = statement[method].bind(statement)
    Object.defineProperty(statement, method, {
      value: (...values: unknown[]) => slow.statement(sql, () => plain(...values)),
    })
  }
  return statement
}

import { FairQueue } from '../../fair-queue.ts'
import { follow, unfollow } from './capture.ts'
import { readTables } from './catalog.ts'
import type { Database } from '../../database.ts'

/** The tables whose changes are caught now. */
export class CapturedTables {
  readonly #database: Database
  readonly #captured = new Set<string>()
  readonly #turns = new FairQueue()

  constructor(database: Database) {
    this.#database = database
  }

  /** Resolves once changes of all these tables are caught. */
  follow(ids: ReadonlySet<string>): Promise<void> {
    return this.#turns.run(async () => {
      const missing = [...ids].filter((id) => !this.#captured.has(id))
      if (missing.length === 0) return
      for (const { id, sqlName } of (await readTables(this.#database, missing, [])).values()) {
        await follow(this.#database, sqlName)
        this.#captured.add(id)
      }
    })
  }

  /** Stops catching changes of all tables but these. */
  release(kept: ReadonlySet<string>): Promise<void> {
    return this.#turns.run(async () => {
      for (const id of [...this.#captured].filter((captured) => !kept.has(captured))) {
        this.#captured.delete(id)
        await unfollow(this.#database, id)
      }
    })
  }
}

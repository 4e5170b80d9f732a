import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import type { UserId } from '#shared/domain/ids.ts'
import type { Scope } from '#shared/domain/scope.ts'
import { mirrorPath } from '#engine/mirror/sqlite-mirror.ts'
import type { MirroredTable } from '#engine/mirror/mirror.ts'
import { mirrorQueries } from '../../../scripts/lib/compare-mirror.ts'
import type { Row } from './tables.ts'

/** A row as the mirror holds it, with the number of its newest change and the scope that brought it. */
export interface HeldRow {
  table: MirroredTable
  row: Row
  scope: Scope
  seq: number
}

interface Opened {
  db: Database.Database
  version: Database.Statement<[], number>
  scopes: Database.Statement<[], NumberedScope>
  tables: [MirroredTable, Database.Statement<[], Row & { scope: number; seq: number }>][]
}

export interface HeldScope {
  scope: Scope
  epoch: string | null
  seq: number
}

type NumberedScope = HeldScope & { no: number }

interface Seen {
  version: number
  scopes: readonly NumberedScope[]
  rows: readonly HeldRow[] | null
}

/**
 * A second pair of eyes on a mirror's file, past the engine. Reads while the engine has it open.
 */
export class MirrorFile {
  private readonly path: string
  private open: Opened | null = null
  private seen: Seen | null = null

  constructor(folder: string, serverUrl: string, owner: UserId) {
    this.path = mirrorPath(folder, serverUrl, owner)
  }

  /** Whether there is a mirror: a file whose process was killed while making its tables is none yet. */
  exists(): boolean {
    if (this.open !== null) return true
    if (!existsSync(this.path)) return false
    const db = new Database(this.path, { readonly: true, fileMustExist: true })
    try {
      return Number(db.pragma('user_version', { simple: true })) > 0
    } finally {
      db.close()
    }
  }

  scopes(): readonly HeldScope[] {
    return this.read().scopes
  }

  /** Every row of every mirrored table. */
  rows(): readonly HeldRow[] {
    const seen = this.read()
    return (seen.rows ??= this.readRows(seen.scopes))
  }

  /** What was read last, unless the file has changed since. */
  private read(): Seen {
    const { scopes, version } = this.opened()
    const now = version.get() ?? 0
    if (this.seen?.version !== now) this.seen = { version: now, scopes: scopes.all(), rows: null }
    return this.seen
  }

  private readRows(scopes: readonly NumberedScope[]): HeldRow[] {
    const byNumber = new Map(scopes.map(({ no, scope }) => [no, scope]))
    return this.opened().tables.flatMap(([table, rows]) =>
      rows.all().map((row): HeldRow => {
        const scope = byNumber.get(row.scope) ?? ('' as Scope)
        return { table, row, scope, seq: row.seq }
      }),
    )
  }

  close(): void {
    this.open?.db.close()
    this.open = null
    this.seen = null
  }

  private opened(): Opened {
    if (this.open) return this.open
    const db = new Database(this.path, { readonly: true, fileMustExist: true })
    const tables = (Object.entries(mirrorQueries) as [MirroredTable, string][]).map(
      ([table, query]): Opened['tables'][number] => [table, db.prepare(query)],
    )
    this.open = {
      db,
      version: db.prepare<[], number>('pragma data_version').pluck(),
      scopes: db.prepare('select no, scope, epoch, seq from scopes'),
      tables,
    }
    return this.open
  }
}

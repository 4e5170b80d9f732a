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

export interface HeldScope {
  scope: Scope
  epoch: string | null
  seq: number
}

/**
 * A second pair of eyes on a mirror's file, past the engine. Reads while the engine has it open.
 */
export class MirrorFile {
  private readonly path: string
  private db: Database.Database | null = null
  private seenVersion = -1
  private seen: HeldRow[] = []

  constructor(folder: string, serverUrl: string, owner: UserId) {
    this.path = mirrorPath(folder, serverUrl, owner)
  }

  exists(): boolean {
    return existsSync(this.path)
  }

  scopes(): HeldScope[] {
    return this.open().prepare<[], HeldScope>('select scope, epoch, seq from scopes').all()
  }

  /** Every row of every mirrored table; read again only when the file has changed. */
  rows(): readonly HeldRow[] {
    const db = this.open()
    const version = Number(db.pragma('data_version', { simple: true }))
    if (version === this.seenVersion) return this.seen
    this.seenVersion = version
    const scopes = new Map(
      db
        .prepare<[], { no: number; scope: Scope }>('select no, scope from scopes')
        .all()
        .map(({ no, scope }) => [no, scope]),
    )
    this.seen = (Object.entries(mirrorQueries) as [MirroredTable, string][]).flatMap(([table, query]) =>
      (db.prepare(query).all() as (Row & { scope: number; seq: number })[]).map((row) => ({
        table,
        row,
        scope: scopes.get(row.scope) ?? ('' as Scope),
        seq: row.seq,
      })),
    )
    return this.seen
  }

  close(): void {
    this.db?.close()
    this.db = null
  }

  private open(): Database.Database {
    return (this.db ??= new Database(this.path, { readonly: true, fileMustExist: true }))
  }
}

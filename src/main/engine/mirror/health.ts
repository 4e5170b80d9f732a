import type { MirrorHealth } from '#shared/protocol/diagnostics.ts'
import { must } from '#shared/lib/must.ts'
import type { Db, Statement } from './database.ts'
import { logBytes } from './write-ahead-log.ts'

/** The file's own figures: each is a look at a header or an index. */
export class Health {
  private readonly db: Db
  private readonly unreadable: Statement<[], number>

  constructor(db: Db) {
    this.db = db
    this.unreadable = db.prepare<[], number>('select count(*) from unreadable').pluck()
  }

  read(): Omit<MirrorHealth, 'integrity'> {
    return {
      schemaVersion: this.figure('user_version'),
      fileBytes: this.figure('page_count') * this.figure('page_size'),
      logBytes: logBytes(this.db),
      unreadableRows: must(this.unreadable.get(), 'a count'),
    }
  }

  private figure(pragma: string): number {
    return Number(this.db.pragma(pragma, { simple: true }))
  }
}

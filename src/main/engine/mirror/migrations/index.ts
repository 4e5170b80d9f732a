import type { Db } from '../database.ts'
import { mirrorError } from '../disk-trouble.ts'
import { firstTables } from './0001-first-tables.ts'
import { diagnostics } from './0002-diagnostics.ts'
import { overlay } from './0003-overlay.ts'
import { desk } from './0004-desk.ts'
import { orderCards } from './0005-order-cards.ts'

/**
 * Every step the file's tables have taken, oldest first; `user_version` says how many of them a file has behind it.
 * A step is never changed once it was released. One that needs data anew empties the tables and cursors it concerns:
 * the mirror is pulled again.
 */
export const migrations: readonly ((db: Db) => void)[] = [firstTables, diagnostics, overlay, desk, orderCards]

export const MIRROR_VERSION = migrations.length

/** The oldest version whose rows this one can show, where the disk does not let it migrate. */
export const READABLE_SINCE = 1

/** Marks the file as a mirror of this console (SQLite's application id, "SSCM"). */
export const APPLICATION_ID = 0x5353434d

/**
 * Takes the file to `MIRROR_VERSION`, each step in a transaction of its own.
 * @param steps all there are, unless a test makes an older file, or the file is another than a mirror
 * @returns how many steps were taken
 * @throws MirrorError `from-newer-version` when the file is ahead of us
 */
export function migrate(db: Db, steps = migrations, applicationId = APPLICATION_ID): number {
  const from = Number(db.pragma('user_version', { simple: true }))
  if (from > steps.length) throw mirrorError('from-newer-version')
  for (const [index, step] of steps.entries()) {
    if (index < from) continue
    db.transaction(() => {
      step(db)
      db.pragma(`application_id = ${applicationId}`)
      db.pragma(`user_version = ${index + 1}`)
    }).immediate()
  }
  return steps.length - from
}

import type { Db } from '../../mirror/database.ts'
import type { FileMark } from '../../mirror/mirror-file.ts'
import { migrate as takeSteps } from '../../mirror/migrations/index.ts'
import { firstTables } from './0001-first-tables.ts'

/**
 * Every step the file's tables have taken, oldest first; `user_version` says how many of them a file has behind it.
 * A step is never changed once it was released, and never drops an entry: nobody else has what is in them.
 */
export const migrations: readonly ((db: Db) => void)[] = [firstTables]

export const OUTBOX_VERSION = migrations.length

/** Marks the file as an outbox of this console (SQLite's application id, "SSCO"). */
export const OUTBOX_ID = 0x5353434f

export const outboxMark: FileMark = { applicationId: OUTBOX_ID, version: OUTBOX_VERSION }

/**
 * Takes the file to `OUTBOX_VERSION`, each step in a transaction of its own.
 * @param steps all there are, unless a test makes an older file
 * @throws MirrorError `from-newer-version` when the file is ahead of us
 */
export const migrate = (db: Db, steps = migrations): number => takeSteps(db, steps, OUTBOX_ID)

import Database from 'better-sqlite3'
import { readFileSync, statSync } from 'node:fs'
import type { Db } from './database.ts'
import { mirrorError } from './disk-trouble.ts'

/** How long a statement waits for another reader's lock before it fails as `in-use`. */
const BUSY_MS = 2_000

/** Pages the writer keeps in memory, in KiB: rows with ids at random touch most pages of an index. */
const WRITER_CACHE_KIB = 64 * 1024
/** Those who only read either look at a few pages again and again or at all of them once. */
const READER_CACHE_KIB = 8 * 1024

const load = (path: string, nativeBinding: string | null, options: Database.Options): Db =>
  new Database(path, { ...options, ...(nativeBinding === null ? {} : { nativeBinding }) })

/**
 * Opens a file for reading and writing. `synchronous` is NORMAL: a power cut may take the newest transactions, never a part
 * of one, and what is lost is pulled again. Work that must be on disk when it returns sets FULL for its own commits.
 */
export function openForWriting(path: string, nativeBinding: string | null): Db {
  const db = load(path, nativeBinding, { timeout: BUSY_MS })
  try {
    db.pragma('journal_mode = wal')
    db.pragma('synchronous = normal')
    db.pragma('foreign_keys = off')
    db.pragma(`cache_size = -${WRITER_CACHE_KIB}`)
    db.pragma('temp_store = memory')
    db.pragma(`wal_autocheckpoint = ${OVERLONG_LOG_PAGES}`)
    // A log that grew in a first download is cut back instead of keeping its size for good.
    db.pragma('journal_size_limit = 16777216')
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

const PAGE_BYTES = 4_096

/**
 * The log is as long as it should get before another thread takes it into the file. That syncs to disk: 32 MiB is often enough, for a
 * first download is many such logs.
 */
export const LONG_LOG_BYTES = 32 * 1024 * 1024

/** While somebody works here, whose receipts share the disk with that, it may get so long. */
export const TOO_LONG_LOG_BYTES = 3 * LONG_LOG_BYTES

/** Nobody has: the next commit does it by itself, and whoever waits for that commit waits for the disk. */
const OVERLONG_LOG_PAGES = (4 * LONG_LOG_BYTES) / PAGE_BYTES

/**
 * Opens a file that somebody else writes, only to take its log into it. It never waits for them, nor they for it.
 */
export const openForCheckpoint = (path: string, nativeBinding: string | null): Db =>
  load(path, nativeBinding, { fileMustExist: true, timeout: 0 })

/**
 * Opens what is there for reading only. SQLite wants to write even to read (it shares the log's index in a file beside it);
 * where it cannot, a file without a log is read into memory.
 */
export function openForReading(path: string, nativeBinding: string | null): Db {
  try {
    return readable(load(path, nativeBinding, { readonly: true, fileMustExist: true, timeout: BUSY_MS }))
  } catch (error) {
    // What stands in the log may be newer than the file, or half of it may be in the file: without the log neither is true.
    if (hasLog(path)) throw error
    return readable(loadCopy(readFileSync(path), nativeBinding))
  }
}

/**
 * Opens a damaged file to see what can still be read of it. With the schema said to be writable, SQLite goes on where it would
 * otherwise refuse the whole file: when its end is missing, or when the entry of another table cannot be read.
 */
export function openDamaged(path: string, nativeBinding: string | null): Db {
  const db = load(path, nativeBinding, { readonly: true, fileMustExist: true, timeout: BUSY_MS })
  db.unsafeMode()
  db.pragma('writable_schema = on')
  return db
}

const hasLog = (path: string): boolean => (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0

/** Where the header says how the file is written and read: 2 with a log, 1 without. */
const FORMAT_AT = 18

function loadCopy(bytes: Buffer, nativeBinding: string | null): Db {
  bytes.fill(1, FORMAT_AT, FORMAT_AT + 2)
  return new Database(bytes, { readonly: true, ...(nativeBinding === null ? {} : { nativeBinding }) })
}

function readable(db: Db): Db {
  try {
    db.pragma(`cache_size = -${READER_CACHE_KIB}`)
    db.prepare('select count(*) from sqlite_schema').get()
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/**
 * Makes sure that no other engine writes to the file, in this process or another. The lock is a transaction on a small
 * file beside it, which the system ends when the process does, however it ends.
 * @returns gives the lock back
 * @throws MirrorError `in-use`
 */
export function lockFile(path: string, nativeBinding: string | null): () => void {
  const lock = load(`${path}-lock`, nativeBinding, { timeout: 0 })
  try {
    lock.pragma('journal_mode = memory')
    lock.exec('begin exclusive')
  } catch (error) {
    lock.close()
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) {
      throw mirrorError('in-use', error)
    }
    throw error
  }
  return () => lock.close()
}

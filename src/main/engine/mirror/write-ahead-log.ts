import { statSync } from 'node:fs'
import type { Db } from './database.ts'

/* The write-ahead log beside the file: what was committed and is not in the file yet. */

/** Its size; 0 where there is none, or where the file was read into memory. */
export function logBytes(db: Db): number {
  return db.memory ? 0 : (statSync(`${db.name}-wal`, { throwIfNoEntry: false })?.size ?? 0)
}

/** Takes the log into the file and cuts it back. While somebody reads, it does what can be done at once. */
export function cutLog(db: Db): void {
  const patience = Number(db.pragma('busy_timeout', { simple: true }))
  db.pragma('busy_timeout = 0')
  try {
    db.pragma('wal_checkpoint(truncate)')
  } catch (error) {
    if (!isBusy(error)) throw error
  } finally {
    db.pragma(`busy_timeout = ${patience}`)
  }
}

const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^SQLITE_(BUSY|LOCKED)/.test(String(error.code))

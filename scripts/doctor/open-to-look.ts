import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Db } from '#engine/mirror/database.ts'
import { openForReading } from '#engine/mirror/open-database.ts'

export interface OpenedToLook {
  db: Db
  close(): void
}

/**
 * Opens a mirror's file without leaving a trace. Even to read, SQLite makes files beside it, which would be the doctor's and
 * could shut the console out of its own folder; so a file that no console has open is looked at in a copy.
 */
export function openToLook(file: string, inUse: boolean): OpenedToLook {
  if (inUse) {
    const db = openForReading(file, null)
    return { db, close: () => void db.close() }
  }
  const folder = mkdtempSync(join(tmpdir(), 'shelf-doctor-'))
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  try {
    const copy = join(folder, basename(file))
    for (const part of ['', '-wal']) if (existsSync(file + part)) copyFileSync(file + part, copy + part)
    const db = openForReading(copy, null)
    return {
      db,
      close: () => {
        db.close()
        remove()
      },
    }
  } catch (error) {
    remove()
    throw error
  }
}

import { existsSync, renameSync, rmSync } from 'node:fs'
import type { UserId } from '#shared/domain/ids.ts'
import type { Clock, Log } from '../ports.ts'
import type { Db } from './database.ts'
import { migrate } from './migrations/index.ts'
import { companions, setAside } from './mirror-file.ts'
import { openForWriting } from './open-database.ts'
import { salvage } from './salvage.ts'

interface RebuildOptions {
  owner: UserId
  nativeBinding: string | null
  clock: Clock
  log: Log
}

const freshPath = (path: string): string => `${path}-rebuilt`

/**
 * Puts a fresh file in a damaged one's place, with what could be salvaged of the tables that are kept. The damaged file stays
 * where it is until the fresh one is complete, so that a crash or a full disk on the way loses nothing.
 * @returns where the damaged file was put
 */
export function rebuild(path: string, cause: unknown, options: RebuildOptions): string {
  const { owner, nativeBinding, clock, log } = options
  const fresh = freshPath(path)
  remove(fresh)
  const salvaged = make(fresh, (db) => salvage(path, db, owner, nativeBinding), nativeBinding)
  const aside = setAside(path, clock.now())
  renameSync(fresh, path)
  log.error('mirror.damaged', {
    aside,
    cause: cause instanceof Error ? cause.name : 'found in use',
    salvaged: Object.fromEntries(salvaged.map(({ table, rows }) => [table, rows])),
    lost: salvaged.filter(({ complete }) => !complete).map(({ table }) => table),
  })
  return aside
}

/** A fresh file, or none: what a full disk could not hold must not stay on it. */
function make<T>(fresh: string, fill: (db: Db) => T, nativeBinding: string | null): T {
  try {
    const db = openForWriting(fresh, nativeBinding)
    try {
      migrate(db)
      return fill(db)
    } finally {
      db.close()
    }
  } catch (error) {
    remove(fresh)
    throw error
  }
}

function remove(path: string): void {
  for (const companion of companions) rmSync(path + companion, { force: true })
}

/** Ends a rebuild that was cut off after the damaged file had been set aside: the fresh one was complete by then. */
export function finishRebuild(path: string): void {
  if (!existsSync(path) && existsSync(freshPath(path))) renameSync(freshPath(path), path)
}

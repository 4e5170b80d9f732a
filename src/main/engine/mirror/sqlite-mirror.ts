import { mkdirSync } from 'node:fs'
import type { UserId } from '#shared/domain/ids.ts'
import type { Clock, Log } from '../ports.ts'
import type { Db } from './database.ts'
import { diskTrouble, mirrorError } from './disk-trouble.ts'
import { migrate, MIRROR_VERSION, READABLE_SINCE } from './migrations/index.ts'
import type { LocalMirror, MirrorError, OpenProblem } from './mirror.ts'
import { distrust, inspectHeader, isDistrusted, isMade, mirrorPath } from './mirror-file.ts'
import { lockFile, openForReading, openForWriting } from './open-database.ts'
import { standInForNewer } from './overlay/older-file.ts'
import { finishRebuild, rebuild } from './rebuild.ts'
import { SqliteMirror } from './store.ts'

export { mirrorPath } from './mirror-file.ts'

export interface OpenMirrorOptions {
  /** Folder of the mirrors; made when missing. */
  directory: string
  serverUrl: string
  owner: UserId
  /** Path of a better-sqlite3 binding for runtimes that the package's own does not serve. */
  nativeBinding: string | null
  clock: Clock
  log: Log
}

export type OpenedMirror = {
  mirror: LocalMirror
  /** Where a damaged file was put, when one was. */
  aside: string | null
} & (
  | { opened: 'as-it-was' | 'new' | 'damaged-rebuilt' }
  /** The disk cannot be written: what is there can be read, `apply` throws the same trouble. */
  | { opened: 'reading-only'; trouble: MirrorError }
)

/**
 * Opens the mirror of one project and user, making it when there is none. The time it takes does not grow with the file:
 * damage inside is found when it is met, by a MirrorError `damaged` from any call. The file is then marked, and set aside when
 * it is opened the next time, be it by this engine after `close` or after the next start.
 * @throws MirrorError `from-newer-version` (the file is untouched), `in-use`, or, when nothing can even be read,
 *   `disk-full`, `read-only` or `io-error`
 */
export function openMirror(options: OpenMirrorOptions): OpenedMirror {
  const path = mirrorPath(options.directory, options.serverUrl, options.owner)
  const log = options.log.with({ component: 'mirror' })
  try {
    return openOrRebuild(path, { ...options, log })
  } catch (error) {
    const trouble = diskTrouble(error)
    if (!trouble) throw error
    log.warn('mirror.cannot-write', { problem: trouble.problem })
    if (!canStillRead(trouble, path)) throw trouble
    return {
      mirror: openToRead(path, options, trouble.problem),
      opened: 'reading-only',
      trouble,
      aside: null,
    }
  }
}

const canStillRead = ({ problem }: MirrorError, path: string): boolean =>
  (problem === 'read-only' || problem === 'disk-full') && isMade(path)

function openOrRebuild(path: string, options: OpenMirrorOptions): OpenedMirror {
  mkdirSync(options.directory, { recursive: true })
  const unlock = lockFile(path, options.nativeBinding)
  try {
    finishRebuild(path)
    if (isDistrusted(path)) return openRebuilt(path, options, unlock, null)
    try {
      const opened = isMade(path) ? 'as-it-was' : 'new'
      if (opened === 'as-it-was') inspectHeader(path)
      return { mirror: openToWrite(path, options, unlock), opened, aside: null }
    } catch (error) {
      if (diskTrouble(error)?.problem !== 'damaged') throw error
      return openRebuilt(path, options, unlock, error)
    }
  } catch (error) {
    unlock()
    throw error
  }
}

function openRebuilt(
  path: string,
  options: OpenMirrorOptions,
  unlock: () => void,
  cause: unknown,
): OpenedMirror {
  const aside = rebuild(path, cause, options)
  return { mirror: openToWrite(path, options, unlock), opened: 'damaged-rebuilt', aside }
}

function openToWrite(path: string, options: OpenMirrorOptions, unlock: () => void): SqliteMirror {
  const db = openForWriting(path, options.nativeBinding)
  try {
    const steps = migrate(db)
    const upgraded = steps > 0 && steps < MIRROR_VERSION
    const damageFound = (): void => markDamaged(path, options.log)
    const openBeside = (): Db => openForReading(path, options.nativeBinding)
    const mirror = new SqliteMirror(db, {
      ...options,
      ...{ readOnlyBecause: null, upgraded, unlock, damageFound, openBeside },
    })
    mirror.prepare()
    return mirror
  } catch (error) {
    db.close()
    throw error
  }
}

function openToRead(path: string, options: OpenMirrorOptions, readOnlyBecause: OpenProblem): SqliteMirror {
  inspectHeader(path)
  const db = openForReading(path, options.nativeBinding)
  try {
    if (versionOf(db) < READABLE_SINCE) throw mirrorError(readOnlyBecause)
    standInForNewer(db)
    return new SqliteMirror(db, {
      ...options,
      readOnlyBecause,
      upgraded: false,
      unlock: () => undefined,
      damageFound: () => undefined,
      openBeside: () => db,
    })
  } catch (error) {
    db.close()
    throw error
  }
}

/** Where even the mark cannot be written, the damage will be met again. */
function markDamaged(path: string, log: Log): void {
  try {
    distrust(path)
  } catch (error) {
    log.warn('mirror.not-marked', { problem: diskTrouble(error)?.problem ?? String(error) })
  }
}

const versionOf = (db: Db): number => Number(db.pragma('user_version', { simple: true }))

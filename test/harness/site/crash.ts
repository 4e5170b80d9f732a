import { cpSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import Database from 'better-sqlite3'

/*
 * The end of a process between two SQL statements: the n-th statement on a folder's databases does not run, the files are
 * copied as they stand at that moment (what a disk holds after the process is gone, write-ahead log and all), and every later
 * statement of the dead process fails.
 */

export class SimulatedCrash extends Error {
  /** What is left of the dead process takes it for a failing disk, and gives up in its ordinary way. */
  readonly code = 'SQLITE_IOERR'

  constructor() {
    super('This process is gone.')
    this.name = 'SimulatedCrash'
  }
}

class SimulatedDiskError extends Error {
  readonly code = 'SQLITE_IOERR'
}

interface Watched {
  databases: Set<Database.Database>
  /** Statements still to run before the crash; null while none is planned. */
  left: number | null
  crashed: (() => void) | null
  dead: boolean
  failing: boolean
}

const folders = new Map<string, Watched>()
let isInstalled = false

/** What may be done with the databases of a folder whose process can crash. */
export interface CrashSite {
  /** The n-th statement from now on (1: the next) is the one that does not run. `crashed` is called at that moment. */
  planCrash(statement: number, crashed: () => void): void
  /** Every statement from now on meets a disk that fails. */
  fail(): void
  /** Takes back a planned crash, and mends the disk. */
  calm(): void
  /** The process is gone now: the disk is copied to `folder`, no statement runs any more. */
  leaveBehind(folder: string): void
  /** Closes what a dead process left open. @returns how many databases were open */
  close(): number
}

/** @param folder where the databases of one process are; made by whoever opens them */
export function crashSite(folder: string): CrashSite {
  install()
  const watched: Watched = { databases: new Set(), left: null, crashed: null, dead: false, failing: false }
  folders.set(folder, watched)
  return {
    planCrash(statement, crashed) {
      watched.left = statement
      watched.crashed = crashed
    },
    fail() {
      watched.failing = true
    },
    calm() {
      watched.left = null
      watched.crashed = null
      watched.failing = false
    },
    leaveBehind(to) {
      watched.dead = true
      cpSync(folder, to, { recursive: true, filter: isKeptByDisk })
    },
    close() {
      folders.delete(folder)
      const open = [...watched.databases].filter((database) => database.open)
      for (const database of open) database.close()
      return open.length
    },
  }
}

/** The index of the log and the lock live in the memory of processes, not on the disk. */
const isKeptByDisk = (path: string): boolean => !/-shm$|-lock(-journal)?$/.test(path)

function beforeStatement(database: Database.Database): void {
  if (database.readonly) return
  const watched = folders.get(dirname(database.name))
  if (!watched) return
  watched.databases.add(database)
  if (watched.dead) throw new SimulatedCrash()
  if (watched.failing) throw new SimulatedDiskError()
  if (watched.left === null || basename(database.name).endsWith('-lock')) return
  watched.left -= 1
  if (watched.left > 0) return
  const { crashed } = watched
  watched.left = null
  watched.crashed = null
  crashed?.()
  if (watched.dead) throw new SimulatedCrash()
}

/** Every way to run a statement goes through these methods, whatever prepared it. */
function install(): void {
  if (isInstalled) return
  isInstalled = true
  const probe = new Database(':memory:')
  const statement = Object.getPrototypeOf(probe.prepare('select 1')) as Record<string, unknown>
  probe.close()
  for (const method of ['run', 'get', 'all', 'iterate']) wrap(statement, method, (of) => of.database)
  wrap(
    Database.prototype as unknown as Record<string, unknown>,
    'exec',
    (of) => of as unknown as Database.Database,
  )
}

function wrap(
  prototype: Record<string, unknown>,
  method: string,
  databaseOf: (of: Database.Statement) => Database.Database,
): void {
  const original = prototype[method] as (...args: unknown[]) => unknown
  prototype[method] = function (this: Database.Statement, ...args: unknown[]): unknown {
    beforeStatement(databaseOf(this))
    return original.apply(this, args)
  }
}

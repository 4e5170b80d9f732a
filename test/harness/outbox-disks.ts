import type { Db } from '#engine/mirror/database.ts'
import { realDisk, type Disk, type OpenFile } from '#engine/outbox/disk.ts'

/* Disks for tests of the outbox. */

const unsynced = (file: OpenFile): OpenFile => ({ ...file, sync: () => undefined })

/** Writes like the real one, but waits for nothing: for tests that open a file hundreds of times and pull no plug. */
export const quickDisk: Disk = {
  ...realDisk,
  open: (path) => unsynced(realDisk.open(path)),
  create: (path) => unsynced(realDisk.create(path)),
  syncFolder: () => undefined,
  database(path, nativeBinding) {
    const db = realDisk.database(path, nativeBinding)
    db.pragma('synchronous = off')
    return db
  },
}

/** What the system says, as Node tells it. */
export const systemError = (code: string): Error =>
  Object.assign(new Error(`${code}: simulated`), { code, errno: -1, syscall: 'simulated' })

export interface FailingDisk {
  disk: Disk
  /** What was asked of it since the last `failAt`, in order. */
  steps: string[]
  /**
   * The n-th step from now on fails, counted from 1, and so does everything after it until this is called again, unless `once`.
   * With null nothing fails.
   */
  failAt(n: number | null, how?: { code?: string; once?: boolean }): void
}

/** A disk that fails at a step of the test's choice. What is written before it fails is half of what was to be written. */
export function failingDisk(real: Disk = quickDisk): FailingDisk {
  const steps: string[] = []
  let fatal: number | null = null
  let code = 'EIO'
  let once = false

  const fails = (step: string): boolean => {
    steps.push(step)
    return fatal !== null && (once ? steps.length === fatal : steps.length >= fatal)
  }
  function step<T>(name: string, work: () => T, half: () => void = () => undefined): T {
    if (!fails(name)) return work()
    half()
    throw systemError(code)
  }

  const file = (name: string, open: OpenFile): OpenFile => ({
    write: (bytes, at) =>
      step(
        `write ${name}`,
        () => open.write(bytes, at),
        () => open.write(bytes.subarray(0, bytes.length >> 1), at),
      ),
    sync: () => step(`sync ${name}`, () => open.sync()),
    truncate: (bytes) => step(`truncate ${name}`, () => open.truncate(bytes)),
    close: () => open.close(),
  })

  /** A transaction has three moments to fail at: before it, at its end, and, worst, when it is in the file already. */
  const database = (db: Db): Db =>
    new Proxy(db, {
      get(target, name) {
        if (name === 'transaction')
          return (work: () => void) => ({ immediate: () => transaction(target, work) })
        const member: unknown = Reflect.get(target, name, target)
        return typeof member === 'function' ? (member.bind(target) as unknown) : member
      },
    })
  function transaction(db: Db, work: () => void): void {
    step('begin', () => undefined)
    db.transaction(() => {
      work()
      step('commit', () => undefined)
    }).immediate()
  }

  return {
    steps,
    failAt(n, how = {}) {
      steps.length = 0
      fatal = n
      code = how.code ?? 'EIO'
      once = how.once ?? false
    },
    disk: {
      read: (path) => step('read', () => real.read(path)),
      open: (path) =>
        file(
          'journal',
          step('open', () => real.open(path)),
        ),
      create: (path) =>
        file(
          'new journal',
          step('create', () => real.create(path)),
        ),
      exists: real.exists,
      copy: (from, to) => step('copy', () => real.copy(from, to)),
      rename: (from, to) => step('rename', () => real.rename(from, to)),
      remove: (path) => step('remove', () => real.remove(path)),
      syncFolder: (path) => step('sync folder', () => real.syncFolder(path)),
      database: (path, nativeBinding) => database(step('database', () => real.database(path, nativeBinding))),
    },
  }
}

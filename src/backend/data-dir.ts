import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { BackendStartError } from './start-error.ts'

/*
 * The data folder: `database/` holds Postgres' files, `backend.lock` the process that has them open. Two processes on the
 * same files would destroy them.
 */

export interface DataDir {
  databasePath: string
  /** Lets others in. */
  release(): void
}

/** Takes the folder for this process, making it when missing. Throws BackendStartError. */
export function takeDataDir(path: string): DataDir {
  const lockPath = join(path, 'backend.lock')
  try {
    makeFolder(resolve(path))
    takeLock(lockPath, path)
  } catch (error) {
    if (error instanceof BackendStartError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new BackendStartError(
      'data-dir-unusable',
      `The data folder ${path} cannot be used: ${reason}`,
      error,
    )
  }
  return { databasePath: join(path, 'database'), release: () => rmSync(lockPath, { force: true }) }
}

/** Makes a folder and those above it. Step by step: the recursive form never returns on file systems like /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) return
  makeFolder(dirname(path))
  mkdirSync(path, { mode: 0o700 })
}

function takeLock(lockPath: string, path: string): void {
  try {
    writeFileSync(lockPath, String(process.pid), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
    const owner = Number(readFileSync(lockPath, 'utf8'))
    if (isRunning(owner)) {
      const message = `The data folder ${path} is in use by another backend (process ${owner}). Stop it first, or choose another --data-dir.`
      throw new BackendStartError('data-dir-locked', message)
    }
    // Its owner was killed and could not tidy up.
    rmSync(lockPath, { force: true })
    takeLock(lockPath, path)
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  if (pid === process.pid) return true
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return hasCode(error, 'EPERM')
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

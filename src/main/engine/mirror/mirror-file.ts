import {
  closeSync,
  existsSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { UserId } from '#shared/domain/ids.ts'
import type { Millis } from '#shared/lib/time.ts'
import { mirrorError } from './disk-trouble.ts'
import { APPLICATION_ID, MIRROR_VERSION } from './migrations/index.ts'

/* The file itself: its name, its first page before SQLite is let near it, and setting it aside. */

/**
 * The file of one project and user. Projects differ by address; a trailing slash or the case of the host makes no other.
 * @param directory folder of the mirrors
 */
export function mirrorPath(directory: string, serverUrl: string, owner: UserId): string {
  const project = new URL(serverUrl).href.replace(/\/+$/, '')
  const name = createHash('sha256').update(`${project}\n${owner}`).digest('hex').slice(0, 32)
  return join(directory, `mirror-${name}.db`)
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0

/** Whether there is a database. Whoever ends while making one leaves a file without a byte: nothing is damaged there. */
export const isMade = (path: string): boolean =>
  existsSync(path) && (sizeOf(path) > 0 || sizeOf(`${path}-wal`) > 0)

const HEADER_BYTES = 100
const MAGIC = 'SQLite format 3\0'
const USER_VERSION_AT = 60
const APPLICATION_ID_AT = 68

/** What a file's header says of whose it is and how many migrations it has behind it. */
export interface FileMark {
  applicationId: number
  /** The newest that this console knows. */
  version: number
}

const mirrorMark: FileMark = { applicationId: APPLICATION_ID, version: MIRROR_VERSION }

/**
 * Looks at the first page of an existing file without opening it as a database: a file from a newer version is left
 * exactly as it is, and what is not ours is never written to.
 * @throws MirrorError `damaged` or `from-newer-version`
 */
export function inspectHeader(path: string, { applicationId, version: newest }: FileMark = mirrorMark): void {
  const header = Buffer.alloc(HEADER_BYTES)
  const file = openSync(path, 'r')
  try {
    if (readSync(file, header, 0, HEADER_BYTES, 0) < HEADER_BYTES) throw mirrorError('damaged')
  } finally {
    closeSync(file)
  }
  if (header.toString('latin1', 0, MAGIC.length) !== MAGIC) throw mirrorError('damaged')
  const version = header.readUInt32BE(USER_VERSION_AT)
  // A file whose very first transaction is still in its log has no marks yet: the log will bring them.
  const marked = version > 0 || header.readUInt32BE(APPLICATION_ID_AT) > 0
  if (marked && header.readUInt32BE(APPLICATION_ID_AT) !== applicationId) throw mirrorError('damaged')
  if (version > newest) throw mirrorError('from-newer-version')
}

const mark = (path: string): string => `${path}-distrusted`

/** Leaves a mark beside a file that was found damaged while in use. */
export const distrust = (path: string): void => writeFileSync(mark(path), '')

export const isDistrusted = (path: string): boolean => existsSync(mark(path)) && existsSync(path)

/** Companions of a database in WAL mode; they go wherever it goes. */
export const companions = ['', '-wal', '-shm'] as const

/** Renames a file that cannot be trusted, so that it can still be looked into. @returns its new path */
export function setAside(path: string, now: Millis): string {
  const stamp = new Date(now).toISOString().replace(/[:.]/g, '-')
  let aside = `${path}.damaged-${stamp}`
  for (let n = 2; existsSync(aside); n++) aside = `${path}.damaged-${stamp}-${n}`
  for (const companion of companions) {
    if (existsSync(path + companion)) renameSync(path + companion, aside + companion)
  }
  rmSync(mark(path), { force: true })
  return aside
}

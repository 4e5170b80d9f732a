import { MirrorError, type OpenProblem } from './mirror.ts'

/* From the codes of SQLite and of the file system to the kinds of trouble the engine knows. Never by message text. */

const byCode: [code: string, problem: OpenProblem][] = [
  ['SQLITE_CORRUPT', 'damaged'],
  ['SQLITE_NOTADB', 'damaged'],
  ['SQLITE_FULL', 'disk-full'],
  // The index of the write-ahead log could not grow: on a full disk that is how it shows first.
  ['SQLITE_IOERR_SHMSIZE', 'disk-full'],
  ['ENOSPC', 'disk-full'],
  ['EDQUOT', 'disk-full'],
  ['SQLITE_READONLY', 'read-only'],
  ['SQLITE_CANTOPEN', 'read-only'],
  ['SQLITE_PERM', 'read-only'],
  ['EACCES', 'read-only'],
  ['EPERM', 'read-only'],
  ['EROFS', 'read-only'],
  ['SQLITE_BUSY', 'in-use'],
  ['SQLITE_LOCKED', 'in-use'],
  ['SQLITE_IOERR', 'io-error'],
  ['EIO', 'io-error'],
]

const sentences: Record<OpenProblem, string> = {
  damaged: 'The file of the local copy is damaged.',
  'from-newer-version': 'The file of the local copy was made by a newer version of the console.',
  'disk-full': 'The disk of the local copy is full.',
  'read-only': 'The disk or folder of the local copy cannot be written to.',
  'in-use': 'Another console has the local copy open.',
  'io-error': 'The disk of the local copy failed to read or write.',
}

export const mirrorError = (problem: OpenProblem, cause?: unknown): MirrorError =>
  new MirrorError(problem, sentences[problem], cause)

/** The trouble behind an error, or null when it is none of the disk's: then it is a mistake of ours. */
export function diskTrouble(error: unknown): MirrorError | null {
  if (error instanceof MirrorError) return error
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null
  const { code } = error
  const match = byCode.find(([known]) => code === known || code.startsWith(`${known}_`))
  return match ? mirrorError(match[1], error) : null
}

/** Runs `work`; what the disk throws comes out as a MirrorError, everything else as it is. */
export function naming<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw diskTrouble(error) ?? error
  }
}

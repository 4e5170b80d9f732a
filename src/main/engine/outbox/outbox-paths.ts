import type { UserId } from '#shared/domain/ids.ts'
import type { Millis } from '#shared/lib/time.ts'
import { mirrorPath } from '../mirror/mirror-file.ts'
import type { Disk } from './disk.ts'

/* Names of the outbox's files: those of the mirror of the same project and user, with `.outbox` in them. */

/** @param directory folder of the mirrors */
export const outboxPath = (directory: string, serverUrl: string, owner: UserId): string =>
  `${mirrorPath(directory, serverUrl, owner)}.outbox`

export const journalPath = (outbox: string): string => `${outbox}.journal`

/**
 * Copies a journal that cannot be wholly read, so that it can still be looked into when it is rewritten.
 * @returns where to
 */
export function copyAside(disk: Disk, path: string, now: Millis): string {
  const stamp = new Date(now).toISOString().replace(/[:.]/g, '-')
  let aside = `${path}.bad-${stamp}`
  for (let n = 2; disk.exists(aside); n++) aside = `${path}.bad-${stamp}-${n}`
  try {
    disk.copy(path, aside)
  } catch (error) {
    disk.remove(aside)
    throw error
  }
  return aside
}

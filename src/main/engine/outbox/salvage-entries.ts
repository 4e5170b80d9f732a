import type { MutationId, UserId } from '#shared/domain/ids.ts'
import type { Db } from '../mirror/database.ts'
import { openDamaged } from '../mirror/open-database.ts'
import { entryOf, type EntryRow } from './entry-row.ts'
import type { Entry } from './outbox.ts'

/**
 * What can still be read of a damaged file, where the journal is no better: from both ends of the table up to what cannot be read.
 * Each row's seal says whether it is as it was written. The file is only read.
 */
export function salvageEntries(path: string, owner: UserId, nativeBinding: string | null): Entry[] {
  const db = orNull(() => openDamaged(path, nativeBinding))
  if (db === null) return []
  try {
    if (!mayBeOf(owner, db)) return []
    const found = new Map<MutationId, Entry>()
    for (const direction of ['asc', 'desc'] as const) {
      orNull(() => {
        for (const entry of rowsOf(db, direction)) found.set(entry.id, entry)
      })
    }
    return [...found.values()].sort((a, b) => a.no - b.no)
  } finally {
    db.close()
  }
}

function* rowsOf(db: Db, direction: 'asc' | 'desc'): Generator<Entry> {
  const rows = db.prepare<[], EntryRow>(
    `select no, id, state, work, fate from entries order by no ${direction}`,
  )
  const seen = new Set<number>()
  for (const row of rows.iterate()) {
    // Damaged pages can lead in circles.
    if (seen.has(row.no)) return
    seen.add(row.no)
    const entry = orNull(() => entryOf(row))
    if (entry) yield entry
  }
}

/** A file that cannot say any more whose it is still has the name that was made from its owner's. */
function mayBeOf(owner: UserId, db: Db): boolean {
  const held = orNull(() =>
    db.prepare<[], string>("select value from meta where key = 'owner'").pluck().get(),
  )
  return (held ?? owner) === owner
}

/** Whatever a damaged file throws, there is nothing to be had there. */
function orNull<T>(work: () => T): T | null {
  try {
    return work()
  } catch {
    return null
  }
}

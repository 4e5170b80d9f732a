import { must } from '#shared/lib/must.ts'
import type { Millis } from '#shared/lib/time.ts'
import { mirrorError } from '../mirror/disk-trouble.ts'
import type { Entry } from './outbox.ts'
import { seal, unseal } from './sealed.ts'

/* An entry as its row, and back. */

export interface EntryRow {
  no: number
  id: string
  state: string
  work: string
  fate: string
}

export type EntryValues = [
  no: number,
  id: string,
  state: string,
  changedAt: Millis,
  work: string,
  fate: string,
]

type Work = Pick<Entry, 'no' | 'id' | 'keptAt' | 'command' | 'lanes' | 'effects' | 'doubt' | 'seen'>
type Fate = Omit<Entry, keyof Work>

/** When the last thing happened to it. */
export const changedAt = ({ history }: Entry): Millis => must(history.at(-1), 'a history').at

export function rowOf(entry: Entry): EntryValues {
  const { no, id, keptAt, command, lanes, effects, doubt, seen, ...fate } = entry
  const work: Work = { no, id, keptAt, command, lanes, effects, doubt, seen }
  return [no, id, entry.state, changedAt(entry), seal(work), seal(fate satisfies Fate)]
}

/** @throws MirrorError `damaged` when the row is not as it was written */
export function entryOf(row: EntryRow): Entry {
  // The seal says that we wrote it.
  const work = unseal(row.work) as Work | undefined
  const fate = unseal(row.fate) as Fate | undefined
  if (!work || !fate) throw mirrorError('damaged')
  if (work.no !== row.no || work.id !== row.id || fate.state !== row.state) throw mirrorError('damaged')
  return { ...work, ...fate }
}

import type { MutationId, UserId } from '#shared/domain/ids.ts'
import { entriesAfter, type WorkEvent } from './entry-events.ts'
import type { Entry } from './outbox.ts'
import { seal, unseal } from './sealed.ts'

/*
 * What stands in the journal: one sealed line for each thing that happened, numbered without gaps. It begins with a line about
 * itself and the entries it began with, which have that line's number.
 */

/** Raised when an older console could not read what this one writes. */
export const JOURNAL_VERSION = 1

export interface Beginning {
  e: 'begin'
  version: number
  owner: UserId
  server: string
  /** The highest number that was ever given to an entry. */
  lastNo: number
  /** How many entries follow. */
  entries: number
}

export type JournalLine = { n: number } & (
  | Beginning
  | { e: 'entry'; entry: Entry }
  | WorkEvent
  /** The line of this number never happened: its commit failed, and whoever asked for it was told so. */
  | { e: 'void'; of: number }
)

export type EventLine = { n: number } & WorkEvent

const events: ReadonlySet<string> = new Set<WorkEvent['e']>([
  'kept',
  'sending',
  'answered',
  'unanswered',
  'settled',
  'taken-back',
  'undone',
  'amended',
  'discarded',
  'assigned',
])

export const isEvent = (line: JournalLine): line is EventLine => events.has(line.e)

/** With its end. */
export const writtenLine = (line: JournalLine): string => `${seal(line)}\n`

/** @returns null when it is not as it was written */
export function readLine(text: string): JournalLine | null {
  const line = unseal(text)
  return isLine(line) ? line : null
}

/** The sum says that we wrote it, the kind that we know what it means. */
function isLine(value: unknown): value is JournalLine {
  if (typeof value !== 'object' || value === null || !('n' in value) || !('e' in value)) return false
  const { n, e } = value
  if (typeof n !== 'number' || typeof e !== 'string') return false
  return e === 'begin' || e === 'entry' || e === 'void' || events.has(e)
}

export interface Replay {
  entries: Map<MutationId, Entry>
  /** Numbers of the lines that never happened. */
  voided: ReadonlySet<number>
  lastNo: number
}

/** The entries as the lines tell of them. Events of an entry whose own line is lost tell nothing. */
export function replay(lines: readonly JournalLine[]): Replay {
  const voided = new Set(lines.flatMap((line) => (line.e === 'void' ? [line.of] : [])))
  const entries = new Map<MutationId, Entry>()
  let lastNo = 0
  for (const line of lines) {
    if (line.e === 'begin') lastNo = Math.max(lastNo, line.lastNo)
    if (line.e === 'kept') lastNo = Math.max(lastNo, line.no)
    if (line.e === 'entry') entries.set(line.entry.id, line.entry)
    if (!isEvent(line) || voided.has(line.n)) continue
    for (const entry of entriesAfter(line, (id) => entries.get(id) ?? null)) entries.set(entry.id, entry)
  }
  return { entries, voided, lastNo }
}

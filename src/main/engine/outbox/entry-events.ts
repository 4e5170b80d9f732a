import type { CommandOutcome } from '#shared/domain/commands.ts'
import type { MutationId } from '#shared/domain/ids.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { SendTrouble, WorkState } from '#shared/protocol/work.ts'
import type { Entry, NewWork } from './outbox.ts'

/*
 * Everything that can happen to a kept command, and what it makes of it. Pure: the same events on the same entries give the same
 * entries, be it when they happen or when the journal is read again.
 */

export type WorkEvent =
  | { e: 'kept'; at: Millis; no: number; work: NewWork }
  | { e: 'sending'; at: Millis; ids: readonly MutationId[] }
  | { e: 'answered'; at: Millis; outcomes: readonly CommandOutcome[] }
  | {
      e: 'unanswered'
      at: Millis
      ids: readonly MutationId[]
      fate: 'unsure' | 'surely-not'
      trouble: SendTrouble
    }
  | { e: 'settled'; at: Millis; ids: readonly MutationId[] }
  | { e: 'taken-back'; at: Millis; id: MutationId }
  | { e: 'undone'; at: Millis; id: MutationId; by: MutationId }
  | { e: 'amended'; at: Millis; id: MutationId; by: MutationId }
  | { e: 'discarded'; at: Millis; id: MutationId; reason: string }
  | { e: 'assigned'; at: Millis; id: MutationId; note: string }

/** What the server may still have to do with, or the rows do not show yet: what the overlay draws. */
export const unsettledStates: readonly WorkState[] = ['queued', 'sending', 'applied']

/** Whether nothing can happen any more to an entry in this state. */
export const hasEnded = (state: WorkState): boolean => state === 'settled' || state === 'taken-back'

/** @returns the entry that follows, or null when the event is not for an entry in this state */
type Change = (entry: Entry) => Entry | null

/**
 * The entries an event changes, as they are after it; those it does not concern are left out.
 * @param get the entries as they are before it
 */
export function entriesAfter(event: WorkEvent, get: (id: MutationId) => Entry | null): Entry[] {
  if (event.e === 'kept') {
    return get(event.work.command.mutation_id) === null ? [keptEntry(event)] : []
  }
  const changed = new Map<MutationId, Entry>()
  for (const [id, change] of changesOf(event)) {
    const entry = changed.get(id) ?? get(id)
    const next = entry && change(entry)
    if (next) changed.set(id, next)
  }
  return [...changed.values()]
}

/** Which commands an event is about, whether or not it changes them. */
export const idsOf = (event: WorkEvent): MutationId[] =>
  event.e === 'kept' ? [event.work.command.mutation_id] : changesOf(event).map(([id]) => id)

function keptEntry({ at, no, work }: Extract<WorkEvent, { e: 'kept' }>): Entry {
  return {
    ...work,
    no,
    id: work.command.mutation_id,
    state: 'queued',
    keptAt: at,
    trouble: null,
    attempts: 0,
    notBefore: null,
    outcome: null,
    assigned: null,
    undoneBy: null,
    amendedBy: null,
    history: [{ at, event: 'queued', note: null }],
  }
}

function changesOf(event: Exclude<WorkEvent, { e: 'kept' }>): [MutationId, Change][] {
  switch (event.e) {
    case 'sending':
      return each(event.ids, sent(event.at))
    case 'answered':
      return event.outcomes.map((outcome) => [outcome.mutation_id as MutationId, answered(outcome, event.at)])
    case 'unanswered':
      return each(event.ids, unanswered(event))
    case 'settled':
      return each(
        event.ids,
        from('applied', (entry) => told(entry, 'settled', event.at)),
      )
    case 'taken-back':
      return [[event.id, takenBack(event.at)]]
    case 'undone':
      return [[event.id, (entry) => ({ ...entry, undoneBy: event.by })]]
    case 'amended':
      return [[event.id, onDesk((entry) => ({ ...told(entry, 'amended', event.at), amendedBy: event.by }))]]
    case 'discarded':
      return [[event.id, onDesk((entry) => told(entry, 'discarded', event.at, event.reason))]]
    case 'assigned':
      return [[event.id, onDesk((entry) => assigned(entry, event))]]
  }
}

const each = (ids: readonly MutationId[], change: Change): [MutationId, Change][] =>
  ids.map((id) => [id, change])

const from =
  (state: WorkState, change: (entry: Entry) => Entry): Change =>
  (entry) =>
    entry.state === state ? change(entry) : null

const onDesk = (change: (entry: Entry) => Entry): Change => from('refused', change)

/** One that got no answer may be sent again: it stays `sending`, and the attempt is counted. */
const sent =
  (at: Millis): Change =>
  (entry) =>
    entry.state === 'queued' || entry.state === 'sending'
      ? { ...told(entry, 'sending', at), attempts: entry.attempts + 1, notBefore: null }
      : null

const answered = (outcome: CommandOutcome, at: Millis): Change =>
  from('sending', (entry) => ({
    ...told(entry, outcome.outcome, at),
    outcome,
    trouble: null,
    notBefore: null,
  }))

const unanswered = ({ fate, trouble, at }: Extract<WorkEvent, { e: 'unanswered' }>): Change =>
  from('sending', (entry) => ({
    ...(fate === 'unsure' ? entry : told(entry, 'queued', at, trouble.because)),
    trouble,
    notBefore: trouble.nextAt,
  }))

/** Only what was never sent: one that surely did not arrive may all the same be under way again. */
const takenBack =
  (at: Millis): Change =>
  (entry) =>
    entry.state === 'queued' && entry.attempts === 0 ? told(entry, 'taken-back', at) : null

const assigned = (entry: Entry, { note, at }: { note: string; at: Millis }): Entry => ({
  ...told(entry, 'refused', at, note),
  assigned: { note, at },
})

/** The first and the newest of a long history are kept: days of retries must not make an entry grow. */
const FIRST_TOLD = 10
const MOST_TOLD = 40

function told(entry: Entry, state: WorkState, at: Millis, note: string | null = null): Entry {
  const history = [...entry.history, { at, event: state, note }]
  if (history.length > MOST_TOLD) history.splice(FIRST_TOLD, history.length - MOST_TOLD)
  return { ...entry, state, history }
}

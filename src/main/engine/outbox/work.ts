import type { OrderId } from '#shared/domain/ids.ts'
import type { Answer, Question } from '#shared/protocol/contract.ts'
import type { Reply } from '#shared/protocol/reply.ts'
import type { ListParams, ValueParams } from '#shared/protocol/views.ts'
import type { WorkDetail, WorkFile, WorkItem, WorkSummary } from '#shared/protocol/work.ts'
import type { Page } from '../mirror/mirror.ts'
import type { Entry } from './outbox.ts'

/** What the views ask of a person's work at this station. */
export interface WorkReader {
  list(params: ListParams<'work.list'>): Page<WorkItem>
  summary(): WorkSummary
  detail(params: ValueParams<'work.detail'>): WorkDetail | null
  /** What the rows do not show yet, in the order it was kept. */
  unsettled(): readonly Pick<Entry, 'command' | 'keptAt'>[]
  /** What was done to one order, newest first, as far as it is among the newest work. */
  ofOrder(id: OrderId): WorkItem[]
}

/** What the views are told while nobody is signed in: how much of others is still on its way. */
export const nobodysWork = (unsentOfOthers: () => number): WorkReader => ({
  list: () => ({ total: 0, rows: [] }),
  summary: () => ({ unsent: 0, oldestUnsentAt: null, refused: 0, unsentOfOthers: unsentOfOthers() }),
  detail: () => null,
  unsettled: () => [],
  ofOrder: () => [],
})

/** What windows may ask about work, beside the files, which the main process writes and reads. */
export type WorkChannel =
  | 'work.submit'
  | 'work.undo'
  | 'work.begin-count'
  | 'work.retry'
  | 'work.amend'
  | 'work.discard'
  | 'work.assign'

/** One person's work at this station: the rules, the outbox and the drawing over the mirror, put together. */
export interface WorkDesk extends WorkReader {
  answer<C extends WorkChannel>(channel: C, question: Question<C>): Reply<Answer<C>>
  /** The unsent work, to be written to a file. It stays here as well: ids make it harmless. */
  exportUnsent(): Reply<WorkFile>
  /** Takes unsent work from a file's text; each command once. Lets others have their turn in between. */
  importUnsent(text: string): Promise<Reply<{ taken: number; known: number }>>
  /** Draws all unsettled work anew: at the start, and after the mirror was made anew. */
  redraw(): void
  /** Draws what was kept in this turn, before anybody looks at it. */
  drawn(): void
  /** Ends timers; the outbox is its owner's to close. */
  stop(): void
}

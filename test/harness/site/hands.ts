import type { Command, CommandIntent, CountBasis } from '#shared/domain/commands.ts'
import type { MutationId, UserId } from '#shared/domain/ids.ts'
import type { Answer, Question } from '#shared/protocol/contract.ts'
import type { ViewId } from '#shared/protocol/delta.ts'
import type { Reply } from '#shared/protocol/reply.ts'
import { MAX_WINDOW } from '#shared/protocol/views.ts'
import type { Submission, UndoAnswer, WorkItem, WorkState, WorkSummary } from '#shared/protocol/work.ts'
import type { Engine } from '#engine/engine.ts'
import { successorOf } from '#engine/outbox/desk-ids.ts'
import type { WorkChannel } from '#engine/outbox/work.ts'
import type { WindowId } from '#engine/ports.ts'
import { movesOf } from './moves.ts'
import type { Asked, Move } from './moves.ts'

/**
 * What became of something that was asked for, as far as the person at the window knows. `asked`: no answer has come, and
 * none comes any more when the process died: it may be on disk or not. `gone`: after that it was not found on disk. `found`:
 * it was, or the console made it by itself (a retry). `withdrawn`: taken back before it was sent.
 */
export type Heard = 'asked' | 'receipted' | 'objected' | 'found' | 'gone' | 'withdrawn'

/** One thing somebody asked for. */
export interface Note {
  id: MutationId
  user: UserId
  command: Asked
  /** What it means for bins. */
  moves: readonly Move[]
  heard: Heard
}

type UndoAsked = Pick<Extract<Command, { kind: 'undo' }>, 'kind' | 'mutation_id' | 'undoes'>

/**
 * Somebody who works at a console, and writes down what they did and what they were told. The notes are the site's, not the
 * engine's.
 */
export interface Hands {
  readonly notes: ReadonlyMap<MutationId, Note>
  /** @returns null when the process died before it answered, or when it could not keep it */
  submit(command: CommandIntent): Promise<Submission | null>
  undo(id: MutationId, undoes: MutationId): Promise<UndoAnswer | null>
  beginCount(bin: Question<'work.begin-count'>): Promise<CountBasis | null>
  amend(refused: MutationId, command: CommandIntent): Promise<Submission | null>
  /** The desk's other questions. @returns whether it was done; null when nobody answered */
  retry(refused: MutationId): Promise<boolean | null>
  discard(refused: MutationId, reason: string): Promise<boolean | null>
  assign(refused: MutationId, note: string): Promise<boolean | null>
  /** Everything the console says about the work of whoever is signed in; null when it does not answer. */
  list(): Promise<WorkItem[] | null>
  /** Nobody's work at this console is on its way any more; what waits for a person may wait. */
  isDone(): Promise<boolean>
  /** Notes what is there beyond what was asked for, and what is not there any more. */
  compare(list: readonly WorkItem[]): void
}

interface HandsPorts {
  /** The engine that answers now; null when there is none. */
  engine: () => Engine | null
  user: () => UserId | null
  /** A reply of the console that was none. */
  refused: (channel: string, code: string) => void
}

const WORKS = 4 as WindowId
const onTheWay: readonly WorkState[] = ['queued', 'sending', 'applied']

export function workingHands(ports: HandsPorts): Hands {
  const notes = new Map<MutationId, Note>()

  /** @returns null when it did not answer with a value */
  async function ask<C extends WorkChannel>(channel: C, question: Question<C>): Promise<Answer<C> | null> {
    const engine = ports.engine()
    if (!engine) return null
    let reply: Reply<Answer<C>>
    try {
      reply = await engine.ask(WORKS, channel, question)
    } catch (error) {
      // A process that was killed meanwhile answers no question; one that lives must.
      if (ports.engine() === engine) throw error
      return null
    }
    if (ports.engine() !== engine) return null
    if (!reply.ok) ports.refused(channel, reply.error.code)
    return reply.ok ? reply.value : null
  }

  function note(command: Asked | UndoAsked, moves: readonly Move[]): Note | null {
    const user = ports.user()
    if (user === null) return null
    const id = command.mutation_id
    const noted: Note = { id, user, command: command as Asked, moves, heard: 'asked' }
    notes.set(id, noted)
    return noted
  }

  function hear(noted: Note | null, answer: Submission | null): Submission | null {
    if (noted && answer) noted.heard = answer.kind === 'kept' ? 'receipted' : 'objected'
    return answer
  }

  const done = async (answering: Promise<object | null>): Promise<boolean | null> => {
    const engine = ports.engine()
    const answer = await answering
    return ports.engine() === engine && engine ? answer !== null : null
  }

  /**
   * A retry is a command of its own. Its note is there before it is asked for, as any other: its figure may be on the screen before
   * the console's list is looked at.
   */
  async function retry(refused: MutationId): Promise<boolean | null> {
    const before = notes.get(refused)
    const mutation_id = successorOf(refused)
    const noted =
      before && !notes.has(mutation_id) ? note({ ...before.command, mutation_id }, before.moves) : null
    const isDone = await done(ask('work.retry', { id: refused }))
    if (noted && isDone) noted.heard = 'receipted'
    return isDone
  }

  const hands: Hands = {
    notes,
    async submit(command) {
      const noted = note(command, movesOf(command))
      return hear(noted, await ask('work.submit', { command }))
    },
    async undo(id, undoes) {
      const target = notes.get(undoes)
      const command: UndoAsked = { kind: 'undo', mutation_id: id, undoes }
      const noted = note(
        command,
        (target?.moves ?? []).map((move) => ({ ...move, pieces: -move.pieces })),
      )
      const answer = await ask('work.undo', { id, undoes })
      if (answer?.kind !== 'taken-back') {
        hear(noted, answer)
        return answer
      }
      if (noted) noted.heard = 'gone'
      if (target) target.heard = 'withdrawn'
      return answer
    },
    beginCount: async (bin) => (await ask('work.begin-count', bin))?.basis ?? null,
    async amend(id, command) {
      const noted = note({ ...command, mutation_id: successorOf(id) }, movesOf(command))
      return hear(noted, await ask('work.amend', { id, command }))
    },
    retry,
    discard: (id, reason) => done(ask('work.discard', { id, reason })),
    assign: (id, words) => done(ask('work.assign', { id, note: words })),

    async list() {
      const items: WorkItem[] = []
      for (;;) {
        const engine = ports.engine()
        if (!engine) return null
        const params = { filter: 'all', offset: items.length, limit: MAX_WINDOW } as const
        const viewId = 'work' as ViewId
        const reply = await engine.ask(WORKS, 'view.open', { viewId, view: { name: 'work.list', params } })
        engine.forget(WORKS)
        if (ports.engine() !== engine || !reply.ok || reply.value.result.kind !== 'list') return null
        const { rows, total } = reply.value.result
        items.push(...(rows as WorkItem[]))
        if (items.length >= total || rows.length === 0) return items
      }
    },
    async isDone() {
      if (notes.size === 0) return true
      const list = await hands.list()
      const engine = ports.engine()
      if (!list || !engine || list.some(({ state }) => onTheWay.includes(state))) return false
      const view = { name: 'work.summary', params: {} } as const
      const reply = await engine.ask(WORKS, 'view.open', { viewId: 'summary' as ViewId, view })
      engine.forget(WORKS)
      if (!reply.ok || reply.value.result.kind !== 'value') return false
      return (reply.value.result.value as WorkSummary).unsentOfOthers === 0
    },
    compare(list) {
      const user = ports.user()
      if (user === null) return
      const there = new Set(list.map(({ id }) => id))
      for (const noted of notes.values()) {
        if (noted.heard === 'asked' && noted.user === user)
          noted.heard = there.has(noted.id) ? 'found' : 'gone'
      }
      // Oldest first: an undo stands behind what it undoes.
      for (const { id, command, state } of [...list].reverse()) {
        const noted = notes.get(id)
        // The process died before it could say that it had taken it back.
        if (noted && state === 'taken-back') noted.heard = 'withdrawn'
        if (noted) continue
        const undone = command.kind === 'undo' ? notes.get(command.undoes)?.moves : []
        notes.set(id, { id, user, command, moves: movesOf(command, undone), heard: 'found' })
      }
    },
  }
  return hands
}

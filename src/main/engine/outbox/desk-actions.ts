import type { Command } from '#shared/domain/commands.ts'
import type { MutationId } from '#shared/domain/ids.ts'
import { failed, ok } from '#shared/protocol/reply.ts'
import type { Reply } from '#shared/protocol/reply.ts'
import type { Answer, Question } from '#shared/protocol/contract.ts'
import { objectionTo } from '../commands/index.ts'
import type { CommandOf } from '../commands/spec.ts'
import { handoverOf, successorOf } from './desk-ids.ts'
import type { Entry, Outbox } from './outbox.ts'
import { canonical, receiptOf } from './work-keeper.ts'
import type { WorkKeeper } from './work-keeper.ts'
import { subjectOf } from './work-subject.ts'

/**
 * The refused desk: what a person may do with what the server refused [O3]. Each may be asked again after a crash or a second
 * click, and is done once. All throw OutboxError or MirrorError; nothing was done then, or what was done is ended the next time.
 */
export interface DeskActions {
  retry(question: Question<'work.retry'>): Reply<Answer<'work.retry'>>
  amend(question: Question<'work.amend'>): Reply<Answer<'work.amend'>>
  discard(question: Question<'work.discard'>): Reply<Answer<'work.discard'>>
  assign(question: Question<'work.assign'>): Reply<Answer<'work.assign'>>
  /** Ends what a crash left on the desk although its successor was kept. */
  tidy(): void
}

const PAGE = 200

export function deskActions({ outbox, keeper }: { outbox: Outbox; keeper: WorkKeeper }): DeskActions {
  /** Ends a refused command in favour of its successor, which is on disk. */
  const end = (id: MutationId): void =>
    keeper.afterwards('end a refused command', () => outbox.amended(id, successorOf(id)))

  function keepSuccessor(refused: Entry, successor: Command): Entry {
    const entry = keeper.keep(successor, objectionTo(successor, keeper.look()))
    if (successor.kind === 'undo') {
      keeper.afterwards('mark undone', () => outbox.undone(successor.undoes, successor.mutation_id))
    }
    end(refused.id)
    return entry
  }

  return {
    retry(question) {
      const id = canonical(question.id)
      const entry = outbox.get(id)
      if (outbox.get(successorOf(id))) return endedBefore(id)
      if (entry?.state !== 'refused') return notOnDesk(entry)
      keepSuccessor(entry, { ...entry.command, mutation_id: successorOf(id) })
      return ok({})
    },

    amend(question) {
      const id = canonical(question.id)
      const entry = outbox.get(id)
      const before = outbox.get(successorOf(id))
      if (before) {
        end(id)
        return ok(receiptOf(before))
      }
      if (entry?.state !== 'refused') return notOnDesk(entry)
      const answer = keeper.submit({ ...keeper.stamped(question.command), mutation_id: successorOf(id) })
      if (answer.kind === 'kept') end(id)
      return ok(answer)
    },

    discard(question) {
      const id = canonical(question.id)
      if (outbox.discard(id, question.reason)) return ok({})
      const entry = outbox.get(id)
      return entry?.state === 'discarded' ? ok({}) : notOnDesk(entry)
    },

    assign(question) {
      const id = canonical(question.id)
      const entry = outbox.get(id)
      if (entry?.state !== 'refused' || entry.outcome?.outcome !== 'refused') return notOnDesk(entry)
      const { product, warehouse } = subjectOf(entry.command, keeper.look())
      if (warehouse === null) {
        return failed('bad-request', 'This belongs to no warehouse: there is nobody to hand it to.')
      }
      const { code, facts } = entry.outcome
      const handover: CommandOf<'refusal.assign'> = {
        kind: 'refusal.assign',
        ...keeper.stamps(),
        mutation_id: handoverOf(id, question.note),
        warehouse_id: warehouse,
        refused: id,
        refused_kind: entry.command.kind,
        code,
        facts,
        product_id: product,
        note: question.note,
      }
      const answer = keeper.submit(handover)
      if (answer.kind === 'objected') {
        return failed('bad-request', `This cannot be handed over (${answer.refusal.code}).`)
      }
      keeper.afterwards('mark assigned', () => outbox.assign(id, question.note))
      return ok({})
    },

    tidy() {
      for (let offset = 0; ; offset += PAGE) {
        const { rows } = outbox.page('refused', offset, PAGE)
        const replaced = rows.filter(({ id }) => outbox.get(successorOf(id)))
        for (const { id } of replaced) outbox.amended(id, successorOf(id))
        if (rows.length < PAGE) return
        offset -= replaced.length
      }
    },
  }

  function endedBefore(id: MutationId): Reply<Record<string, never>> {
    end(id)
    return ok({})
  }
}

const notOnDesk = (entry: Entry | null): Reply<never> =>
  failed(
    'bad-request',
    entry === null
      ? 'This station has no such work.'
      : 'This does not lie on the desk any more: somebody has settled it.',
  )

import { failed, ok } from '#shared/protocol/reply.ts'
import type { Reply } from '#shared/protocol/reply.ts'
import type { Answer, Question } from '#shared/protocol/contract.ts'
import type { OwnChannel, OwnQuestions } from '../engine.ts'
import type { WorkChannel, WorkDesk } from '../outbox/work.ts'
import { replyOfOutbox } from '../outbox/work-errors.ts'
import type { WindowId } from '../ports.ts'
import type { UserSession } from './user-session.ts'

type WorkAnswers = {
  [C in WorkChannel]: (window: WindowId, question: Question<C>) => Promise<Reply<Answer<C>>>
}
type OwnWork = Extract<OwnChannel, `work.${string}`>
type OwnAnswers = {
  [C in OwnWork]: (question: OwnQuestions[C]['question']) => Promise<Reply<OwnQuestions[C]['answer']>>
}

/**
 * Questions about work, answered by the desk of whoever is signed in.
 * @param isExpected whether somebody is signed in whose files could not be opened
 */
export function workAsks(
  session: () => UserSession | null,
  isExpected: () => boolean,
): { answers: WorkAnswers; own: OwnAnswers } {
  function theDesk(): Reply<WorkDesk> {
    const work = session()?.work
    if (work?.kind === 'open') return ok(work.desk)
    if (work) return replyOfOutbox(work.problem)
    if (!isExpected()) return failed('not-ready', 'Nobody is signed in at this station.')
    return failed(
      'not-ready',
      'The local copy cannot be opened: this was not kept. The status says why.',
      true,
    )
  }

  const onDesk =
    <C extends WorkChannel>(channel: C) =>
    async (_window: WindowId, question: Question<C>): Promise<Reply<Answer<C>>> => {
      const desk = theDesk()
      return desk.ok ? desk.value.answer(channel, question) : desk
    }

  return {
    answers: {
      'work.submit': onDesk('work.submit'),
      'work.undo': onDesk('work.undo'),
      'work.begin-count': onDesk('work.begin-count'),
      'work.retry': onDesk('work.retry'),
      'work.amend': onDesk('work.amend'),
      'work.discard': onDesk('work.discard'),
      'work.assign': onDesk('work.assign'),
    },
    own: {
      'work.gather': async () => {
        const desk = theDesk()
        return desk.ok ? desk.value.exportUnsent() : desk
      },
      'work.take-in': async ({ text }) => {
        const desk = theDesk()
        return desk.ok ? desk.value.importUnsent(text) : desk
      },
    },
  }
}

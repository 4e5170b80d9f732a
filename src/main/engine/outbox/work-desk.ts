import { failed, ok } from '#shared/protocol/reply.ts'
import type { Reply } from '#shared/protocol/reply.ts'
import type { Answer, Question } from '#shared/protocol/contract.ts'
import type { OperatorId, StationId } from '#shared/domain/ids.ts'
import type { WorkFile } from '#shared/protocol/work.ts'
import { MirrorError } from '../mirror/mirror.ts'
import type { Changeset, Mirror, OpenProblem, Overlay } from '../mirror/mirror.ts'
import type { Look } from '../commands/look.ts'
import type { Clock, Log } from '../ports.ts'
import type { UpstreamUser } from '../upstream/upstream.ts'
import { deskActions } from './desk-actions.ts'
import { OutboxError } from './outbox.ts'
import type { Outbox } from './outbox.ts'
import { beginCount } from './work-count.ts'
import { workDrawing } from './work-drawing.ts'
import { replyOfMirror, replyOfOutbox } from './work-errors.ts'
import { readWorkFile } from './work-file.ts'
import { detailOf, itemOf, workOfOrder } from './work-items.ts'
import { lookFrom } from './work-look.ts'
import { canonical, workKeeper } from './work-keeper.ts'
import { undoWork } from './work-undo.ts'
import type { WorkChannel, WorkDesk } from './work.ts'

export interface WorkDeskPorts {
  outbox: Outbox
  mirror: Overlay & Pick<Mirror, 'cursor'>
  clock: Clock
  log: Log
  user: UpstreamUser
  serverUrl: string
  /** Null until the server has told this station its name. */
  station: StationId | null
  operator: OperatorId | null
  /** Runs it when the receipt is on its way. */
  soon: (work: () => void) => void
  /** The mirror's drawing changed. */
  changed: (changeset: Changeset) => void
  /** There is something to send. */
  nudge: () => void
  /** Unsent work of other people at this station. */
  unsentOfOthers: () => number
  /** The disk refused the outbox or the mirror; what was asked was not done. */
  diskRefused: (problem: OpenProblem, detail: string) => void
}

/** So many commands of a file are taken in before others have their turn. */
const TAKEN_AT_ONCE = 20

export function createWorkDesk(ports: WorkDeskPorts): WorkDesk {
  const { outbox, mirror, clock, user, serverUrl, unsentOfOthers, diskRefused } = ports
  const log = ports.log.with({ component: 'work' })
  const drawing = workDrawing({ ...ports, log })
  const keeper = workKeeper({ ...ports, log, drawing, user: user.id })
  const desk = deskActions({ outbox, keeper })
  /** As it is drawn: whoever only shows it writes nothing. */
  const shown = (): Look => lookFrom({ outbox, mirror, clock, user: user.id })
  let stopped = false

  const answers: { [C in WorkChannel]: (question: Question<C>) => Reply<Answer<C>> } = {
    'work.submit': ({ command }) => ok(keeper.submit(keeper.stamped(command))),
    'work.undo': (question) => ok(undoWork({ outbox, keeper, drawing }, question)),
    'work.begin-count': (question) => {
      // What is kept and not drawn is not in the figure that a person would count against.
      drawing.catchUp()
      if (!drawing.isWhole() && !drawing.redraw()) return replyOfMirror()
      return beginCount({ outbox, mirror, look: keeper.look() }, question)
    },
    'work.retry': (question) => desk.retry(question),
    'work.amend': (question) => desk.amend(question),
    'work.discard': (question) => desk.discard(question),
    'work.assign': (question) => desk.assign(question),
  }

  /** Whatever the disk refuses is said in words; nothing was half done then. */
  function carefully<T>(work: () => Reply<T>): Reply<T> {
    if (stopped) return failed('not-ready', 'This person’s work is being closed.', true)
    try {
      return work()
    } catch (error) {
      log.error('work.refused', { error: String(error) })
      if (!(error instanceof OutboxError || error instanceof MirrorError)) throw error
      diskRefused(error.problem, error.message)
      return error instanceof OutboxError ? replyOfOutbox(error.problem) : replyOfMirror()
    }
  }

  async function takeIn({ commands }: WorkFile): Promise<Reply<{ taken: number; known: number }>> {
    let taken = 0
    for (const [i, command] of commands.entries()) {
      if (i > 0 && i % TAKEN_AT_ONCE === 0) await new Promise<void>((resolve) => clock.after(0, resolve))
      const kept = carefully(() => {
        const mutation_id = canonical(command.mutation_id)
        if (outbox.get(mutation_id)) return ok(0)
        keeper.keep({ ...command, mutation_id })
        if (command.kind === 'undo') {
          keeper.afterwards('mark undone', () => outbox.undone(canonical(command.undoes), mutation_id))
        }
        return ok(1)
      })
      if (!kept.ok) {
        const { code, message, retryable } = kept.error
        return failed(code, `${message} ${taken} of ${commands.length} were taken in before that.`, retryable)
      }
      taken += kept.value
    }
    return ok({ taken, known: commands.length - taken })
  }

  return {
    answer: (channel, question) => carefully(() => answers[channel](question)),

    list({ filter, offset, limit }) {
      const { total, rows } = outbox.page(filter, offset, limit)
      const look = shown()
      return { total, rows: rows.map((entry) => itemOf(entry, look, outbox)) }
    },
    summary: () => ({ ...outbox.counts(), unsentOfOthers: unsentOfOthers() }),
    detail({ id }) {
      const entry = outbox.get(canonical(id))
      return entry && detailOf(entry, shown(), outbox)
    },
    ofOrder: (id) => workOfOrder(id, shown(), outbox),

    unsettled: () => outbox.unsettled(),

    exportUnsent: () =>
      carefully(() =>
        ok({
          format: 'smart-shelf-work',
          version: 1,
          serverUrl,
          userId: user.id,
          email: user.email,
          exportedAt: new Date(clock.now()).toISOString(),
          commands: outbox.unsent().map(({ command }) => command),
        }),
      ),
    importUnsent: async (text) => {
      const read = readWorkFile(text, { user, serverUrl })
      return read.ok ? takeIn(read.value) : read
    },

    redraw() {
      keeper.afterwards('tidy the desk', () => desk.tidy())
      drawing.redraw()
    },
    drawn: () => drawing.catchUp(),
    stop() {
      stopped = true
      drawing.stop()
    },
  }
}

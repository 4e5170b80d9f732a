import type { Command, CommandIntent } from '#shared/domain/commands.ts'
import type { MutationId, OperatorId, StationId, UserId } from '#shared/domain/ids.ts'
import type { Submission } from '#shared/protocol/work.ts'
import { effectsOf, lanesOf, objectionTo } from '../commands/index.ts'
import type { Look } from '../commands/look.ts'
import type { Objection } from '../commands/spec.ts'
import type { Overlay } from '../mirror/mirror.ts'
import type { Clock, Log } from '../ports.ts'
import type { Entry, Outbox } from './outbox.ts'
import type { WorkDrawing } from './work-drawing.ts'
import { lookFrom } from './work-look.ts'
import { seenOf, subjectOf } from './work-subject.ts'

export interface KeeperPorts {
  outbox: Outbox
  mirror: Overlay
  drawing: WorkDrawing
  clock: Clock
  log: Log
  user: UserId
  /** Who did it, and where: null until the server has told this station its name. */
  station: StationId | null
  operator: OperatorId | null
  /** There is something to send. */
  nudge: () => void
}

/** The one way in for every command of this station: looked at, kept, drawn, and sent when it can be. */
export interface WorkKeeper {
  /** What the rules look at: all that was kept is drawn. */
  look(): Look
  /** Where, by whom and when something is done that is done now. */
  stamps(): Stamps
  /** A window's command with its stamps. */
  stamped<C extends CommandIntent>(intent: C): C & Stamps
  /**
   * Keeps it unless this station knows better.
   * @throws OutboxError, MirrorError: nothing of it was kept then
   */
  submit(command: Command): Submission
  /** Keeps it whatever speaks against it; that is for the server to say. Throws as `submit`. */
  keep(command: Command, doubt?: Objection | null): Entry
  /** What comes after the command is kept can only be done later, never undo the keeping. */
  afterwards(what: string, work: () => void): void
}

type Stamps = Pick<Command, 'station_id' | 'operator_id' | 'happened_at'>

/** The server's ledger writes ids in small letters, and so does whoever compares with it. */
export const canonical = (id: MutationId): MutationId => id.toLowerCase() as MutationId

export function workKeeper(ports: KeeperPorts): WorkKeeper {
  const { outbox, mirror, drawing, clock, log, user, station, operator, nudge } = ports
  const look = (): Look => {
    drawing.catchUp()
    return lookFrom({ outbox, mirror, clock, user })
  }

  const stamps = (): Stamps => ({
    station_id: station,
    operator_id: operator,
    happened_at: new Date(clock.now()).toISOString(),
  })

  function keepSeen(command: Command, doubt: Objection | null, seen: Look): Entry {
    const { entry, isNew } = outbox.keep({
      command,
      lanes: lanesOf(command, seen),
      effects: effectsOf(command, seen),
      doubt,
      seen: seenOf(subjectOf(command, seen), seen),
    })
    if (isNew) {
      drawing.kept(entry.id)
      afterwards('nudge', nudge)
    }
    return entry
  }

  function afterwards(what: string, work: () => void): void {
    try {
      work()
    } catch (error) {
      log.error('work.afterwards', { what, error: String(error) })
    }
  }

  return {
    look,
    stamps,
    stamped: (intent) => ({ ...intent, mutation_id: canonical(intent.mutation_id), ...stamps() }),
    submit(command) {
      const known = outbox.get(command.mutation_id)
      if (known) return receiptOf(known)
      const seen = look()
      const objection = objectionTo(command, seen)
      if (objection?.level === 'stop') return objectedBy(objection)
      return receiptOf(keepSeen(command, objection, seen))
    },
    keep: (command, doubt = null) => outbox.get(command.mutation_id) ?? keepSeen(command, doubt, look()),
    afterwards,
  }
}

/** The same for the same entry, whenever it is asked for [O1]. */
export const receiptOf = ({ id, keptAt, doubt }: Entry): Extract<Submission, { kind: 'kept' }> => ({
  kind: 'kept',
  receipt: { id, keptAt, doubt: doubt && { code: doubt.code, facts: doubt.facts } },
})

export const objectedBy = ({ code, facts }: Objection): Extract<Submission, { kind: 'objected' }> => ({
  kind: 'objected',
  refusal: { code, facts },
})

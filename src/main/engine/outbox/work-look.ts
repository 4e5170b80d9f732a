import type { MutationId, UserId } from '#shared/domain/ids.ts'
import type { KeptCommand, Look } from '../commands/look.ts'
import type { Overlay } from '../mirror/mirror.ts'
import type { Clock } from '../ports.ts'
import type { Entry, Outbox } from './outbox.ts'

interface LookPorts {
  outbox: Pick<Outbox, 'get'>
  mirror: Pick<Overlay, 'look'>
  clock: Pick<Clock, 'now'>
  user: UserId
}

/** What the rules of commands look at: the rows, this station's work drawn over them, and what it has kept. */
export function lookFrom({ outbox, mirror, clock, user }: LookPorts): Look {
  const rows = mirror.look()
  return {
    now: () => clock.now(),
    user: () => user,
    warehouse: (id) => rows.warehouse(id),
    role: (id) => rows.role(id),
    product: (id) => rows.product(id),
    bins: (warehouse, product) => rows.bins(warehouse, product),
    order: (id) => rows.order(id),
    orderByNumber: (warehouse, number) => rows.orderByNumber(warehouse, number),
    orderLine: (id) => rows.orderLine(id),
    orderLines: (id) => rows.orderLines(id),
    unreadUpTo: (moment) => rows.unreadUpTo(moment),
    kept: (id) => {
      const entry = outbox.get(id)
      return entry && keptAs(entry, liveUndo(entry, outbox))
    },
  }
}

/** The undo of a command, unless it came to nothing itself: then the command may be undone again. */
export function liveUndo({ undoneBy }: Entry, outbox: Pick<Outbox, 'get'>): MutationId | null {
  const undo = undoneBy && outbox.get(undoneBy)
  return undo && !endedHere.has(undo.state) ? undo.id : null
}

const endedHere: ReadonlySet<Entry['state']> = new Set(['refused', 'discarded', 'amended', 'taken-back'])

const stateOf = {
  queued: 'queued',
  sending: 'sent',
  applied: 'applied',
  settled: 'settled',
  refused: 'refused',
  discarded: 'discarded',
  amended: 'discarded',
  'taken-back': 'discarded',
} as const satisfies Record<Entry['state'], KeptCommand['state']>

const keptAs = ({ command, effects, state }: Entry, undo: MutationId | null): KeptCommand => ({
  command,
  effects,
  state: undo ? 'undone' : stateOf[state],
})

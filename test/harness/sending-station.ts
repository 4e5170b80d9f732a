import type { CommandOutcome } from '#shared/domain/commands.ts'
import type { MutationId, ProductId } from '#shared/domain/ids.ts'
import type { WorkState } from '#shared/protocol/work.ts'
import { must } from '#shared/lib/must.ts'
import { binLane } from '#engine/commands/spec.ts'
import type { Changeset } from '#engine/mirror/mirror.ts'
import { createDispatcher } from '#engine/outbox/dispatch.ts'
import { drawnOf } from '#engine/outbox/dispatch-fates.ts'
import type { Entry, NewWork } from '#engine/outbox/outbox.ts'
import type { Random } from '#engine/ports.ts'
import { runLink } from '#engine/sync/run-link.ts'
import { createTurns } from '#engine/sync/turns.ts'
import { rowOf, scopeOf } from './fake-ledger.ts'
import { fakeMirror } from './fake-mirror.ts'
import type { FakeMirror } from './fake-mirror.ts'
import { fakeOutbox } from './fake-outbox.ts'
import type { FakeOutbox } from './fake-outbox.ts'
import { fakeServer } from './fake-server.ts'
import type { FakeServer } from './fake-server.ts'
import { fakeUpstream } from './fake-upstream.ts'
import type { FakeUpstream } from './fake-upstream.ts'
import { manualClock } from './manual-clock.ts'
import type { ManualClock } from './manual-clock.ts'
import { id, north, northScope } from './mirror-data.ts'
import { mutation, work } from './outbox-data.ts'
import { recordedLog } from './recorded-log.ts'
import { seededRandom } from './seeded-random.ts'

/** One piece of something received into a bin: its lane is the bin's. */
export function received(name: string, bin = 'A-1', product = 'mug'): NewWork {
  const at = { warehouse_id: north, product_id: id<ProductId>(product), bin }
  const { command } = work(name)
  return work(name, {
    command: { ...command, ...at } as NewWork['command'],
    lanes: [binLane(at.warehouse_id, at.product_id, bin)],
    effects: [{ on: 'bin', ...at, onHand: 1, allocated: 0 }],
  })
}

export interface SendingWorld {
  clock: ManualClock
  server: FakeServer
  upstream: FakeUpstream
  outbox: FakeOutbox
  mirror: FakeMirror
  /** What the rows show and a refusing disk did not let the outbox note; the real mirror keeps it beside the rows. */
  unnoted: MutationId[]
}

export function sendingWorld(clock = manualClock()): SendingWorld {
  const server = fakeServer(clock)
  server.granted = [...server.granted, northScope]
  const mirror = fakeMirror(server.uid)
  bring({ server, mirror })
  const upstream = fakeUpstream(server, clock)
  return { clock, server, mirror, upstream, outbox: fakeOutbox(clock), unnoted: [] }
}

/** Brings the mirror what the server has, as a pull would that asks for no fates. */
function bring({ server, mirror }: Pick<SendingWorld, 'server' | 'mirror'>): void {
  const cursors = server.granted.map((scope) => mirror.cursor(scope))
  const { pages, server_time } = server.pull(cursors, 10_000)
  for (const { scope, epoch, from, to, changes, must_refetch: startOver } of pages) {
    mirror.apply({ scope, epoch, from, to, changes, startOver, serverTime: Date.parse(server_time) })
  }
}

/**
 * A dispatcher on a clock moved by hand, between an outbox in memory and a server with a naive ledger. Another station in the same
 * world is its next start.
 */
export function sendingStation({
  world = sendingWorld(),
  random = seededRandom(1),
  isShown = true,
}: { world?: SendingWorld; random?: Random; isShown?: boolean } = {}) {
  const { clock, upstream, outbox, mirror } = world
  const log = recordedLog()
  const touched: MutationId[] = []
  const refused: string[] = []
  const screens: Screen[] = []
  const changed = ({ settled }: Changeset): void => {
    world.unnoted.push(...settled)
    if (world.unnoted.length > 0 && outbox.refuses === null) outbox.settled(world.unnoted.splice(0))
    screens.push(figures(world))
  }
  const turns = createTurns()
  const dispatcher = createDispatcher({
    clock,
    random,
    log,
    outbox,
    push: (commands) => upstream.push(commands),
    turns,
    overlay: isShown ? mirror : null,
    changed,
    touched: (ids) => touched.push(...ids),
    diskRefused: (problem) => refused.push(problem),
  })
  const isOpen = ({ id: mutationId }: Entry): boolean => !world.unnoted.includes(mutationId)
  changed(mirror.redraw(outbox.unsettled().filter(isOpen).map(drawnOf)))

  function link() {
    const running = runLink({
      clock,
      random,
      log,
      upstream,
      feed: 'broadcast',
      mirror,
      work: dispatcher,
      changed,
      noted: () => undefined,
      told: changed,
      applied: () => undefined,
      headsSeen: () => undefined,
      completed: () => undefined,
      clockOffset: () => undefined,
      diskRefused: (problem) => refused.push(problem),
      linkMoved: () => undefined,
      linkChanged: () => undefined,
    })
    running.tell({ kind: 'started' })
    return running
  }

  return {
    ...world,
    ledger: upstream.ledger,
    log,
    turns,
    dispatcher,
    changed,
    touched,
    refused,
    /** Connects it, so that it also pulls and hears pokes. */
    link,
    /** What a person does: kept, drawn, and on its way. */
    keep(...works: NewWork[]) {
      for (const each of works) {
        const { entry, isNew } = outbox.keep(each)
        if (isNew) mirror.draw({ drawn: [drawnOf(entry)], erased: [] })
      }
      dispatcher.nudge()
    },
    takeBack(name: string): boolean {
      const isTakenBack = outbox.takeBack(mutation(name))
      if (isTakenBack) mirror.draw({ drawn: [], erased: [mutation(name)] })
      return isTakenBack
    },
    state: (name: string): WorkState => must(outbox.get(mutation(name)), name).state,
    outcome: (name: string): CommandOutcome | null => must(outbox.get(mutation(name)), name).outcome,
    /** Names of the commands that the server has done, of these, in its order. */
    done: (...names: string[]): string[] => {
      const nameOf = new Map(names.map((name) => [mutation(name), name]))
      return upstream.ledger.done.flatMap((done) => nameOf.get(done) ?? [])
    },
    /** What was on screen after each change of it. */
    screens,
    screen: () => figures(world),
  }
}

/** By row: what the rows and the drawing over them show, and what they ought to. */
export interface Screen {
  shown: Map<string, number>
  meant: Map<string, number>
}

function figures({ mirror, outbox }: SendingWorld): Screen {
  const shown = new Map<string, number>()
  const meant = new Map<string, number>()
  const drawn = new Set(mirror.drawn().map((command) => command.id))
  for (const { id: mutationId, command, state } of outbox.entries()) {
    const row = rowOf(command)
    const inRows = Number(mirror.rows(scopeOf(command)).get(row)?.['quantity'] ?? 0)
    shown.set(row, (shown.get(row) ?? inRows) + (drawn.has(mutationId) ? 1 : 0))
    const counts = state !== 'refused' && state !== 'taken-back'
    meant.set(row, (meant.get(row) ?? 0) + (counts ? 1 : 0))
  }
  return { shown, meant }
}

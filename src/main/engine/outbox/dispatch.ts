import type { CommandOutcome } from '#shared/domain/commands.ts'
import type { MutationId } from '#shared/domain/ids.ts'
import type { Scope } from '#shared/domain/scope.ts'
import { SECOND_MS } from '#shared/lib/time.ts'
import type { SendTrouble } from '#shared/protocol/work.ts'
import { MirrorError } from '../mirror/mirror.ts'
import type { Changeset, OpenProblem, Overlay } from '../mirror/mirror.ts'
import type { Clock, Log, Random } from '../ports.ts'
import { waitMs } from '../sync/backoff.ts'
import type { Heads, LinkWork, Pushed } from '../sync/link-work.ts'
import type { Turns } from '../sync/turns.ts'
import type { Failure, Upstream } from '../upstream/upstream.ts'
import { pushInTime, toldOf } from './dispatch-ask.ts'
import { createBatches } from './dispatch-batches.ts'
import { createOwedFates, newestHeads, ownRowsOf } from './dispatch-fates.ts'
import { createPace } from './dispatch-pace.ts'
import { createUnsure } from './dispatch-unsure.ts'
import { verdictOf } from './dispatch-verdict.ts'
import type { Verdict } from './dispatch-verdict.ts'
import { OutboxError } from './outbox.ts'
import type { Entry, Outbox } from './outbox.ts'

/**
 * Sends one person's work, and knows what the server may have of it. How it is wired, in a session:
 *
 *     const dispatcher = createDispatcher({ clock, random, log, outbox, push: upstream.push, turns: createTurns(),
 *       overlay: mirror, changed, touched, diskRefused })
 *     const link = runLink({ …, work: dispatcher })     // asks its questions in turns, tells when it is online
 *     const upkeep = openUpkeep({ …, isAtRest: dispatcher.isAtRest })
 *
 * After each `outbox.keep` and the drawing of what was kept, and after whatever else leaves an entry `queued`: `nudge()`. `changed`
 * is the session's own: it also hands `changeset.settled` to `outbox.settled`. On closing: `stop()` before the outbox is closed.
 * Work of a person who is not shown has no mirror and no link: `overlay: null`, and whoever keeps their session calls `online`.
 */
export interface Dispatcher extends LinkWork {
  /** There may be something to send. */
  nudge(): void
  /** Nothing is under way, and the rows show all that the server is known to have. */
  isAtRest(): boolean
  /** Ends it: nothing is sent, recorded or drawn any more; what was under way stays `sending` [L1]. */
  stop(): void
}

export interface DispatcherPorts {
  clock: Clock
  random: Random
  log: Log
  outbox: Pick<Outbox, 'unsent' | 'unsettled' | 'get' | 'sending' | 'answered' | 'unanswered'>
  push: Upstream['push']
  turns: Turns
  /** Where fates are drawn; null when nobody looks. */
  overlay: Pick<Overlay, 'draw'> | null
  /** The mirror's drawing changed. */
  changed: (changeset: Changeset) => void
  /** These entries of the outbox are another than before: views of work look again. */
  touched: (ids: readonly MutationId[]) => void
  diskRefused: (problem: OpenProblem, detail: string) => void
}

/** Whoever scans goes on within so long. */
const WORKED_AT_MS = 2 * SECOND_MS

/** A push under way. */
interface Batch {
  entries: readonly Entry[]
  /** Those that an earlier push may have brought to the server. */
  mayBeThere: ReadonlySet<MutationId>
}

/**
 * Batch after batch goes in the order it was kept, the next at once after an answer. `sending` is on disk before the server sees a
 * command; so after any end of this process or of the network it is known which of them the server may have. These are sent again
 * until their fate is known; meanwhile every pull asks for them too.
 */
export function createDispatcher(ports: DispatcherPorts): Dispatcher {
  const { clock, random, outbox, turns } = ports
  const log = ports.log.with({ component: 'dispatch' })
  const batches = createBatches()
  const fates = createOwedFates()
  const unsure = createUnsure(clock)
  /** In a push that failed for a reason that may lie in what it carried. */
  const struck = new Set<MutationId>()
  /** Aborted with the end: no answer is waited for after it, and no timer set. */
  const end = new AbortController()
  let isStopped = false
  let isPushing = false
  let nudgedMs = -Infinity
  let tellPushed: ((pushed: Pushed) => void) | null = null

  unsure.add(idsOf(outbox.unsent().filter(({ state }) => state === 'sending')))

  const pace = createPace({
    clock,
    random,
    turns,
    round,
    crashed,
    nextDueAt: () => batches.nextDueAt(clock.monotonicMs()),
  })

  function crashed(error: unknown): void {
    if (isStopped) return
    if (error instanceof OutboxError || error instanceof MirrorError)
      ports.diskRefused(error.problem, error.message)
    else log.error('dispatch.crashed', { error: String(error) })
    pace.rest(null)
  }

  const ask = (entries: readonly Entry[]): ReturnType<Upstream['push']> =>
    pushInTime(
      clock,
      ports.push,
      entries.map(({ command }) => command),
      end.signal,
    )

  /** One push, in its turn. @returns whether there was something to send */
  async function round(): Promise<boolean> {
    if (!pace.isOnline() || isStopped) return false
    const entries = batches.next(outbox.unsent(), clock.monotonicMs())
    if (entries.length === 0) return false
    const ids = idsOf(entries)
    const batch = { entries, mayBeThere: new Set(ids.filter(unsure.mayBeThere)) }
    outbox.sending(ids)
    unsure.add(ids)
    ports.touched(ids)
    isPushing = true
    const pushed: Pushed = { heads: new Map(), isWorthAsking: false }
    try {
      const outcome = await ask(entries)
      if (isStopped) return false
      if (outcome.kind === 'settled') pushed.heads = settle(entries, outcome.value)
      else {
        pushed.isWorthAsking = verdictOf(outcome).isWorthAsking
        await fail(batch, outcome)
      }
    } finally {
      isPushing = false
      if (!isStopped) tellPushed?.(pushed)
    }
    return true
  }

  /** @returns heads that contain what was applied */
  function settle(entries: readonly Entry[], outcomes: readonly CommandOutcome[]): Heads {
    record(entries, outcomes)
    pace.well()
    try {
      drawOwed()
    } catch (error) {
      // It stays owed: the next batch that the mirror takes, or the next answer, brings it.
      if (!(error instanceof MirrorError)) throw error
      ports.diskRefused(error.problem, error.message)
    }
    return newestHeads(outcomes)
  }

  /** Keeps what the server said of these, as far as it was not known. */
  function record(
    entries: readonly Entry[],
    outcomes: readonly CommandOutcome[],
    begunAnew: ReadonlySet<Scope> = new Set(),
  ): void {
    const open = entries.filter(({ id }) => unsure.has(id))
    if (open.length === 0) return
    const ids = idsOf(open)
    outbox.answered(outcomes)
    for (const outcome of outcomes) {
      if (outcome.outcome === 'refused')
        log.warn('dispatch.refused', { id: outcome.mutation_id, code: outcome.code })
    }
    for (const id of ids) {
      unsure.delete(id)
      struck.delete(id)
    }
    batches.decided(ids)
    if (ports.overlay) fates.owe(open, outcomes, begunAnew)
    ports.touched(ids)
  }

  async function fail(batch: Batch, failure: Failure): Promise<void> {
    const { entries } = batch
    const verdict = verdictOf(failure)
    log.info('dispatch.failed', { failure, commands: entries.length })
    if (!isSuspect(entries, verdict)) return putOff(batch, verdict, pace.rest(verdict.afterMs))
    // Is it what we bring, or would nobody be let in now? Asked with empty hands, the server says.
    const control = await ask([])
    if (isStopped) return
    if (control.kind !== 'settled')
      return putOff(batch, verdict, pace.rest(verdictOf(control).afterMs ?? verdict.afterMs))
    const [only, ...others] = entries
    if (only === undefined) return
    // Once more, in smaller parts: what was in the server's way may have been gone when it was asked.
    if (others.length > 0 || !struck.has(only.id)) {
      for (const { id } of entries) struck.add(id)
      batches.halve(idsOf(entries))
      return putOff(batch, verdict, verdict.afterMs === null ? 0 : pace.rest(verdict.afterMs))
    }
    if (failure.kind === 'refused' && !batch.mayBeThere.has(only.id)) return condemn(only, failure)
    const delayMs = waitMs(only.attempts + 1, random, verdict.afterMs)
    batches.setAside(only.id, clock.monotonicMs() + delayMs)
    putOff(batch, verdict, delayMs)
  }

  function isSuspect(entries: readonly Entry[], { suspect }: Verdict): boolean {
    if (suspect !== 'second-time') return suspect === 'at-once'
    // Without a network nobody is to blame.
    if (!pace.isOnline()) return false
    const again = entries.some(({ id }) => struck.has(id))
    for (const { id } of entries) struck.add(id)
    return again
  }

  /** No answer came. What an earlier push may have brought to the server may be there still, whatever became of this one. */
  function putOff({ entries, mayBeThere }: Batch, { because, fate }: Verdict, delayMs: number): void {
    const open = idsOf(entries).filter(unsure.has)
    const surelyNot = fate === 'unsure' ? [] : open.filter((id) => !mayBeThere.has(id))
    const others = open.filter((id) => !surelyNot.includes(id))
    const trouble: SendTrouble = {
      because,
      at: clock.now(),
      nextAt: because === 'signed-out' ? null : clock.now() + delayMs,
      attempts: 1 + Math.max(...entries.map(({ attempts }) => attempts)),
    }
    if (fate === 'unsure') unsure.unanswered(others)
    if (others.length > 0) outbox.unanswered(others, 'unsure', trouble)
    if (surelyNot.length > 0) outbox.unanswered(surelyNot, 'surely-not', trouble)
    for (const id of surelyNot) unsure.delete(id)
    ports.touched(open)
  }

  /** The server will not even look at it: it lies on the desk, with the server's own words [O3][O4]. */
  function condemn(entry: Entry, { code, detail }: Extract<Failure, { kind: 'refused' }>): void {
    const facts = { server_code: code }
    const outcome = {
      mutation_id: entry.id,
      outcome: 'refused',
      code: 'invalid',
      message: detail,
      facts,
    } as const
    settle([entry], [outcome])
  }

  function drawOwed(): void {
    const all = fates.all()
    if (all === undefined || ports.overlay === null) return
    const changeset = ports.overlay.draw(all)
    fates.paid()
    ports.changed(changeset)
  }

  return {
    turns,
    nudge() {
      nudgedMs = clock.monotonicMs()
      pace.nudge()
    },
    isWorkedAt: () => clock.monotonicMs() - nudgedMs < WORKED_AT_MS,
    unsure: unsure.ids,
    isPushing: () => isPushing,
    ownRows: () => outbox.unsettled().flatMap(ownRowsOf),
    learned(asked, outcomes, begunAnew) {
      if (isStopped) return
      const told = asked.flatMap((id) => outcomes.flatMap((outcome) => toldOf(id, outcome) ?? []))
      const ids = told.map(({ mutation_id }) => mutation_id as MutationId)
      record(
        ids.flatMap((id) => outbox.get(id) ?? []),
        told,
        begunAnew,
      )
      unsure.notFound(asked.filter((id) => !ids.includes(id)))
      // What was rested for has come out: on with the rest. Where nothing came out the rest goes on, or we would never stop asking.
      if (told.length === 0) return
      pace.well()
      pace.nudge()
    },
    owed: fates.all,
    paid: fates.paid,
    drawOwed,
    online(is) {
      if (is === pace.isOnline()) return
      struck.clear()
      pace.online(is)
    },
    onPushed(listener) {
      tellPushed = listener
    },
    isAtRest: () =>
      unsure.ids().length === 0 &&
      !fates.all() &&
      outbox.unsettled().every(({ state }) => state === 'queued'),
    stop() {
      isStopped = true
      pace.stop()
      end.abort()
    },
  }
}

const idsOf = (entries: readonly Entry[]): MutationId[] => entries.map(({ id }) => id)

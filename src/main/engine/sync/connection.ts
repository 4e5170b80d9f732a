import type { Millis } from '#shared/lib/time.ts'
import { MINUTE_MS, SECOND_MS } from '#shared/lib/time.ts'
import type { DegradedReason, FeedKind } from '#shared/protocol/status.ts'
import type { Scope } from '#shared/domain/scope.ts'
import { MirrorError } from '../mirror/mirror.ts'
import type { Batch, Changeset, Mirror, OpenProblem } from '../mirror/mirror.ts'
import { OutboxError } from '../outbox/outbox.ts'
import type { Cancel, Clock, Log, Random } from '../ports.ts'
import type { Failure, Upstream } from '../upstream/upstream.ts'
import { createFeedLine } from './feed-line.ts'
import type { Streaming } from './feed-line.ts'
import { greet } from './greeting.ts'
import { createIntake } from './intake.ts'
import { POLL_EVERY_MS } from './link.ts'
import type { LinkEvent } from './link.ts'
import type { LinkWork } from './link-work.ts'
import { createLookTimer } from './look-timer.ts'
import { createPokeDesk } from './pokes.ts'
import { watchForPushed } from './pushed.ts'
import { createPullQueue } from './pull-queue.ts'
import type { PullReason } from './pull-queue.ts'
import { mirroredScopes, pullUntilComplete } from './pull.ts'
import type { PullResult } from './pull.ts'

/** Even a healthy feed may lose a poke in silence, so we look without being asked; spread by a fifth either way. */
export const TIMER_PULL_EVERY_MS = MINUTE_MS
/** How long after a timer pull the poke for what it brought may still be on its way. */
export const POKE_GRACE_MS = 3 * SECOND_MS

export interface ConnectionPorts {
  clock: Clock
  random: Random
  log: Log
  upstream: Upstream
  feed: FeedKind
  mirror: Mirror
  /** The station's own work, which shares the way to the server. */
  work: LinkWork
  /** The mirror has something else in it now: both of the next two in one. */
  changed: (changeset: Changeset) => void
  /** At once, after each commit: what it makes outdated is not shown any more. */
  noted: (changeset: Changeset) => void
  /** When there is time: whoever follows from it. */
  told: (changeset: Changeset) => void
  /** This batch is in the mirror now. */
  applied: (batch: Batch) => void
  /** Lets the mirror's log be taken into its file, where that is due. Never fails. */
  relieve: () => Promise<void>
  /** A pull was answered: the newest numbers of these scopes at that server time. */
  headsSeen: (heads: ReadonlyMap<Scope, number>, serverTime: Millis) => void
  /**
   * A pull found nothing more waiting: all mirrored scopes are complete up to this server time. This alone moves the
   * "as of" on screen. A socket that is open, a heartbeat or a poke proves less: pokes may be lost in silence [L3].
   */
  completed: (serverTime: Millis) => void
  /** Terminal clock minus server clock, ms, from the middle of a short question. */
  clockOffset: (offsetMs: number) => void
  diskRefused: (problem: OpenProblem, detail: string) => void
  report: (event: LinkEvent) => void
}

/** One try at being connected: from the session check to its end. Pulls by itself, seldom beside a feed, often without. */
export interface Connection {
  /** Pulls until nothing more waits; while one runs, asks for one more after it. */
  catchUp(afterMs: number): void
  /** Pulls as the timer would: what that brings should have been poked. */
  look(): void
  /** Opens a feed, in place of the one before. */
  listen(): void
  /** Ends the feed; from here on it polls. */
  hangUp(): void
  /** Asks the socket for a sign of life; silence is reported as a failure. */
  doubt(): void
  /** Ends everything; nothing is reported afterwards [L1]. */
  close(): void
}

/** @param without why no feed is to be opened at first, or null */
export function openConnection(
  ports: ConnectionPorts,
  epoch: number,
  without: DegradedReason | null,
): Connection {
  const { clock, random, upstream, mirror, work } = ports
  const log = ports.log.with({ component: 'link', epoch })
  const timers = new Set<Cancel>()
  const abandoned = new AbortController()
  let closed = false
  let scopes: Scope[] = []

  const report = (event: LinkEvent): void => {
    if (!closed) ports.report(event)
  }
  const fail = (failure: Failure, where: 'request' | 'feed'): void => {
    if (!closed) log.info('link.failed', { in: where, failure })
    report({ kind: 'failed', epoch, failure, in: where })
  }

  /** Runs what may meet a disk that refuses; says so instead of throwing it at a socket or a timer. */
  const onDisk = (work: () => void): void => {
    if (closed) return
    try {
      work()
    } catch (error) {
      crashed(error)
    }
  }
  const crashed = (error: unknown): void => {
    if (closed) return
    if (error instanceof MirrorError || error instanceof OutboxError) {
      ports.diskRefused(error.problem, error.message)
      report({ kind: 'disk-refused', epoch })
      return
    }
    log.error('link.crashed', {
      error: String(error),
      stack: error instanceof Error ? error.stack : undefined,
    })
    fail({ kind: 'retry', afterMs: null, because: 'server-error', detail: String(error) }, 'request')
  }

  const later = (delayMs: number, task: () => void): void => {
    const cancel = clock.after(delayMs, () => {
      timers.delete(cancel)
      onDisk(task)
    })
    timers.add(cancel)
  }

  const intake = createIntake({ ...ports, work })
  const pulls = createPullQueue<Streaming | null>({
    clock,
    mark: () => line.streaming(),
    pull: () => pullUntilComplete(pullPorts, scopes),
    concluded: conclude,
    silent: () => fail({ kind: 'offline', detail: 'A question was not answered in time.' }, 'request'),
    crashed,
  })
  const desk = createPokeDesk({
    clock,
    random,
    intake,
    work,
    reached: (scope) => mirror.cursor(scope).seq,
    requestPull: (why) => pulls.request(why),
  })
  const pushed = watchForPushed({
    clock,
    work,
    isPoked: () => line.streaming() !== null,
    reached: (scope) => mirror.cursor(scope).seq,
    onDisk,
    ended: () => desk.pushed(),
    requestPull: () => pulls.request('pushed'),
  })
  const line = createFeedLine({
    clock,
    log,
    upstream,
    crashed,
    heard: {
      streaming() {
        looks.adjust()
        report({ kind: 'streaming', epoch })
      },
      poke: (poke) => onDisk(() => desk.poke(poke)),
      moved: (scope, head) => onDisk(() => desk.moved(scope, head)),
      lost(failure) {
        looks.adjust()
        fail(failure, 'feed')
      },
    },
  })
  const looks = createLookTimer({
    clock,
    random,
    everyMs: () => (line.streaming() === null ? POLL_EVERY_MS : TIMER_PULL_EVERY_MS),
    look: () => pulls.request('timer'),
  })
  const pullPorts = {
    upstream,
    mirror,
    intake,
    work,
    asking: () => pulls.heardFrom(),
    changed: ports.changed,
    headsSeen: (heads: ReadonlyMap<Scope, number>, serverTime: Millis) => {
      pulls.heardFrom()
      ports.headsSeen(heads, serverTime)
    },
    // Not before: what is pushed settles by numbers of the server's history as it is now, and only now we are in it.
    written: () => work.online(true),
    isCurrent: () => !closed,
    abandoned: abandoned.signal,
    progress: (done: number, total: number, first: boolean) =>
      report({ kind: 'progressed', epoch, done, total, first }),
  }

  async function connect(): Promise<void> {
    const session = await upstream.authenticate()
    if (closed) return
    if (session.kind !== 'settled') return fail(session, 'request')
    const welcome = await greet({ ...ports, isCurrent: () => !closed })
    if (closed || welcome.kind === 'void') return
    if (welcome.kind !== 'welcome') return object(welcome)
    scopes = welcome.scopes
    const because = ports.feed === 'polling' ? 'chosen' : without
    if (because === null) return line.open(scopes)
    looks.adjust()
    report({ kind: 'feedless', epoch, because })
  }

  function object(objection: Extract<PullResult, { kind: 'failed' | 'incompatible' }>): void {
    if (objection.kind === 'failed') fail(objection.failure, 'request')
    else report({ kind: 'incompatible', epoch, because: objection.because })
  }

  function conclude(result: PullResult, why: PullReason, listenedTo: Streaming | null): void {
    if (closed || result.kind === 'void') return
    if (result.kind !== 'complete') return object(result)
    mirror.markComplete(result.serverTime)
    ports.completed(result.serverTime)
    if (why === 'timer' && listenedTo !== null) suspectMisses(result.moved, listenedTo)
    // Only pokes may be held back; a poll brings all there is.
    if (line.streaming() !== null) desk.pulled(result.brought > 0)
    const granted = mirroredScopes(result.granted)
    const regranted = !sameScopes(scopes, granted)
    scopes = granted
    if (regranted && line.isOpen()) return report({ kind: 'regranted', epoch })
    // What happened before the feed streamed was neither poked nor, perhaps, in this pull: one more will tell [L3].
    if (line.streaming() !== null && line.streaming() !== listenedTo) return pulls.request('catch-up')
    report({ kind: 'caught-up', epoch })
  }

  /** What a timer pull brought should have been poked. If the poke does not follow shortly, the feed is deaf. */
  function suspectMisses(moved: ReadonlyMap<Scope, number>, feed: Streaming): void {
    if (moved.size === 0) return
    const since = clock.monotonicMs() - POKE_GRACE_MS
    later(POKE_GRACE_MS, () => {
      const missed = [...moved].filter(([scope, seq]) => !desk.hasTold(scope, seq, since))
      if (missed.length === 0 || line.streaming() !== feed) return
      log.warn('link.missed', { scopes: missed.map(([scope]) => scope) })
      report({ kind: 'missed', epoch })
    })
  }

  void connect().catch(crashed)

  return {
    catchUp: (afterMs) =>
      afterMs > 0 ? later(afterMs, () => pulls.request('catch-up')) : pulls.request('catch-up'),
    look: () => pulls.request('timer'),
    listen: () => line.open(scopes),
    hangUp() {
      line.close()
      looks.adjust()
    },
    doubt: () => line.doubt(),
    close() {
      if (closed) return
      closed = true
      abandoned.abort()
      work.online(false)
      desk.stop()
      pushed.stop()
      pulls.stop()
      looks.stop()
      for (const cancel of timers) cancel()
      timers.clear()
      line.close()
    },
  }
}

const sameScopes = (left: readonly Scope[], right: readonly Scope[]): boolean =>
  left.length === right.length && left.every((scope) => right.includes(scope))

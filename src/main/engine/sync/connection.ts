import type { Millis } from '#shared/lib/time.ts'
import { MINUTE_MS, parseTimestamp, SECOND_MS } from '#shared/lib/time.ts'
import type { FeedKind } from '#shared/protocol/status.ts'
import type { Scope } from '#shared/domain/scope.ts'
import { MirrorError } from '../mirror/mirror.ts'
import type { Batch, Changeset, Mirror, OpenProblem } from '../mirror/mirror.ts'
import type { Cancel, Clock, Log, Random } from '../ports.ts'
import type { Failure, Feed, Upstream } from '../upstream/upstream.ts'
import { createIntake } from './intake.ts'
import type { LinkEvent } from './link.ts'
import { createPokeDesk } from './pokes.ts'
import { judgeAnswer, mirroredScopes, pullUntilComplete, withdrawnScopes } from './pull.ts'
import type { PullResult } from './pull.ts'

export const HEARTBEAT_EVERY_MS = 15 * SECOND_MS
export const HEARTBEAT_DEADLINE_MS = 5 * SECOND_MS
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
  changed: (changeset: Changeset) => void
  /** This batch is in the mirror now. */
  applied: (batch: Batch) => void
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

/** One try at being connected: from the session check to the end of its feed. */
export interface Connection {
  /** Pulls until nothing more waits; while one runs, asks for one more after it. */
  catchUp(): void
  /** Asks the socket for a sign of life; silence is reported as a failure. */
  doubt(): void
  /** Ends everything; nothing is reported afterwards [L1]. */
  close(): void
}

type PullReason = 'catch-up' | 'gap' | 'look-again' | 'timer'

export function openConnection(ports: ConnectionPorts, epoch: number): Connection {
  const { clock, random, upstream, mirror } = ports
  const log = ports.log.with({ component: 'link', epoch })
  const timers = new Set<Cancel>()
  let closed = false
  let feed: Feed | null = null
  let scopes: Scope[] = []
  let streaming = false
  let pulling = false
  let askedAgain: PullReason | null = null

  const report = (event: LinkEvent): void => {
    if (!closed) ports.report(event)
  }
  const fail = (failure: Failure, where: 'request' | 'feed'): void => {
    if (!closed) log.info('link.failed', { in: where, failure })
    report({ kind: 'failed', epoch, failure, in: where })
  }
  const intake = createIntake({ mirror, changed: ports.changed, applied: ports.applied, log })
  const desk = createPokeDesk({ clock, intake, requestPull: (why) => requestPull(why) })

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
    if (error instanceof MirrorError) {
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
      task()
    })
    timers.add(cancel)
  }

  async function connect(): Promise<void> {
    const session = await upstream.authenticate()
    if (closed) return
    if (session.kind !== 'settled') return fail(session, 'request')
    if (!(await greet()) || closed) return
    // Whoever may read nothing yet has nothing to listen to; the timer pull sees when that changes.
    if (scopes.length === 0) return startStreaming()
    feed = upstream.listen(scopes, {
      streaming: startStreaming,
      poke: (poke) => onDisk(() => desk.poke(poke)),
      moved: (scope, head) => onDisk(() => desk.moved(scope, head)),
      lost: (failure) => (streaming ? fail(failure, 'feed') : void pollInstead(failure).catch(crashed)),
    })
  }

  function startStreaming(): void {
    if (closed) return
    streaming = true
    report({ kind: 'streaming', epoch })
    keepWatch()
  }

  /** HTTP works but realtime was not to be had: each try then at least brings the mirror up to date, and says what it is. */
  async function pollInstead(failure: Failure): Promise<void> {
    if (closed || failure.kind === 'signed-out') return fail(failure, 'feed')
    const result = await pullOnce()
    if (closed) return
    conclude(result, 'catch-up')
    if (result.kind !== 'complete') return
    const { detail } = failure
    fail(failure.kind === 'retry' ? failure : { kind: 'refused', code: 'no-realtime', detail }, 'feed')
  }

  /** A question without cursors: who are we to the server, what may we read, what time is it there. */
  async function greet(): Promise<boolean> {
    const askedAt = clock.now()
    const outcome = await upstream.pull([], 1)
    if (closed) return false
    if (outcome.kind !== 'settled') {
      fail(outcome, 'request')
      return false
    }
    const answer = outcome.value
    ports.clockOffset((askedAt + clock.now()) / 2 - parseTimestamp(answer.server_time))
    const objection = judgeAnswer(answer, mirror)
    if (objection) {
      conclude(objection, 'catch-up')
      return false
    }
    const withdrawn = withdrawnScopes(mirror, answer.granted)
    if (withdrawn.length > 0) ports.changed(mirror.drop(withdrawn))
    scopes = mirroredScopes(answer.granted)
    return true
  }

  function requestPull(why: PullReason): void {
    if (closed) return
    if (pulling) {
      askedAgain = why
      return
    }
    pulling = true
    void runPull(why).catch(crashed)
  }

  async function runPull(why: PullReason): Promise<void> {
    try {
      const result = await pullOnce()
      if (!closed) conclude(result, why)
    } finally {
      pulling = false
    }
    const again = askedAgain
    askedAgain = null
    if (again !== null) requestPull(again)
  }

  const pullOnce = (): Promise<PullResult> =>
    pullUntilComplete(
      {
        upstream,
        mirror,
        intake,
        changed: ports.changed,
        headsSeen: ports.headsSeen,
        isCurrent: () => !closed,
        progress: (done, total, first) => report({ kind: 'progressed', epoch, done, total, first }),
      },
      scopes,
    )

  function conclude(result: PullResult, why: PullReason): void {
    switch (result.kind) {
      case 'void':
        return
      case 'failed':
        return fail(result.failure, 'request')
      case 'incompatible':
        return report({ kind: 'incompatible', epoch, because: result.because })
      case 'complete':
        mirror.markComplete(result.serverTime)
        ports.completed(result.serverTime)
        if (why === 'timer') suspectMisses(result)
        desk.pulled(result.brought > 0)
        if (!sameScopes(scopes, mirroredScopes(result.granted))) report({ kind: 'regranted', epoch })
        else report({ kind: 'caught-up', epoch })
    }
  }

  /** What a timer pull brought should have been poked. If the poke does not follow shortly, the feed is deaf. */
  function suspectMisses({ moved }: Extract<PullResult, { kind: 'complete' }>): void {
    if (moved.size === 0) return
    const since = clock.monotonicMs() - POKE_GRACE_MS
    later(POKE_GRACE_MS, () => {
      const missed = [...moved].filter(([scope, seq]) => !desk.hasTold(scope, seq, since))
      if (missed.length === 0) return
      log.warn('link.missed', { scopes: missed.map(([scope]) => scope) })
      report({ kind: 'missed', epoch })
    })
  }

  function keepWatch(): void {
    const beat = (): void => {
      doubt()
      later(HEARTBEAT_EVERY_MS, beat)
    }
    later(HEARTBEAT_EVERY_MS, beat)
    const look = (): void => {
      requestPull('timer')
      later(timerPullMs(random), look)
    }
    later(timerPullMs(random), look)
  }

  function doubt(): void {
    if (feed === null || closed) return
    void feed.heartbeat(HEARTBEAT_DEADLINE_MS).then((alive) => {
      if (!alive) fail({ kind: 'offline', detail: 'The socket gave no sign of life in time.' }, 'feed')
    }, crashed)
  }

  void connect().catch(crashed)

  return {
    catchUp: () => requestPull('catch-up'),
    doubt,
    close() {
      if (closed) return
      closed = true
      desk.stop()
      for (const cancel of timers) cancel()
      timers.clear()
      feed?.close().catch((error: unknown) => log.warn('feed.close-failed', { error: String(error) }))
    },
  }
}

const timerPullMs = (random: Random): number => TIMER_PULL_EVERY_MS * (0.8 + 0.4 * random())

const sameScopes = (left: readonly Scope[], right: readonly Scope[]): boolean =>
  left.length === right.length && left.every((scope) => right.includes(scope))

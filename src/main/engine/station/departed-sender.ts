import { MINUTE_MS } from '#shared/lib/time.ts'
import { createDispatcher } from '../outbox/dispatch.ts'
import type { Dispatcher } from '../outbox/dispatch.ts'
import type { Outbox } from '../outbox/outbox.ts'
import type { Cancel, Clock, Log, Random } from '../ports.ts'
import { SHORTEST_WAIT_MS, waitMs } from '../sync/backoff.ts'
import { createTurns } from '../sync/turns.ts'
import type { Upstream, UpstreamUser } from '../upstream/upstream.ts'

/** How often the server is asked what became of commands that got no answer; they are sent again in any case. */
const ASK_FATES_EVERY_MS = MINUTE_MS

/**
 * Sends what a person left unsent when they went, in their name and with their session, and does nothing else with it: nothing of
 * theirs is shown or mirrored. Ends when their outbox is empty. A session that is over leaves the work where it is, until
 * they sign in again.
 */
export interface DepartedSender {
  readonly user: UpstreamUser
  /** As far as is known: null when their outbox could not be opened yet. */
  unsent(): number | null
  /** Something speaks for trying at once: a network, a click. */
  tryNow(): void
  /** Lets go of the outbox and forgets the session, here and at the server, when that can be told. */
  release(): void
  /** Lets go of everything and leaves the session for the next run. */
  stop(): Promise<void>
}

export interface SenderPorts {
  clock: Clock
  random: Random
  log: Log
  user: UpstreamUser
  /** With this person's session, which is ours alone. */
  upstream: Upstream
  /** @throws OutboxError */
  openOutbox: () => Outbox
  /** `unsent` is another than before. */
  changed: () => void
  /** All is sent: they can be forgotten. */
  done: () => void
}

export function openDepartedSender(ports: SenderPorts): DepartedSender {
  const { clock, random, user, upstream, changed, done } = ports
  const log = ports.log.with({ component: 'departed' })
  let outbox: Outbox | null = null
  let dispatcher: Dispatcher | null = null
  let unsent: number | null = null
  let attempt = 0
  let retry: { now: () => void; cancel: Cancel } | null = null
  let cancelFates: Cancel | null = null
  /** Nothing begins more than one try a second. */
  let triedAtMs = -Infinity
  let isOver = false
  /** The server ended the session: only the person themselves can help. */
  let isStranded = false

  function later(delayMs: number, work: () => void): void {
    const now = (): void => {
      retry?.cancel()
      retry = null
      work()
    }
    retry?.cancel()
    retry = { now, cancel: clock.after(delayMs, now) }
  }
  const again = (work: () => void): void => later(waitMs((attempt += 1), random), work)

  function begin(): void {
    if (isOver) return
    try {
      outbox ??= ports.openOutbox()
    } catch (error) {
      log.warn('departed.outbox-not-opened', { user: user.id, error: String(error) })
      return again(begin)
    }
    if (count() > 0) void connect(outbox)
    else finish()
  }

  function count(): number {
    const now = outbox?.counts().unsent ?? 0
    if (now !== unsent) {
      unsent = now
      changed()
    }
    return now
  }

  async function connect(from: Outbox): Promise<void> {
    dispatcher?.online(false)
    const outcome = await upstream.authenticate()
    if (isOver) return
    const isTheirs = outcome.kind === 'settled' && outcome.value.id === user.id
    if (isTheirs) {
      attempt = 0
      dispatcher ??= dispatch(from)
      dispatcher.online(true)
      askFates(dispatcher)
    } else if (outcome.kind === 'settled' || outcome.kind === 'signed-out') strand()
    else again(() => void connect(from))
  }

  function dispatch(from: Outbox): Dispatcher {
    const made = createDispatcher({
      clock,
      random,
      log,
      outbox: from,
      push: async (commands) => {
        const outcome = await upstream.push(commands)
        // Whether the session is over for good is for whoever keeps it to say.
        if (outcome.kind === 'signed-out' && dispatcher === made) again(() => void connect(from))
        return outcome
      },
      turns: createTurns(),
      overlay: null,
      changed: () => undefined,
      touched: () => undefined,
      diskRefused: (problem, detail) => log.error('departed.disk', { user: user.id, problem, detail }),
    })
    made.onPushed(() => afterPush())
    return made
  }

  function afterPush(): void {
    if (!isOver && count() === 0) finish()
  }

  /** There is no pull beside which the fates of unanswered commands would come: they are asked for by themselves. */
  function askFates(sending: Dispatcher): void {
    // Who was let go of is no more asked for: an outbox that is closed has nothing unsent, and is not done.
    const isLetGo = (): boolean => dispatcher !== sending
    cancelFates?.()
    cancelFates = clock.after(ASK_FATES_EVERY_MS, () => {
      void sending.turns
        .take(async () => {
          const ids = sending.unsure()
          if (isLetGo() || ids.length === 0) return
          const outcome = await upstream.pull([], 1, ids)
          if (isLetGo() || outcome.kind !== 'settled' || outcome.value.uid !== user.id) return
          sending.learned(ids, outcome.value.outcomes)
          afterPush()
        })
        .catch((error: unknown) => log.error('departed.fates', { user: user.id, error: String(error) }))
        .then(() => {
          if (!isLetGo()) askFates(sending)
        })
    })
  }

  function strand(): void {
    log.warn('departed.stranded', { user: user.id, unsent })
    letGo()
    isStranded = true
    changed()
  }

  function finish(): void {
    log.info('departed.sent', { user: user.id })
    release()
    done()
  }

  /** The outbox is free after this. */
  function letGo(): void {
    retry?.cancel()
    retry = null
    cancelFates?.()
    cancelFates = null
    dispatcher?.stop()
    dispatcher = null
    const left = outbox
    outbox = null
    try {
      left?.close()
    } catch (error) {
      log.error('departed.not-closed', { user: user.id, error: String(error) })
    }
  }

  function release(): void {
    isOver = true
    letGo()
    upstream
      .signOut()
      .catch((error: unknown) => log.warn('departed.sign-out', { error: String(error) }))
      .then(() => upstream.stop())
      .catch((error: unknown) => log.warn('departed.stop', { error: String(error) }))
  }

  // In a turn of its own: whoever opened it knows it by then.
  later(0, begin)

  return {
    user,
    unsent: () => unsent,
    tryNow() {
      if (isOver || isStranded || clock.monotonicMs() - triedAtMs < SHORTEST_WAIT_MS) return
      triedAtMs = clock.monotonicMs()
      if (retry) return retry.now()
      // What waits for its time in the dispatcher is not due earlier unless the network was away.
      dispatcher?.online(false)
      dispatcher?.online(true)
    },
    release,
    async stop() {
      isOver = true
      letGo()
      await upstream.stop()
    },
  }
}

import { MINUTE_MS } from '#shared/lib/time.ts'
import { failed, ok } from '#shared/protocol/reply.ts'
import type { Reply } from '#shared/protocol/reply.ts'
import type { Answer, Question } from '#shared/protocol/contract.ts'
import type { WaitReason } from '#shared/protocol/status.ts'
import type { Engine, EngineChannel, OwnChannel, OwnQuestions, Signal } from '../engine.ts'
import { MirrorError } from '../mirror/mirror.ts'
import type { Inspector } from '../mirror/inspector.ts'
import type { LocalMirror, OpenProblem } from '../mirror/mirror.ts'
import type { WorkChannel, WorkDesk } from '../outbox/work.ts'
import { replyOfOutbox } from '../outbox/work-errors.ts'
import type { Cancel, Clock, Log, Random, ServerAddress, WindowId } from '../ports.ts'
import { waitMs } from '../sync/backoff.ts'
import type { WorldEvent } from '../sync/run-link.ts'
import type { EngineBoot } from '../thread-protocol.ts'
import type { Failure, Upstream, UpstreamUser } from '../upstream/upstream.ts'
import type { ViewHost } from '../views/view-host.ts'
import { createDiagnosticsBoard } from './diagnostics-board.ts'
import { createStatusBoard, diskStatusOf } from './status-board.ts'
import { openUserSession } from './user-session.ts'
import type { UserSession } from './user-session.ts'
import { replyOf } from './wire-errors.ts'

export interface StationPorts {
  clock: Clock
  random: Random
  log: Log
  /** Makes the views. `trouble` is called when the disk fails one of them. */
  createViews: (trouble: (problem: OpenProblem) => void) => ViewHost
  connect: (address: ServerAddress) => Upstream
  /**
   * Opens the file of this project and user, making it when it is not there. A damaged one is set aside, also when the
   * damage was met in use before.
   * @throws MirrorError when not even reading is possible
   */
  openMirror: (address: ServerAddress, user: UpstreamUser) => OpenedMirror
  /** A person pointed the station at this server, and it answered. */
  serverConfigured: (address: ServerAddress) => void
}

/** `trouble`: the disk cannot be written; what is there is shown. */
export interface OpenedMirror {
  mirror: LocalMirror
  inspector: Inspector
  rebuilt: boolean
  trouble: OpenProblem | null
}

/** How often a disk that could only be read is tried again for writing. */
const REOPEN_EVERY_MS = MINUTE_MS

interface Server {
  address: ServerAddress
  upstream: Upstream
}

/**
 * One installed console: which server, which user, which mirror; and the questions of its windows. A user's mirror is shown
 * before any word with the network.
 */
export function openStation(
  ports: StationPorts,
  boot: Pick<EngineBoot, 'server' | 'demoSignIn' | 'feed'>,
): Engine {
  const { clock, random, log } = ports
  const views = ports.createViews((problem) => {
    if (server && session) onDiskRefused(server, session.user, problem)
  })
  const board = createStatusBoard(clock.now, (status) => views.setStatus(status))
  const diagnostics = createDiagnosticsBoard(clock, views, boot.feed)
  let server: Server | null = null
  let session: UserSession | null = null
  let stopped = false
  /** A try that waits for its time: the demo's sign-in, or a mirror that could not be opened. */
  let retry: { now: () => void; cancel: Cancel } | null = null
  let attempt = 0

  /** Sign-in, sign-out, another server and the end follow one another; none begins in the middle of the last. */
  let last: Promise<unknown> = Promise.resolve()
  function inOrder<T>(work: () => Promise<T>): Promise<T> {
    const next = last.then(work)
    last = next.catch((error: unknown) => log.error('station.failed', { error: String(error) }))
    return next
  }
  /** The same for work nobody waits for; its failure is in the log already. */
  const inBackground = (work: () => Promise<void>): void => void inOrder(work).catch(() => undefined)

  async function useServer(address: ServerAddress): Promise<void> {
    await leaveServer()
    server = { address, upstream: ports.connect(address) }
    board.server(address)
    const user = await server.upstream.restUser()
    if (user) return showUser(server, user)
    if (boot.demoSignIn) return signInDemo(server, boot.demoSignIn)
    board.link({ at: 'signed-out', because: 'never-signed-in' })
  }

  async function leaveServer(): Promise<void> {
    await leaveUser()
    const left = server
    server = null
    await left?.upstream.stop()
  }

  async function showUser(at: Server, user: UpstreamUser): Promise<void> {
    await leaveUser()
    try {
      const { mirror, inspector, rebuilt, trouble } = ports.openMirror(at.address, user)
      attempt = 0
      const whole = rebuilt ? 'damaged-rebuilt' : 'ok'
      board.disk(trouble ? diskStatusOf[trouble] : whole)
      session = openUserSession(
        {
          clock,
          random,
          log,
          upstream: at.upstream,
          feed: boot.feed,
          views,
          board,
          diagnostics,
          diskRefused: (problem) => onDiskRefused(at, user, problem),
          // A copy that is only read proves nothing of the disk: a pull that brings nothing writes nothing.
          diskWorks: () => {
            if (!trouble) onDiskWorks()
          },
        },
        user,
        { mirror, inspector },
      )
      if (trouble) tryLater(REOPEN_EVERY_MS, () => showUser(at, user))
    } catch (error) {
      // Whatever it is, the next try may find it gone.
      const problem = error instanceof MirrorError ? error.problem : 'io-error'
      log.error('mirror.not-opened', { problem, detail: String(error) })
      board.user(user, null)
      board.disk(diskStatusOf[problem])
      waitThen('disk', () => showUser(at, user))
    }
  }

  /** What is shown of the user is gone at once; the file is free when this is done. */
  async function leaveUser(): Promise<void> {
    retry?.cancel()
    retry = null
    const left = session
    session = null
    await left?.close()
  }

  /** Reads go on and the link tries again by itself; only a damaged file must be opened anew, which sets it aside. */
  function onDiskRefused(at: Server, user: UpstreamUser, problem: OpenProblem): void {
    if (problem !== 'damaged') return board.disk(diskStatusOf[problem])
    // Damage is met by several at once: a view, a pull, the upkeep. The file is set aside once.
    const damaged = session
    inBackground(async () => {
      if (session === damaged) await showUser(at, user)
    })
  }

  function onDiskWorks(): void {
    const { disk } = board.current()
    if (disk !== 'ok' && disk !== 'damaged-rebuilt') board.disk('ok')
  }

  async function signInDemo(
    at: Server,
    { email, password }: NonNullable<EngineBoot['demoSignIn']>,
  ): Promise<void> {
    const outcome = await at.upstream.signIn(email, password)
    if (stopped || server !== at || session) return
    if (outcome.kind === 'settled') {
      attempt = 0
      return showUser(at, outcome.value)
    }
    log.info('station.demo-not-signed-in', { failure: outcome })
    const because = waitReasonOf(outcome)
    if (because === null) return board.link({ at: 'signed-out', because: 'never-signed-in' })
    waitThen(because, () => signInDemo(at, { email, password }))
  }

  function waitThen(because: WaitReason, work: () => Promise<void>): void {
    attempt += 1
    const delayMs = waitMs(attempt, random)
    const now = clock.now()
    board.link({ at: 'waiting', since: now, until: now + delayMs, attempt, because })
    tryLater(delayMs, work)
  }

  function tryLater(delayMs: number, work: () => Promise<void>): void {
    const go = (): void => {
      retry?.cancel()
      retry = null
      inBackground(work)
    }
    retry?.cancel()
    retry = { now: go, cancel: clock.after(delayMs, go) }
  }

  async function signIn({
    email,
    password,
  }: Question<'session.sign-in'>): Promise<Reply<Answer<'session.sign-in'>>> {
    if (server === null) return failed('not-ready', 'The station does not know its server yet.')
    const at = server
    const outcome = await at.upstream.signIn(email, password)
    if (outcome.kind !== 'settled') return replyOf(outcome)
    if (session?.user.id === outcome.value.id) session.tell({ kind: 'signed-in' })
    else await showUser(at, outcome.value)
    return ok({})
  }

  async function signOut(): Promise<Reply<Answer<'session.sign-out'>>> {
    const leaving = leaveUser()
    board.user(null, null)
    board.link({ at: 'signed-out', because: 'asked' })
    await leaving
    // Forgetting here is what counts; the server is told in the background, if it can be reached.
    server?.upstream
      .signOut()
      .catch((error: unknown) => log.warn('station.sign-out', { error: String(error) }))
    return ok({})
  }

  async function configure({
    url,
    anonKey,
  }: Question<'server.configure'>): Promise<Reply<Answer<'server.configure'>>> {
    const address: ServerAddress = { url: url.replace(/\/+$/, ''), anonKey: anonKey.trim(), embedded: false }
    const upstream = ports.connect(address)
    const outcome = await upstream.probe()
    await upstream.stop()
    if (outcome.kind !== 'settled') return replyOf(outcome)
    ports.serverConfigured(address)
    await useServer(address)
    return ok({})
  }

  function tell(event: WorldEvent): void {
    if (event.kind === 'nudged') retry?.now()
    session?.tell(event)
  }

  async function onDesk<C extends WorkChannel>(channel: C, question: Question<C>): Promise<Reply<Answer<C>>> {
    const desk = theDesk()
    return desk.ok ? desk.value.answer(channel, question) : desk
  }

  /** The work of whoever is signed in, or why none can be taken. */
  function theDesk(): Reply<WorkDesk> {
    if (session === null) return failed('not-ready', 'Nobody is signed in at this station.')
    return session.work ? ok(session.work) : replyOfOutbox(session.workTrouble ?? 'io-error')
  }

  const ownAnswers: {
    [C in OwnChannel]: (question: OwnQuestions[C]['question']) => Promise<Reply<OwnQuestions[C]['answer']>>
  } = {
    'work.gather': async () => {
      const desk = theDesk()
      return desk.ok ? desk.value.exportUnsent() : desk
    },
    'work.take-in': async ({ text }) => {
      const desk = theDesk()
      return desk.ok ? desk.value.importUnsent(text) : desk
    },
  }

  const answers: {
    [C in EngineChannel]: (window: WindowId, question: Question<C>) => Promise<Reply<Answer<C>>>
  } = {
    'view.open': async (window, { viewId, view }) => views.open(window, viewId, view),
    'view.close': async (window, { viewId }) => {
      views.close(window, viewId)
      return ok({})
    },
    'session.sign-in': (_window, question) => inOrder(() => signIn(question)),
    'session.sign-out': () => inOrder(signOut),
    'server.configure': (_window, question) => inOrder(() => configure(question)),
    'work.submit': (_window, question) => onDesk('work.submit', question),
    'work.undo': (_window, question) => onDesk('work.undo', question),
    'work.begin-count': (_window, question) => onDesk('work.begin-count', question),
    'work.retry': (_window, question) => onDesk('work.retry', question),
    'work.amend': (_window, question) => onDesk('work.amend', question),
    'work.discard': (_window, question) => onDesk('work.discard', question),
    'work.assign': (_window, question) => onDesk('work.assign', question),
    'link.retry': async () => {
      tell({ kind: 'nudged', by: 'asked' })
      return ok({})
    },
  }

  if (boot.server !== null) {
    const { server: address } = boot
    inBackground(() => useServer(address))
  }

  return {
    ask: (window, channel, question) => answers[channel](window, question),
    askOwn: (channel, question) => ownAnswers[channel](question),
    forget: (window) => views.forget(window),
    signal: (signal) => tell(worldEventOf(signal)),
    stop: () =>
      inOrder(async () => {
        if (stopped) return
        stopped = true
        await leaveServer()
        diagnostics.stop()
        views.stop()
      }),
  }
}

const worldEventOf = (signal: Signal): WorldEvent =>
  signal.kind === 'suspending' || signal.kind === 'network-down'
    ? { kind: signal.kind }
    : { kind: 'nudged', by: signal.kind }

/** Whether trying the same sign-in again can help, and how the wait is called. */
function waitReasonOf(failure: Failure): WaitReason | null {
  switch (failure.kind) {
    case 'offline':
      return 'no-answer'
    case 'retry':
      return failure.because
    case 'not-supabase':
    case 'wrong-key':
      return failure.kind
    default:
      return null
  }
}

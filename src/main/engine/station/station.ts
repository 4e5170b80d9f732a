import { MINUTE_MS } from '#shared/lib/time.ts'
import type { UserId } from '#shared/domain/ids.ts'
import { failed, ok } from '#shared/protocol/reply.ts'
import type { Reply } from '#shared/protocol/reply.ts'
import type { Answer, Question } from '#shared/protocol/contract.ts'
import type { WaitReason } from '#shared/protocol/status.ts'
import type { DesktopNews } from '../alerts/desktop-news.ts'
import type { Engine, EngineChannel, OwnChannel, OwnQuestions, Signal } from '../engine.ts'
import { MirrorError } from '../mirror/mirror.ts'
import { ledgerAsks } from '../ledger/ledger-asks.ts'
import type { Inspector } from '../mirror/inspector.ts'
import type { LocalMirror, OpenProblem } from '../mirror/mirror.ts'
import { OutboxError } from '../outbox/outbox.ts'
import type { Outbox } from '../outbox/outbox.ts'
import { nobodysWork } from '../outbox/work.ts'
import type { Cancel, Clock, Log, Random, Secrets, ServerAddress, WindowId } from '../ports.ts'
import { waitMs } from '../sync/backoff.ts'
import type { WorldEvent } from '../sync/run-link.ts'
import { paperAsks } from '../paper/paper-asks.ts'
import type { EngineBoot } from '../thread-protocol.ts'
import type { Failure, Upstream, UpstreamUser } from '../upstream/upstream.ts'
import type { ViewHost } from '../views/view-host.ts'
import { planDepartures } from './departures.ts'
import { createDrillGate } from './drill-gate.ts'
import type { Server } from './departures.ts'
import { createDiagnosticsBoard } from './diagnostics-board.ts'
import type { SessionOutbox } from './session-work.ts'
import { createStatusBoard, diskStatusOf } from './status-board.ts'
import { openUserSession } from './user-session.ts'
import type { UserSession } from './user-session.ts'
import { replyOf } from './wire-errors.ts'
import { workAsks } from './work-asks.ts'

export interface StationPorts {
  clock: Clock
  random: Random
  log: Log
  /** Makes the views. `trouble` is called when the disk fails one of them. */
  createViews: (trouble: (problem: OpenProblem) => void) => ViewHost
  /** @param apart with the session that was set apart for this user, instead of the station's own */
  connect: (address: ServerAddress, apart?: UserId) => Upstream
  /** Sessions and their list rest here. */
  secrets: Secrets
  /**
   * Opens the file of this project and user, making it when it is not there. A damaged one is set aside, also when the
   * damage was met in use before.
   * @throws MirrorError when not even reading is possible
   */
  openMirror: (address: ServerAddress, user: UpstreamUser) => OpenedMirror
  /**
   * Opens this user's outbox, making it when it is not there. `recovered`: something in it was damaged, and mended.
   * @throws OutboxError
   */
  openOutbox: (address: ServerAddress, user: UpstreamUser) => { outbox: Outbox; recovered: boolean }
  /** Notifications that have just come, for the desktop. */
  news?: (news: DesktopNews) => void
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

/** Asks for the main process itself. */
const NO_WINDOW = 0 as WindowId

/** How often a disk that could only be read is tried again for writing. */
const REOPEN_EVERY_MS = MINUTE_MS

/**
 * One installed console: which server, which user, which mirror; and the questions of its windows. A user's mirror is shown
 * before any word with the network.
 */
export function openStation(
  ports: StationPorts,
  boot: Pick<EngineBoot, 'server' | 'demoSignIn' | 'feed' | 'station' | 'appVersion'>,
): Engine {
  const { clock, random, log } = ports
  const gate = createDrillGate(clock)
  const connect: StationPorts['connect'] = (address, apart) => gate.over(ports.connect(address, apart))
  let identity = boot.station
  const views = ports.createViews((problem) => {
    if (server && session) onDiskRefused(server, session.user, problem)
  })
  const board = createStatusBoard(clock.now, (status) => views.setStatus(status))
  const diagnostics = createDiagnosticsBoard(clock, views, boot.feed)
  const departures = planDepartures({ ...ports, connect }, () => views.workChanged())
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
    const at: Server = { address, upstream: connect(address), departed: departures.of(address) }
    server = at
    board.server(address)
    const user = await at.upstream.restUser()
    if (!user && !boot.demoSignIn) board.link({ at: 'signed-out', because: 'never-signed-in' })
    const wasLeaving = user !== null && (await at.departed.has(user.id))
    // A sign-out that the end of an earlier run cut short.
    if (wasLeaving) await departures.depart(at, user)
    await at.departed.resume()
    if (user && !wasLeaving) return showUser(at, user)
    if (boot.demoSignIn) return signInDemo(at, boot.demoSignIn)
    if (wasLeaving) board.link({ at: 'signed-out', because: 'asked' })
  }

  async function leaveServer(): Promise<void> {
    await leaveUser()
    const left = server
    server = null
    await left?.departed.stop()
    await left?.upstream.stop()
  }

  async function showUser(at: Server, user: UpstreamUser): Promise<void> {
    await leaveUser()
    await at.departed.release(user.id)
    try {
      const { mirror, inspector, rebuilt, trouble } = ports.openMirror(at.address, user)
      const work = openOutbox(at, user)
      attempt = 0
      const problem = trouble ?? (work.outbox.kind === 'closed' ? work.outbox.problem : null)
      const whole = rebuilt || work.recovered ? 'damaged-rebuilt' : 'ok'
      board.disk(problem ? diskStatusOf[problem] : whole)
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
            if (!problem) onDiskWorks()
          },
          serverUrl: at.address.url,
          station: () => identity,
          appVersion: boot.appVersion,
          gate,
          unsentOfOthers: () => at.departed.unsent(),
          news: (news) => ports.news?.(news),
        },
        user,
        { mirror, inspector, outbox: work.outbox },
      )
      if (problem) tryLater(REOPEN_EVERY_MS, () => showUser(at, user))
    } catch (error) {
      // Whatever it is, the next try may find it gone.
      const problem = error instanceof MirrorError ? error.problem : 'io-error'
      log.error('mirror.not-opened', { problem, detail: String(error) })
      board.user(user, null)
      board.disk(diskStatusOf[problem])
      waitThen('disk', () => showUser(at, user))
    }
  }

  /** Without it everything can be read and nothing can be kept. */
  function openOutbox(at: Server, user: UpstreamUser): { outbox: SessionOutbox; recovered: boolean } {
    try {
      const { outbox, recovered } = ports.openOutbox(at.address, user)
      return { outbox: { kind: 'open', outbox }, recovered }
    } catch (error) {
      const problem = error instanceof OutboxError ? error.problem : 'io-error'
      log.error('outbox.not-opened', { problem, detail: String(error) })
      return { outbox: { kind: 'closed', problem }, recovered: false }
    }
  }

  /** What is shown of the user is gone at once; the files are free when this is done. */
  async function leaveUser(): Promise<void> {
    retry?.cancel()
    retry = null
    const left = session
    session = null
    await left?.close()
    views.attach(
      null,
      nobodysWork(() => server?.departed.unsent() ?? 0),
    )
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
    const before = session?.user ?? (await at.upstream.restUser().catch(() => null))
    // Whoever comes takes the place of the session that is here. It is needed until its work is sent, and whoever is here can go on
    // working while the other's password is looked at: so it is set apart in any case.
    const apart = before && !isSame(before.email, email) ? await departures.setApart(at, before) : null
    const outcome = await at.upstream.signIn(email, password)
    if (outcome.kind !== 'settled') {
      await apart?.undo()
      return replyOf(outcome)
    }
    if (session?.user.id === outcome.value.id && !apart) {
      session.tell({ kind: 'signed-in' })
      return ok({})
    }
    const leavesWork = before !== null && departures.mayLeaveWork(at, before, session)
    await leaveUser()
    // Who leaves nothing is done at once, and their session ends.
    if (before && (leavesWork || apart) && before.id !== outcome.value.id)
      await departures.sendFor(at, before, apart?.upstream)
    await showUser(at, outcome.value)
    return ok({})
  }

  async function signOut(): Promise<Reply<Answer<'session.sign-out'>>> {
    const at = server
    const leaver = session?.user ?? (await at?.upstream.restUser().catch(() => null))
    const leavesWork = at && leaver && departures.mayLeaveWork(at, leaver, session)
    // While there still is a session to say it with.
    const goodbye = session?.goodbye()
    const leaving = leaveUser()
    board.user(null, null)
    board.link({ at: 'signed-out', because: 'asked' })
    await leaving
    await goodbye
    if (leavesWork) await departures.depart(at, leaver)
    else if (at) departures.forgetSession(at.upstream)
    return ok({})
  }

  async function configure({
    url,
    anonKey,
  }: Question<'server.configure'>): Promise<Reply<Answer<'server.configure'>>> {
    const address: ServerAddress = { url: url.replace(/\/+$/, ''), anonKey: anonKey.trim(), embedded: false }
    const upstream = connect(address)
    const outcome = await upstream.probe()
    await upstream.stop()
    if (outcome.kind !== 'settled') return replyOf(outcome)
    ports.serverConfigured(address)
    await useServer(address)
    return ok({})
  }

  function tell(event: WorldEvent): void {
    if (event.kind === 'nudged') {
      retry?.now()
      server?.departed.tryNow()
    }
    session?.tell(event)
  }

  const work = workAsks(
    () => session,
    () => board.current().user !== null,
  )
  const ledger = ledgerAsks(() => session?.ledger ?? null)
  const answers: {
    [C in EngineChannel]: (window: WindowId, question: Question<C>) => Promise<Reply<Answer<C>>>
  } = {
    'view.open': async (window, { viewId, view }) => {
      const opened = views.open(window, viewId, view)
      if (view.name === 'summary') session?.fleet.looked()
      return opened
    },
    'view.close': async (window, { viewId }) => {
      views.close(window, viewId)
      return ok({})
    },
    'session.sign-in': (_window, question) => inOrder(() => signIn(question)),
    'session.sign-out': () => inOrder(signOut),
    'server.configure': (_window, question) => inOrder(() => configure(question)),
    ...work.answers,
    ...ledger,
    'drill.start': async (_window, question) => session?.fleet.startDrill(question) ?? nobodyHere(),
    'drill.end': async () => session?.fleet.endDrill() ?? nobodyHere(),
    'link.retry': async () => {
      tell({ kind: 'nudged', by: 'asked' })
      return ok({})
    },
  }

  const own: {
    [C in OwnChannel]: (question: OwnQuestions[C]['question']) => Promise<Reply<OwnQuestions[C]['answer']>>
  } = {
    ...work.own,
    ...paperAsks({
      views,
      page: (question) => ledger['ledger.page'](NO_WINDOW, question),
      look: () => session?.look() ?? null,
      upstream: () => (session === null ? null : (server?.upstream ?? null)),
      asOf: () => board.current().asOf,
    }),
    'station.named': async (named) => {
      if (identity !== null) identity = named
      session?.fleet.looked()
      return ok({})
    },
  }

  /** Whoever asks anything after a receipt finds it drawn. */
  const drawKept = (): void => {
    if (session?.work.kind === 'open') session.work.desk.drawn()
  }

  if (boot.server !== null) {
    const { server: address } = boot
    inBackground(() => useServer(address))
  }

  return {
    ask(window, channel, question) {
      drawKept()
      return answers[channel](window, question)
    },
    askOwn(channel, question) {
      drawKept()
      return own[channel](question)
    },
    forget: (window) => views.forget(window),
    signal: (signal) => tell(worldEventOf(signal)),
    stop: () =>
      inOrder(async () => {
        if (stopped) return
        stopped = true
        await session?.goodbye()
        await leaveServer()
        diagnostics.stop()
        views.stop()
      }),
  }
}

const nobodyHere = (): Reply<never> => failed('not-ready', 'Nobody is signed in at this station.')

const isSame = (email: string, other: string): boolean => email.toLowerCase() === other.trim().toLowerCase()

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

import type { HearChannel, Heard } from '#shared/protocol/contract.ts'
import { failed, type Reply } from '#shared/protocol/reply.ts'
import { unreachable } from '#shared/lib/must.ts'
import type { DesktopNews } from './engine/alerts/desktop-news.ts'
import type { EngineChannel, OwnChannel, OwnQuestions, Signal } from './engine/engine.ts'
import type { Cancel, Clock, Log, Post, Secrets, ServerAddress, WindowId } from './engine/ports.ts'
import type { EngineBoot, FromEngine, StationIdentity, ToEngine } from './engine/thread-protocol.ts'

/*
 * The main thread's end of the engine thread: hands questions over and answers back, keeps the thread alive, and ends it
 * in good order. It knows nothing of Electron.
 */

/** One life of the engine thread. */
export interface EngineThread {
  post(message: ToEngine): void
  /** Ends it at once, whatever it does. */
  kill(): Promise<void>
}

/** Starts a thread. `gone` is called once, with what it died of. */
export type StartThread = (
  boot: EngineBoot,
  hear: { message(message: FromEngine): void; gone(error: Error): void },
) => EngineThread

export interface EngineHostPorts {
  startThread: StartThread
  boot: EngineBoot
  clock: Clock
  secrets: Secrets
  log: Log
  post: Post
  broadcast<C extends HearChannel>(channel: C, message: Heard<C>): void
  /** Notifications that have just come, for the desktop. */
  news(news: DesktopNews): void
  /** The engine has checked a server that a person pointed it at: keep it for the next start. */
  serverConfigured(server: ServerAddress): Promise<void>
}

export interface EngineHost {
  ask(window: WindowId, channel: EngineChannel, question: unknown): Promise<Reply<unknown>>
  /** A question of the main process itself. */
  askOwn<C extends OwnChannel>(
    channel: C,
    question: OwnQuestions[C]['question'],
  ): Promise<Reply<OwnQuestions[C]['answer']>>
  forget(window: WindowId): void
  signal(signal: Signal): void
  /**
   * Ends the engine; a thread that does not come to its end in time is killed (the mirror survives that by design).
   * @param deadlineMs how long it may take
   */
  stop(deadlineMs: number): Promise<'in-order' | 'killed'>
}

const FIRST_RESTART_MS = 250
const MAX_RESTART_MS = 30_000
/** A life this long counts as health: the next restart is quick again. */
const HEALTHY_MS = 60_000

const notReady = () => failed('not-ready', 'The engine is starting again. Ask once more in a moment.', true)

interface Pending {
  /** Null: the main process itself. */
  window: WindowId | null
  resolve(reply: Reply<unknown>): void
}

type Life =
  | { at: 'running'; thread: EngineThread; since: number }
  | { at: 'down'; cancelRestart: Cancel }
  | { at: 'stopping'; thread: EngineThread }
  | { at: 'stopped' }

/** Starts the engine thread and keeps it running until `stop`. */
export function hostEngine(ports: EngineHostPorts): EngineHost {
  const { clock, log } = ports
  const pending = new Map<number, Pending>()
  let boot = ports.boot
  let lastId = 0
  let deaths = 0
  let generation = 0
  let ended: (() => void) | null = null
  let life: Life = start()

  function start(): Life {
    const mine = ++generation
    const thread = ports.startThread(boot, {
      // What a thread says after its successor has started is of the past.
      message: (message) => {
        if (mine === generation) hear(message)
      },
      gone: (error) => {
        if (mine === generation) onGone(error)
      },
    })
    return { at: 'running', thread, since: clock.monotonicMs() }
  }

  function hear(message: FromEngine): void {
    switch (message.kind) {
      case 'reply':
        settle(message.id, message.reply)
        return
      case 'post':
        ports.post(message.window, message.channel, message.message)
        return
      case 'secret':
        void answerSecret(message, generation)
        return
      case 'server-configured':
        boot = { ...boot, server: message.server }
        ports.serverConfigured(message.server).catch((error: unknown) => {
          log.error('settings.not-kept', { error })
        })
        return
      case 'news':
        ports.news(message.news)
        return
      case 'log':
        log[message.level](message.event, { thread: 'engine', ...message.facts })
        return
      case 'stopped':
        ended?.()
        return
      default:
        unreachable(message)
    }
  }

  function settle(id: number, reply: Reply<unknown>): void {
    const asked = pending.get(id)
    pending.delete(id)
    asked?.resolve(reply)
  }

  async function answerSecret(
    request: Extract<FromEngine, { kind: 'secret' }>,
    asker: number,
  ): Promise<void> {
    const { id, operation } = request
    const answer = await doSecret(ports.secrets, request).then(
      (value) => ({ value }),
      (error: unknown) => {
        log.error('secrets.failed', { operation, error })
        return operation === 'get' ? { value: null } : { value: null, failed: true as const }
      },
    )
    if (asker === generation) tell({ kind: 'secret', id, ...answer })
  }

  function tell(message: ToEngine): void {
    if (life.at === 'running' || life.at === 'stopping') life.thread.post(message)
  }

  function onGone(error: Error): void {
    for (const { resolve } of pending.values()) resolve(notReady())
    pending.clear()
    if (life.at !== 'running') {
      ended?.()
      return
    }
    deaths = clock.monotonicMs() - life.since >= HEALTHY_MS ? 1 : deaths + 1
    const delayMs = Math.min(MAX_RESTART_MS, FIRST_RESTART_MS * 2 ** (deaths - 1))
    log.error('engine.died', { error, deaths, restartInMs: delayMs })
    life = { at: 'down', cancelRestart: clock.after(delayMs, restart) }
  }

  function restart(): void {
    life = start()
    log.info('engine.restarted', { deaths })
    ports.broadcast('engine.restarted', {})
  }

  function asked(window: WindowId | null, question: (id: number) => ToEngine): Promise<Reply<unknown>> {
    if (life.at !== 'running') return Promise.resolve(notReady())
    const id = ++lastId
    return new Promise((resolve) => {
      pending.set(id, { window, resolve })
      tell(question(id))
    })
  }

  return {
    ask: (window, channel, question) =>
      asked(window, (id) => ({ kind: 'ask', id, window, channel, question })),
    askOwn: async (channel, question) => {
      // The next life of the thread begins with it.
      if (channel === 'station.named') boot = { ...boot, station: question as StationIdentity }
      return (await asked(null, (id) => ({ kind: 'ask-own', id, channel, question }) as ToEngine)) as Reply<
        OwnQuestions[typeof channel]['answer']
      >
    },
    forget: (window) => {
      for (const [id, asked] of pending) if (asked.window === window) settle(id, notReady())
      tell({ kind: 'forget', window })
    },
    signal: (signal) => tell({ kind: 'signal', signal }),
    stop: async (deadlineMs) => {
      if (life.at === 'down') life.cancelRestart()
      if (life.at !== 'running') {
        life = { at: 'stopped' }
        return 'in-order'
      }
      const { thread } = life
      life = { at: 'stopping', thread }
      const outcome = await new Promise<'in-order' | 'killed'>((resolve) => {
        const cancel = clock.after(deadlineMs, () => resolve('killed'))
        ended = () => {
          cancel()
          resolve('in-order')
        }
        tell({ kind: 'stop' })
      })
      if (outcome === 'killed') log.warn('engine.killed', { deadlineMs })
      await thread.kill()
      life = { at: 'stopped' }
      return outcome
    },
  }
}

async function doSecret(
  secrets: Secrets,
  request: Extract<FromEngine, { kind: 'secret' }>,
): Promise<string | null> {
  switch (request.operation) {
    case 'get':
      return await secrets.get(request.key)
    case 'set':
      await secrets.set(request.key, request.value ?? '')
      return null
    case 'delete':
      await secrets.delete(request.key)
      return null
  }
}

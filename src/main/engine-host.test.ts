import { describe, expect, test } from 'vitest'
import { ok } from '#shared/protocol/reply.ts'
import { recordingLog } from './diagnostics/recording-log.ts'
import type { Clock, Secrets, WindowId } from './engine/ports.ts'
import type { EngineBoot, FromEngine, ToEngine } from './engine/thread-protocol.ts'
import { hostEngine, type EngineThread, type StartThread } from './engine-host.ts'

const boot: EngineBoot = {
  directory: '/mirrors',
  server: null,
  demoSignIn: null,
  feed: 'broadcast',
  appVersion: '0.1.0',
  station: null,
  nativeBinding: null,
}
const window = 3 as WindowId

/** Time that passes when the test says so. */
function handClock() {
  let nowMs = 0
  let tasks: { at: number; task: () => void }[] = []
  const clock: Clock = {
    now: () => nowMs,
    monotonicMs: () => nowMs,
    after: (delayMs, task) => {
      const entry = { at: nowMs + delayMs, task }
      tasks.push(entry)
      return () => void (tasks = tasks.filter((other) => other !== entry))
    },
    breathe: () => Promise.resolve(),
  }
  const pass = (ms: number) => {
    nowMs += ms
    const due = tasks.filter((entry) => entry.at <= nowMs)
    tasks = tasks.filter((entry) => entry.at > nowMs)
    for (const { task } of due) task()
  }
  return { clock, pass, waiting: () => tasks.length }
}

/** A host over threads that do only what the test makes them do. */
function openHost(overrides: { secrets?: Partial<Secrets> } = {}) {
  const lives: {
    boot: EngineBoot
    heard: ToEngine[]
    killed: boolean
    say(message: FromEngine): void
    die(error?: Error): void
  }[] = []
  const startThread: StartThread = (given, hear) => {
    const life = {
      boot: given,
      heard: [] as ToEngine[],
      killed: false,
      say: (message: FromEngine) => hear.message(message),
      die: (error?: Error) => hear.gone(error ?? new Error('died')),
    }
    lives.push(life)
    const thread: EngineThread = {
      post: (message) => void life.heard.push(message),
      kill: () => {
        life.killed = true
        return Promise.resolve()
      },
    }
    return thread
  }
  const time = handClock()
  const log = recordingLog()
  const posted: unknown[] = []
  const broadcasts: string[] = []
  const configured: unknown[] = []
  const host = hostEngine({
    startThread,
    boot,
    log,
    clock: time.clock,
    secrets: {
      get: (key) => Promise.resolve(`secret of ${key}`),
      set: () => Promise.resolve(),
      delete: () => Promise.resolve(),
      ...overrides.secrets,
    },
    post: (...message) => void posted.push(message),
    news: () => undefined,
    broadcast: (channel) => void broadcasts.push(channel),
    serverConfigured: (server) => {
      configured.push(server)
      return Promise.resolve()
    },
  })
  const life = () => {
    const last = lives.at(-1)
    if (!last) throw new Error('no thread was started')
    return last
  }
  return { host, life, lives, log, posted, broadcasts, configured, ...time }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('questions', () => {
  test('each answer goes to its own question, in whatever order they come', async () => {
    const { host, life } = openHost()
    const first = host.ask(window, 'link.retry', {})
    const second = host.ask(window, 'session.sign-out', {})
    expect(life().heard).toMatchObject([
      { kind: 'ask', channel: 'link.retry', window },
      { kind: 'ask', channel: 'session.sign-out' },
    ])
    const [a, b] = life().heard.map((message) => ('id' in message ? message.id : 0))
    life().say({ kind: 'reply', id: b ?? 0, reply: ok('second') })
    life().say({ kind: 'reply', id: a ?? 0, reply: ok('first') })
    expect(await first).toEqual(ok('first'))
    expect(await second).toEqual(ok('second'))
  })

  test('[S1] the main process has questions of its own, which no window can name', async () => {
    const { host, life } = openHost()
    const taken = host.askOwn('work.take-in', { text: '{}' })
    host.forget(window)
    expect(life().heard[0]).toEqual({
      ...{ kind: 'ask-own', id: 1, channel: 'work.take-in', question: { text: '{}' } },
    })
    const reply = ok({ taken: 1, known: 0 })
    life().say({ kind: 'reply', id: 1, reply })
    expect(await taken).toEqual(reply)
  })

  test('a window that is gone waits for nothing, and the engine is told to forget it', async () => {
    const { host, life } = openHost()
    const answer = host.ask(window, 'link.retry', {})
    host.forget(window)
    expect(await answer).toMatchObject({ ok: false })
    expect(life().heard.at(-1)).toEqual({ kind: 'forget', window })
  })

  test('what the engine posts is handed on to its window', () => {
    const { life, posted } = openHost()
    life().say({ kind: 'post', window, channel: 'engine.restarted', message: {} })
    expect(posted).toEqual([[window, 'engine.restarted', {}]])
  })
})

describe('[L2] a thread that dies', () => {
  test('fails what was asked of it as not ready, starts again, and tells the windows', async () => {
    const { host, life, lives, broadcasts, pass, log } = openHost()
    const answer = host.ask(window, 'link.retry', {})
    life().die(new Error('out of memory'))
    expect(await answer).toMatchObject({ ok: false, error: { code: 'not-ready', retryable: true } })
    expect(await host.ask(window, 'link.retry', {})).toMatchObject({
      ok: false,
      error: { code: 'not-ready' },
    })
    expect(log.text()).toContain('out of memory')
    pass(250)
    expect(lives).toHaveLength(2)
    expect(broadcasts).toEqual(['engine.restarted'])
    const again = host.ask(window, 'link.retry', {})
    life().say({ kind: 'reply', id: 2, reply: ok({}) })
    expect(await again).toEqual(ok({}))
  })

  test('is started again ever more slowly while it keeps dying, never given up, and quickly after a healthy life', () => {
    const { life, lives, pass } = openHost()
    for (const delayMs of [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      const before = lives.length
      life().die()
      pass(delayMs - 1)
      expect(lives.length).toBe(before)
      pass(1)
      expect(lives.length).toBe(before + 1)
    }
    pass(60_000)
    const before = lives.length
    life().die()
    pass(250)
    expect(lives.length).toBe(before + 1)
  })

  test('[L1] is not heard any more once its successor runs', async () => {
    const { host, lives, life, pass, posted } = openHost()
    life().die()
    pass(250)
    const answer = host.ask(window, 'link.retry', {})
    lives[0]?.say({ kind: 'reply', id: 1, reply: ok('old') })
    lives[0]?.say({ kind: 'post', window, channel: 'engine.restarted', message: {} })
    life().say({ kind: 'reply', id: 1, reply: ok('new') })
    expect(await answer).toEqual(ok('new'))
    expect(posted).toEqual([])
  })

  test('starts again on the server that was configured last', () => {
    const { life, configured, pass } = openHost()
    const server = { url: 'https://p.supabase.co', anonKey: 'k', embedded: false }
    life().say({ kind: 'server-configured', server })
    expect(configured).toEqual([server])
    life().die()
    pass(250)
    expect(life().boot.server).toEqual(server)
  })
})

describe('secrets', () => {
  test('are fetched for the engine', async () => {
    const { life } = openHost()
    life().say({ kind: 'secret', id: 9, operation: 'get', key: 'session' })
    await settled()
    expect(life().heard).toEqual([{ kind: 'secret', id: 9, value: 'secret of session' }])
  })

  test('that cannot be had read as none', async () => {
    const { life, log } = openHost({ secrets: { get: () => Promise.reject(new Error('no key store')) } })
    life().say({ kind: 'secret', id: 9, operation: 'get', key: 'session' })
    await settled()
    expect(life().heard).toEqual([{ kind: 'secret', id: 9, value: null }])
    expect(log.text()).toContain('no key store')
  })

  test('that cannot be kept are told as such; the log has the reason and not the secret', async () => {
    const { life, log } = openHost({ secrets: { set: () => Promise.reject(new Error('disk full')) } })
    life().say({ kind: 'secret', id: 9, operation: 'set', key: 'session', value: 'private' })
    await settled()
    expect(life().heard).toEqual([{ kind: 'secret', id: 9, value: null, failed: true }])
    expect(log.text()).toContain('disk full')
    expect(log.text()).not.toContain('private')
  })
})

describe('the end', () => {
  test('waits until the engine says it is done', async () => {
    const { host, life, waiting } = openHost()
    const end = host.stop(5_000)
    expect(life().heard).toEqual([{ kind: 'stop' }])
    life().say({ kind: 'stopped' })
    expect(await end).toBe('in-order')
    expect(life().killed).toBe(true)
    expect(waiting()).toBe(0)
  })

  test('kills a thread that does not come to it in time', async () => {
    const { host, life, pass, log } = openHost()
    const end = host.stop(5_000)
    pass(5_000)
    expect(await end).toBe('killed')
    expect(life().killed).toBe(true)
    expect(log.events()).toContain('engine.killed')
  })

  test('still hears secrets and logs on the way, answers no question, and starts nothing again', async () => {
    const { host, life, lives, pass } = openHost()
    const asked = host.ask(window, 'link.retry', {})
    const end = host.stop(5_000)
    expect(await host.ask(window, 'link.retry', {})).toMatchObject({ ok: false })
    life().say({ kind: 'secret', id: 1, operation: 'get', key: 'session' })
    await settled()
    expect(life().heard.at(-1)).toMatchObject({ kind: 'secret', value: 'secret of session' })
    life().die()
    expect(await end).toBe('in-order')
    expect(await asked).toMatchObject({ ok: false })
    pass(60_000)
    expect(lives).toHaveLength(1)
  })

  test('cancels a restart that was waiting', async () => {
    const { host, life, lives, pass } = openHost()
    life().die()
    await host.stop(5_000)
    pass(60_000)
    expect(lives).toHaveLength(1)
  })
})

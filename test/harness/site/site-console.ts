import { join } from 'node:path'
import type { WarehouseId } from '#shared/domain/ids.ts'
import type { StockRow, ViewSpec } from '#shared/protocol/views.ts'
import type { LinkStatus, Status } from '#shared/protocol/status.ts'
import { must } from '#shared/lib/must.ts'
import { composeEngine } from '#engine/compose.ts'
import type { Engine, Signal } from '#engine/engine.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { Log, ServerAddress, WindowId } from '#engine/ports.ts'
import type { UpstreamUser } from '#engine/upstream/upstream.ts'
import { memorySecrets } from '../memory-secrets.ts'
import { recordedLog } from '../recorded-log.ts'
import type { LogLine } from '../recorded-log.ts'
import { crashSite } from './crash.ts'
import type { CrashSite } from './crash.ts'
import { workingHands } from './hands.ts'
import type { Hands } from './hands.ts'
import { Line } from './line.ts'
import type { LinePorts } from './line.ts'
import { MirrorFile } from './mirror-file.ts'
import { openScreen } from './screen.ts'
import type { Screen } from './screen.ts'
import { terminalClock } from './terminal-clock.ts'
import type { TerminalClock } from './terminal-clock.ts'

export const address: ServerAddress = { url: 'http://shelf.test', anonKey: 'anon', embedded: false }

/** One console of a site: the whole engine on files of its own, at the end of a line of its own. */
export interface SiteConsole {
  readonly no: number
  readonly line: Line
  /** What its window shows: views `status`, and after `show` those of a warehouse. */
  readonly screen: Screen
  /** Whoever works here, and their notes; they outlive the process. */
  readonly hands: Hands
  /** The warehouse it looks at; null before `show`. */
  shown(): WarehouseId | null
  /** This terminal's own clock; a new one with each start of the process. */
  clock(): TerminalClock
  /** Who is signed in here, as this terminal knows. */
  user(): UpstreamUser | null
  status(): Status
  /** Every link state it went through since the site was opened, repeats left out. */
  path(): LinkStatus['at'][]
  log(): readonly LogLine[]
  isRunning(): boolean
  /** Answers while it is running. @throws when it is not */
  engine(): Engine
  /** The file of its user's mirror as it lies on the disk; null when there is none. */
  mirrorFile(): MirrorFile | null

  start(): Promise<void>
  /** Ends as a person ends it. @returns timers, feeds and database handles that were left */
  stop(): Promise<Leaks>
  /** The process is gone between two statements: the n-th from now, or at once. */
  kill(at?: { statement: number }): void
  /** The disk takes and gives nothing any more, until `spare`. */
  failDisk(): void
  /** A planned kill that has not happened is called off, and a failing disk works again. */
  spare(): void
  /** Looks at a warehouse's stock list and figures. */
  show(warehouse: WarehouseId): void
  signIn(user: UpstreamUser): Promise<boolean>
  signOut(): Promise<void>
  signal(signal: Signal): void
  cutCable(): void
  plugIn(): void
  /** The lid is closed: the network goes on without it. */
  fallAsleep(options?: { unnoticed?: boolean }): void
  wake(options?: { unnoticed?: boolean }): void
  /** Somebody sets this terminal's clock. */
  setClock(byMs: number): void
}

export interface Leaks {
  timers: number
  feeds: number
  databases: number
}

interface ConsolePorts extends LinePorts {
  no: number
  folder: string
  /** Called when a planned kill took effect. */
  killed: () => void
  statusSeen: (status: Status) => void
  /** A new picture of the stock list stands on the screen. */
  stockSeen: (rows: readonly StockRow[]) => void
  random: () => number
  /** Lets everything run that needs no time. */
  settle: () => Promise<void>
}

interface Running {
  engine: Engine
  clock: TerminalClock
  files: CrashSite
  folder: string
}

export function siteConsole(ports: ConsolePorts): SiteConsole {
  const { no } = ports
  const line = new Line(ports)
  const screen = openScreen((name, model) => {
    if (name === 'status' && model.kind === 'value') take(model.value as Status)
    if (name === 'stock' && model.kind === 'list') ports.stockSeen(model.rows as StockRow[])
  })
  const secrets = memorySecrets()
  const log = recordedLog()
  const path: LinkStatus['at'][] = []
  let clock = terminalClock(ports.base)
  let offsetMs: Millis = 0
  let starts = 0
  let folder = join(ports.folder, `console-${no}.0`)
  let running: Running | null = null
  let isDead = true
  let status: Status | null = null
  let file: { of: string; reader: MirrorFile } | null = null
  let shown: WarehouseId | null = null
  const hands = workingHands({
    engine: () => running?.engine ?? null,
    user: () => line.session.restUser()?.id ?? null,
    refused: (channel, code) => log.info('window.refused', { channel, code }),
  })

  function take(next: Status): void {
    status = next
    if (path.at(-1) !== next.link.at) path.push(next.link.at)
    ports.statusSeen(next)
  }

  function end(): Running | null {
    const ended = running
    running = null
    isDead = true
    screen.attach(null)
    clock.die()
    line.die()
    file?.reader.close()
    file = null
    return ended
  }

  function dieNow(): void {
    if (!running) return
    starts += 1
    const next = join(ports.folder, `console-${no}.${starts}`)
    running.files.leaveBehind(next)
    folder = next
    const dead = end()
    // What the process had open goes with it, as soon as the statement it died in has unwound.
    if (dead) setImmediate(() => dead.files.close())
    ports.killed()
  }

  /** A process that was killed meanwhile answers no question; one that lives must. */
  function failOnlyWhenDead(asked: TerminalClock, error: unknown): false {
    if (running?.clock === asked) throw error
    return false
  }

  screen.watch('status', { name: 'status', params: {} })

  return {
    no,
    line,
    screen,
    hands,
    shown: () => shown,
    clock: () => clock,
    user: () => line.session.restUser(),
    status: () => must(status, 'a status'),
    path: () => [...path],
    log: () => log.lines,
    isRunning: () => running !== null,
    engine: () => must(running, 'a running console').engine,
    mirrorFile() {
      const user = line.session.restUser()
      if (!user) return null
      const of = `${folder}/${user.id}`
      if (file?.of !== of) {
        file?.reader.close()
        file = { of, reader: new MirrorFile(folder, address.url, user.id) }
      }
      return file.reader.exists() ? file.reader : null
    },

    async start() {
      if (running) return
      clock = terminalClock(ports.base)
      clock.jump(offsetMs)
      const files = crashSite(folder)
      const own = clock
      isDead = false
      const engine = composeEngine(
        {
          clock,
          random: ports.random,
          log: logWhile(log, () => clock === own && !isDead),
          secrets,
          post(window, channel, message) {
            if (running?.clock === own) screen.hear(window, channel, message)
          },
          serverConfigured: () => undefined,
          connect: (_address, apart) => line.connect(own, apart),
        },
        {
          directory: folder,
          server: address,
          demoSignIn: null,
          feed: 'broadcast',
          appVersion: '0.0.0',
          station: null,
          nativeBinding: null,
        },
      )
      running = { engine, clock, files, folder }
      screen.attach(engine)
      await ports.settle()
    },

    async stop() {
      if (!running) return { timers: 0, feeds: 0, databases: 0 }
      const { engine, files } = running
      await engine.stop()
      const feeds = line.openFeeds()
      const timers = clock.pending()
      end()
      return { timers, feeds, databases: files.close() }
    },

    kill(at) {
      if (at) running?.files.planCrash(at.statement, dieNow)
      else dieNow()
    },
    failDisk: () => running?.files.fail(),
    spare: () => running?.files.calm(),

    show(warehouse) {
      shown = warehouse
      for (const [name, spec] of warehouseViews(warehouse)) screen.watch(name, spec)
    },

    async signIn({ email }) {
      if (!running) return false
      const { engine, clock: asked } = running
      try {
        const reply = await engine.ask(0 as WindowId, 'session.sign-in', { email, password: 'right' })
        return reply.ok
      } catch (error) {
        return failOnlyWhenDead(asked, error)
      }
    },
    async signOut() {
      if (!running) return
      const { engine, clock: asked } = running
      try {
        await engine.ask(0 as WindowId, 'session.sign-out', {})
      } catch (error) {
        failOnlyWhenDead(asked, error)
      }
    },
    signal: (signal) => running?.engine.signal(signal),
    cutCable: () => line.cut(),
    plugIn: () => line.plug(),

    fallAsleep({ unnoticed = false } = {}) {
      if (!running || clock.isAsleep()) return
      if (!unnoticed) running.engine.signal({ kind: 'suspending' })
      clock.fallAsleep()
    },
    wake({ unnoticed = false } = {}) {
      if (!clock.isAsleep()) return
      clock.wake()
      line.woke()
      if (!unnoticed) running?.engine.signal({ kind: 'resumed' })
    },
    setClock(byMs) {
      offsetMs += byMs
      clock.jump(byMs)
    },
  }
}

/** A log that a dead process cannot write to any more. */
function logWhile(log: Log, isAlive: () => boolean): Log {
  const line =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (event: string, facts?: Record<string, unknown>): void => {
      if (isAlive()) log[level](event, facts)
    }
  return {
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    with: (facts) => logWhile(log.with(facts), isAlive),
  }
}

const warehouseViews = (warehouseId: WarehouseId): [string, ViewSpec][] => [
  [
    'stock',
    {
      name: 'stock.list',
      params: {
        warehouseId,
        search: '',
        filter: 'all',
        sort: 'sku',
        direction: 'asc',
        offset: 0,
        limit: 20,
      },
    },
  ],
  ['summary', { name: 'summary', params: { warehouseId } }],
  ['orders', { name: 'orders.list', params: { warehouseId, status: null, offset: 0, limit: 100 } }],
]

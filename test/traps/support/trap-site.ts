import { createClient } from '@supabase/supabase-js'
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest'
import WebSocket from 'ws'
import { UserId } from '#shared/domain/ids.ts'
import type { FeedKind } from '#shared/protocol/status.ts'
import { mirrorPath } from '#engine/mirror/sqlite-mirror.ts'
import { connectSupabase } from '#engine/upstream/supabase.ts'
import type { BackendOptions } from '#backend/backend.ts'
import { removeFolder, startConsole } from '#test/harness/console.ts'
import type { TestConsole } from '#test/harness/console.ts'
import { memorySecrets } from '#test/harness/memory-secrets.ts'
import { PATIENCE_MS } from '#test/harness/patience.ts'
import { recordedLog } from '#test/harness/recorded-log.ts'
import { seededRandom } from '#test/harness/seeded-random.ts'
import { startTestBackend } from '#test/harness/test-backend.ts'
import type { TestBackend } from '#test/harness/test-backend.ts'
import { compareMirror } from '../../../scripts/lib/compare-mirror.ts'
import { recordedFetch } from './calls.ts'
import type { Intruder, RecordedFetch } from './calls.ts'
import { hurriedClock } from './hurried-clock.ts'
import type { HurriedClock } from './hurried-clock.ts'
import { watchHonesty } from './honesty.ts'
import type { Fact, HonestyWatch } from './honesty.ts'
import { recordedWire } from './wire.ts'
import type { Wire } from './wire.ts'

/** The timer pull comes within this; see TIMER_PULL_EVERY_MS and its spread, and a moment for the answer. */
export const NEXT_LOOK_MS = 75_000
/** A poll each ten seconds and a fifth; the rest is the real time of its answer. */
export const NEXT_POLL_MS = 30_000
/** The longest wait between two tries, the longest try, and a moment. */
export const BACK_AGAIN_MS = 50_000
/** A beat every 15 s with 5 s for its answer, and a moment. */
export const HEARTBEAT_NOTICE_MS = 21_000

/** One console under test: the whole engine, its clock, its sockets and its questions. */
export interface TrapConsole extends TestConsole {
  clock: HurriedClock
  wire: Wire
  calls: RecordedFetch['calls']
  /** Stands between this console and its server's HTTP. */
  intrude(intruder: RecordedFetch['intruder']): void
  /** Whether the mirror has every change the server made to the test warehouse. */
  isCurrent(): boolean
  /** Holds that it stops being live at once: in real time, where the next beat is 15 s away. */
  noticesAtOnce(): Promise<void>
  /** Holds that it is told every change at once: in real time, where the next look is a minute away. */
  isTold(): Promise<void>
  /** Hurries until the link is in another state than `live`. @returns how long that took, in ms of its clock */
  notLive(mostMs?: number): Promise<number>
  /** Hurries until it is live. @returns how long that took, in ms of its clock */
  live(mostMs?: number): Promise<number>
  /** Hurries until it has every change. @returns how long that took, in ms of its clock */
  current(mostMs?: number): Promise<number>
}

export interface TrapConsoleOptions {
  feed?: FeedKind
  /** Websockets go to another server, or knock with another key. */
  realtimeAt?: string
  realtimeKey?: string
  anonKey?: string
  /** How wrong the terminal's wall clock is. */
  wrongByMs?: number
  /** Of its dice. */
  seed?: number
  /** Stands between this console and its server's HTTP from the first question on. */
  intruder?: Intruder
  /** A folder and secrets of an earlier console make this its next start. */
  after?: TrapConsole
}

/** A backend with faults, and consoles that a test may ruin. */
export interface TrapSite {
  backend: TestBackend
  console(options?: TrapConsoleOptions): Promise<TrapConsole>
  /** A console that is live and equal. */
  live(options?: TrapConsoleOptions): Promise<TrapConsole>
  /** The same, and it no longer looks again after its first download: nothing is asked until the next look. */
  settled(options?: TrapConsoleOptions): Promise<TrapConsole>
  /** `rows` stock rows change on the server, in one statement. */
  change(rows?: number): Promise<void>
  /** The user's membership of the test warehouse ends on the server, and begins again. */
  withdraw(): Promise<void>
  grant(): Promise<void>
  /** Holds what every trap must end in: live by itself, with every row the server would show this user. */
  recovers(console: TrapConsole, mostMs?: number): Promise<void>
  /** Every mirrored row is what the server has. */
  equal(console: TrapConsole): Promise<void>
}

/** Less than the time between two beats, each of which would notice as well. */
const NOTICED_WITHIN_MS = 12_000
/** The next look is a minute away, so what comes within this was told. */
const patiently = { timeout: PATIENCE_MS, interval: 2 }
const STOCK_ROWS = 60
const SETTLES_MS = 6_000

/**
 * Registers a site for the tests of a file. After each test its consoles are stopped, and must have left no socket and no
 * timer and must never have claimed a freshness they did not have.
 */
export function trapSite(options: Partial<BackendOptions> = {}): TrapSite {
  let backend: TestBackend
  let server: ReturnType<typeof createClient>
  const facts: Fact[] = []
  const running: { console: TrapConsole; watch: HonestyWatch }[] = []
  const folders = new Set<string>()

  beforeAll(async () => {
    backend = await startTestBackend({ seed: 'empty', ...options })
    await backend.addStock(STOCK_ROWS)
    server = createClient(backend.url, backend.anonKey, {
      auth: { persistSession: false, autoRefreshToken: false },
      realtime: { transport: WebSocket as never },
    })
    const { error } = await server.auth.signInWithPassword(backend.user)
    if (error) throw error
    await remember()
  })

  afterEach(async () => {
    backend.faults.calm()
    for (const { console, watch } of running.splice(0)) {
      await console.stop()
      await vi.waitFor(
        () =>
          expect({ sockets: console.wire.alive(), timers: console.clock.pending() }).toEqual({
            sockets: 0,
            timers: 0,
          }),
        { timeout: PATIENCE_MS, interval: 10 },
      )
      expect(watch.lies).toEqual([])
    }
    for (const folder of folders) removeFolder(folder)
    folders.clear()
  })
  afterAll(() => backend.stop())

  /** Notes what a mirror must have that says it is complete as of now. */
  async function remember(): Promise<void> {
    const [row] = await backend.sql<{ pieces: number; at: number }>(
      `select sum(quantity_on_hand)::int as pieces, extract(epoch from clock_timestamp()) * 1000 as at
       from inventory where warehouse_id = $1`,
      [backend.warehouseId],
    )
    facts.push({ pieces: Number(row?.pieces), at: Number(row?.at) })
  }

  const fileOf = (console: TestConsole): string =>
    mirrorPath(console.directory, backend.url, UserId.parse(console.status().user?.id))

  async function open(given: TrapConsoleOptions = {}): Promise<TrapConsole> {
    const { after, feed = 'broadcast' } = given
    const clock = hurriedClock(given.wrongByMs)
    const wire = recordedWire({ to: given.realtimeAt, apikey: given.realtimeKey })
    const web = recordedFetch()
    web.intruder = given.intruder ?? null
    const secrets = after?.secrets ?? memorySecrets()
    const started = await startConsole({
      server: { ...backend.address, ...(given.anonKey !== undefined && { anonKey: given.anonKey }) },
      demoSignIn: after ? null : backend.user,
      feed,
      clock,
      random: seededRandom(given.seed ?? 1),
      secrets,
      ...(after && { directory: after.directory }),
      connect: (address) =>
        connectSupabase({
          address,
          feed,
          clock,
          log: recordedLog(),
          secrets,
          fetch: web.fetch,
          WebSocket: wire.WebSocket,
        }),
    })
    folders.add(started.directory)
    let stopped: Promise<void> | null = null
    const watch = watchHonesty({ console: started, facts, warehouseId: backend.warehouseId, file: fileOf })
    const console: TrapConsole = {
      ...started,
      clock,
      wire,
      calls: web.calls,
      intrude: (intruder) => void (web.intruder = intruder),
      isCurrent: watch.isCurrent,
      noticesAtOnce: () =>
        vi.waitFor(() => expect(started.status().link.at).not.toBe('live'), {
          timeout: NOTICED_WITHIN_MS,
          interval: 2,
        }),
      isTold: () => vi.waitFor(() => expect(watch.isCurrent()).toBe(true), patiently),
      notLive: (mostMs = HEARTBEAT_NOTICE_MS) =>
        clock.passUntil('the trouble is noticed', () => started.status().link.at !== 'live', mostMs),
      live: (mostMs = BACK_AGAIN_MS) =>
        clock.passUntil(
          'the console is live',
          () => started.status().link.at === 'live',
          mostMs,
          mostMs > BACK_AGAIN_MS ? 1_000 : undefined,
        ),
      current: (mostMs = NEXT_LOOK_MS) =>
        clock.passUntil('the mirror has every change', watch.isCurrent, mostMs),
      stop: () => {
        watch.stop()
        return (stopped ??= started.stop())
      },
    }
    running.push({ console, watch })
    // A password is checked on another thread, of whose work a clock that is hurried knows nothing.
    if (!after) await vi.waitFor(() => expect(console.status().user).not.toBeNull(), patiently)
    return console
  }

  const site: TrapSite = {
    get backend() {
      return backend
    },
    console: open,
    async live(given) {
      const console = await open(given)
      await console.reaches('live')
      await site.equal(console)
      return console
    },
    async settled(given) {
      const console = await site.live(given)
      await console.clock.pass(SETTLES_MS)
      return console
    },
    async change(rows = 1) {
      await backend.receive(rows)
      await remember()
    },
    async withdraw() {
      // From here on nothing is owed, also not of before, whenever in the next moment it takes effect.
      facts.splice(0, Infinity, { at: Date.now(), pieces: 0 })
      await backend.sql(
        'delete from warehouse_members where warehouse_id = $1 and user_id = (select id from auth.users where email = $2)',
        [backend.warehouseId, backend.user.email],
      )
    },
    async grant() {
      await backend.sql(
        `insert into warehouse_members (user_id, warehouse_id, role)
         select id, $1, 'manager' from auth.users where email = $2`,
        [backend.warehouseId, backend.user.email],
      )
      await remember()
    },
    async recovers(console, mostMs = BACK_AGAIN_MS) {
      await console.live(mostMs)
      await site.change()
      await console.isTold()
      await site.equal(console)
    },
    async equal(console) {
      await console.current()
      // What changed in other scopes may still be on its way.
      await vi.waitFor(async () => {
        const { differences } = await compareMirror(fileOf(console), server)
        expect(differences).toEqual([])
      }, patiently)
    },
  }
  return site
}

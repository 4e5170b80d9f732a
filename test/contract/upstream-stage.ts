import { randomUUID } from 'node:crypto'
import WebSocket from 'ws'
import { expect, vi } from 'vitest'
import { siteScope, userScope } from '#shared/domain/scope.ts'
import type { UserId } from '#shared/domain/ids.ts'
import type { Poke } from '#shared/protocol/server.ts'
import { PATIENCE_MS } from '#test/harness/patience.ts'
import { recordedLog } from '#test/harness/recorded-log.ts'
import { scriptedRealtime } from '#test/harness/scripted-realtime.ts'
import type { ScriptedRealtime } from '#test/harness/scripted-realtime.ts'
import type { Cancel, Clock } from '#engine/ports.ts'
import { realClock } from '#engine/platform/real-clock.ts'
import { openFeed } from '#engine/upstream/feed.ts'
import type { FeedPorts } from '#engine/upstream/feed.ts'
import type { SessionKeeper, Token } from '#engine/upstream/session.ts'
import type { Failure, Feed, Outcome } from '#engine/upstream/upstream.ts'

/* Feeds against a scripted server, for the tests of src/main/engine/upstream. */

export const user = { id: randomUUID() as UserId, email: 'picker@shelf.test' }
export const scopes = [siteScope, userScope(user.id)]

const HOUR_MS = 3_600_000

export const freshToken = (access: string, renewInMs = HOUR_MS): Outcome<Token> => ({
  kind: 'settled',
  value: { access, user, ageMs: 0, renewInMs },
})

export const soon = (check: () => void): Promise<void> =>
  vi.waitFor(check, { timeout: PATIENCE_MS, interval: 2 })

/** The real clock, with its timers counted. */
export function countingClock(): Clock & { pending(): number } {
  const set = new Set<symbol>()
  return {
    ...realClock,
    pending: () => set.size,
    after(delayMs, task): Cancel {
      const timer = Symbol('timer')
      set.add(timer)
      const cancel = realClock.after(delayMs, () => {
        set.delete(timer)
        task()
      })
      return () => {
        set.delete(timer)
        cancel()
      }
    },
  }
}

export interface Stage {
  server: ScriptedRealtime
  clock: Clock & { pending(): number }
  /** What the session answers from now on. */
  token: Outcome<Token>
  doubted: string[]
  /** @param events whether anybody is there to hear events */
  open(events?: 'events'): Opened
  /** Opens a feed and waits until it streams. */
  streaming(events?: 'events'): Promise<Opened>
  end(): Promise<void>
}

export interface Opened {
  feed: Feed
  log: ReturnType<typeof recordedLog>
  heard: {
    streaming: number
    pokes: Poke[]
    moved: [string, number | null][]
    events: unknown[]
    lost: Failure[]
  }
}

/** The scope `to` that makes the listener of these feeds throw. */
export const THROWS_AT = 666

export async function setStage(
  kind: FeedPorts['kind'],
  { clock = countingClock() }: { clock?: Stage['clock'] } = {},
): Promise<Stage> {
  const server = await scriptedRealtime()
  const feeds: Feed[] = []

  const session: SessionKeeper = {
    restUser: async () => user,
    signIn: async () => stage.token as never,
    signOut: async () => undefined,
    setApart: async () => undefined,
    token: async () => stage.token,
    doubt: (access) => void stage.doubted.push(access),
    stop: async () => undefined,
  }

  const stage: Stage = {
    server,
    clock,
    token: freshToken('user-token-1'),
    doubted: [],
    open(events) {
      const heard: Opened['heard'] = { streaming: 0, pokes: [], moved: [], events: [], lost: [] }
      const hear = (message: unknown): void => {
        heard.events.push(message)
        if (message === THROWS_AT) throw new Error('a listener that throws')
      }
      const log = recordedLog()
      const address = { url: server.url, anonKey: 'anon-key', embedded: false }
      const feed = openFeed(
        {
          ...{ address, kind, session, clock, log, fetch: globalThis.fetch, WebSocket },
          ...(events && { heard: hear }),
        },
        scopes,
        {
          streaming: () => void (heard.streaming += 1),
          poke: (poke) => {
            heard.pokes.push(poke)
            if (poke.to === THROWS_AT) throw new Error('a listener that throws')
          },
          moved: (scope, head) => {
            heard.moved.push([scope, head])
            if (head === THROWS_AT) throw new Error('a listener that throws')
          },
          lost: (failure) => void heard.lost.push(failure),
        },
      )
      feeds.push(feed)
      return { feed, log, heard }
    },
    async streaming(events) {
      const opened = stage.open(events)
      await soon(() => {
        expect(opened.heard.lost).toEqual([])
        expect(opened.heard.streaming).toBe(1)
      })
      return opened
    },
    async end() {
      await Promise.all(feeds.splice(0).map((feed) => feed.close()))
      await server.stop()
    },
  }
  return stage
}

/** What the process itself still holds open of feeds. */
export const timersAndSockets = (): number =>
  process.getActiveResourcesInfo().filter((resource) => /Timeout|TCPSocket/.test(resource)).length

const epoch = randomUUID()

export const pokeTo = (to: number): unknown => ({
  type: 'broadcast',
  event: 'poke',
  payload: { scope: siteScope, epoch, from: to, to, at: '2026-11-22T08:00:00Z', id: randomUUID() },
})

const COLUMNS = [
  { name: 'scope', type: 'text' },
  { name: 'epoch', type: 'uuid' },
  { name: 'head', type: 'int8' },
]

/** A change of `sync_scopes` as the server frames it; binding 1 is the first scope's. */
export const headChange = (record: object, data: object = {}): unknown => ({
  ids: [1],
  data: {
    schema: 'public',
    table: 'sync_scopes',
    type: 'UPDATE',
    commit_timestamp: '2026-11-22T08:00:00.000Z',
    columns: COLUMNS,
    record,
    old_record: { scope: siteScope },
    errors: null,
    ...data,
  },
})

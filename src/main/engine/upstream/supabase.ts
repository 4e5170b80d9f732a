import { z } from 'zod'
import WebSocket from 'ws'
import { CommandOutcome } from '#shared/domain/commands.ts'
import type { UserId } from '#shared/domain/ids.ts'
import { SECOND_MS } from '#shared/lib/time.ts'
import { BucketRows, Digest, PullAnswer } from '#shared/protocol/server.ts'
import type { FeedKind } from '#shared/protocol/status.ts'
import type { Clock, Log, Secrets, ServerAddress } from '../ports.ts'
import { openFeed } from './feed.ts'
import { guardFetch } from './guarded-fetch.ts'
import type { WebSocketClass } from './guarded-socket.ts'
import { probe } from './probe.ts'
import { askQuestions } from './questions.ts'
import { keepSession } from './session.ts'
import type { Feed, Upstream } from './upstream.ts'

const REQUEST_DEADLINE_MS = 20 * SECOND_MS

export interface SupabasePorts {
  address: ServerAddress
  /** With the session that was set apart for this user; without: with the station's own. */
  apart?: UserId | undefined
  /** How `listen` hears of changes; broadcast unless said otherwise. A station that polls never listens. */
  feed?: FeedKind
  clock: Clock
  log: Log
  secrets: Secrets
  /** The platform's fetch, and `ws`, unless a test or a proxy puts its own in their place. */
  fetch?: typeof fetch
  WebSocket?: WebSocketClass
}

/** The real server: a Supabase project, or the embedded backend, at `address`. Opens nothing until it is asked. */
export function connectSupabase(ports: SupabasePorts): Upstream {
  const { address, clock } = ports
  const log = ports.log.with({ component: 'upstream' })
  const fetch = guardFetch({ fetch: ports.fetch ?? globalThis.fetch, clock, timeoutMs: REQUEST_DEADLINE_MS })
  const WebSocketPort = ports.WebSocket ?? WebSocket
  const kind = ports.feed === 'postgres-changes' ? ports.feed : 'broadcast'
  const session = keepSession({
    address,
    secrets: ports.secrets,
    clock,
    log,
    fetch,
    ...(ports.apart && { apart: ports.apart }),
  })
  const questions = askQuestions({ address, session, clock, fetch, WebSocket: WebSocketPort })
  const feeds = new Set<Feed>()
  const { call } = questions
  const listeners = new Set<(message: unknown) => void>()
  const heard = (message: unknown): void => {
    for (const listener of listeners) listener(message)
  }

  return {
    restUser: () => session.restUser(),
    signIn: (email, password) => session.signIn(email, password),
    signOut: () => session.signOut(),
    setApart: (apart) => session.setApart(apart),

    async authenticate() {
      const token = await session.token()
      return token.kind === 'settled' ? { kind: 'settled', value: token.value.user } : token
    },

    probe: () => probe(fetch, address),

    // A server from before fates must still answer, so that it is told as too old: it is asked for them only when it must be.
    pull: (cursors, pageLimit, unsure = []) =>
      call('sync_pull', { cursors, page_limit: pageLimit, ...(unsure.length > 0 && { unsure }) }, PullAnswer),
    digest: (scope) => call('sync_digest', { scope }, Digest),
    buckets: (scope, buckets) => call('sync_buckets', { scope, buckets }, BucketRows),
    call,
    push: (commands) => call('apply_commands', { commands }, z.array(CommandOutcome).length(commands.length)),

    listen(scopes, events) {
      const feed = openFeed(
        {
          ...{ address, kind, session, clock, log, fetch, WebSocket: WebSocketPort },
          ...(listeners.size > 0 && { heard }),
        },
        scopes,
        events,
      )
      feeds.add(feed)
      return {
        heartbeat: (deadlineMs) => feed.heartbeat(deadlineMs),
        close: async () => {
          await feed.close()
          feeds.delete(feed)
        },
      }
    },

    hearEvents(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },

    async stop() {
      await Promise.all([...feeds].map((feed) => feed.close()))
      feeds.clear()
      questions.stop()
      await session.stop()
    },
  }
}

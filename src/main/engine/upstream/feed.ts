import { z } from 'zod'
import { createClient } from '@supabase/supabase-js'
import type { RealtimeChannel } from '@supabase/supabase-js'
import { MINUTE_MS, SECOND_MS } from '#shared/lib/time.ts'
import type { Scope } from '#shared/domain/scope.ts'
import { Poke } from '#shared/protocol/server.ts'
import type { Cancel, Clock, Log, ServerAddress } from '../ports.ts'
import { judgeHandshake, judgeJoin } from './failures.ts'
import { guardSocket } from './guarded-socket.ts'
import type { WebSocketClass } from './guarded-socket.ts'
import type { SessionKeeper } from './session.ts'
import type { Failure, Feed, FeedEvents } from './upstream.ts'

/*
 * One realtime connection, from its first join to its first trouble, on a client of its own. supabase-js would mend much
 * of this by itself, but not all, and not in a way one can rely on: a closed channel stays closed, a rejoin uses an old
 * token, handlers pile up with each reconnect. So any trouble ends the feed, and the link opens a new one.
 */

/** The server answers a refused join after 5 s and blocks the socket meanwhile; more than two of those is trouble. */
const JOIN_DEADLINE_MS = 15 * SECOND_MS
/** Servers older than the `replication_ready` option say nothing: then we wait this long for their replication. */
const REPLICATION_GRACE_MS = 2 * SECOND_MS
/** Beats are asked for by the link. The client's own timer must only never come before them. */
const NO_OWN_HEARTBEAT_MS = 10 * MINUTE_MS
const RENEW_RETRY_MS = 5 * SECOND_MS

const SystemMessage = z.object({ status: z.string(), message: z.string().optional() })
const Broadcast = z.object({ payload: z.unknown() })

export interface FeedPorts {
  address: ServerAddress
  session: SessionKeeper
  clock: Clock
  log: Log
  fetch: typeof fetch
  WebSocket: WebSocketClass
}

export function openFeed(ports: FeedPorts, scopes: readonly Scope[], events: FeedEvents): Feed {
  const { clock, session, log } = ports
  const timers = new Set<Cancel>()
  const channels: RealtimeChannel[] = []
  const joining = new Set<Scope>(scopes)
  const replicating = new Set<Scope>(scopes)
  let client: FeedClient | null = null
  let over = false
  let ended: Promise<void> | null = null
  let streaming = false
  let handshakeRefused: Failure | null = null
  let beat: { promise: Promise<boolean>; settle: (alive: boolean) => void } | null = null

  const socket = guardSocket({
    WebSocket: ports.WebSocket,
    clock,
    refused: (status) => {
      handshakeRefused = judgeHandshake(status)
    },
    frameBroke: (error) => {
      log.warn('feed.frame-broke', { error: String(error) })
      // It may have been a poke, of any scope.
      if (!over) for (const scope of scopes) events.moved(scope, null)
    },
  })

  const later = (delayMs: number, task: () => void): void => {
    const cancel = clock.after(delayMs, () => {
      timers.delete(cancel)
      if (!over) task()
    })
    timers.add(cancel)
  }

  function lose(failure: Failure): void {
    if (over) return
    ended ??= dismantle()
    events.lost(failure)
  }

  /** Leaves no timer, handler or socket of the client behind. */
  async function dismantle(): Promise<void> {
    over = true
    beat?.settle(false)
    for (const cancel of timers) cancel()
    timers.clear()
    // The client may be in the middle of telling its channels: they are taken down after it has finished.
    await Promise.resolve()
    const closed = socket.end()
    for (const channel of channels) channel.teardown()
    client?.realtime.reconnectTimer.reset()
    // The client plans to hang up when its last channel closes; a new channel, never joined, takes back that plan.
    client?.channel('over')
    await closed
  }

  async function open(): Promise<void> {
    const token = await session.token()
    if (over) return
    if (token.kind !== 'settled') return lose(token)
    client = createFeedClient(ports, socket.Transport, (status) => {
      if (status === 'ok') beat?.settle(true)
    })
    // A join that is sent before the client knows the token is taken as anonymous, and stays so.
    await client.realtime.setAuth()
    if (over) return
    for (const scope of scopes) channels.push(join(client, scope))
    later(JOIN_DEADLINE_MS, () => {
      if (!streaming) lose({ kind: 'offline', detail: 'The channels were not joined in time.' })
    })
    renewTokenBefore(token.value.renewAt)
  }

  function join(client: FeedClient, scope: Scope): RealtimeChannel {
    return client
      .channel(`sync:${scope}`, {
        config: { private: true, broadcast: { self: false, ack: false, replication_ready: true } },
      })
      .on('broadcast', { event: 'poke' }, (message) => guard(() => hearPoke(scope, message)))
      .on('system', {}, (message) => guard(() => hearSystem(scope, message)))
      .subscribe((status, error) => guard(() => hearStatus(scope, status, error)))
  }

  function guard(work: () => void): void {
    if (over) return
    try {
      work()
    } catch (error) {
      log.error('feed.handler-failed', { error: String(error) })
    }
  }

  function hearPoke(scope: Scope, message: unknown): void {
    const poke = Poke.safeParse(Broadcast.safeParse(message).data?.payload)
    if (poke.success && poke.data.scope === scope) return events.poke(poke.data)
    log.warn('feed.unreadable-poke', { scope })
    events.moved(scope, null)
  }

  function hearSystem(scope: Scope, message: unknown): void {
    const system = SystemMessage.safeParse(message)
    if (!system.success) return
    if (system.data.status !== 'error') {
      replicating.delete(scope)
      return announce()
    }
    // The channel is closed right after it, without a reason of its own.
    lose({
      kind: 'retry',
      because: 'server-error',
      afterMs: null,
      detail: system.data.message ?? 'system error',
    })
  }

  function hearStatus(scope: Scope, status: string, error: Error | undefined): void {
    switch (status) {
      case 'SUBSCRIBED':
        joining.delete(scope)
        later(REPLICATION_GRACE_MS, () => {
          replicating.delete(scope)
          announce()
        })
        return announce()
      case 'CHANNEL_ERROR':
        return loseJoin(error?.cause)
      case 'TIMED_OUT':
        return lose({ kind: 'offline', detail: `The channel of ${scope} was not joined in time.` })
      case 'CLOSED':
        return lose({
          kind: 'retry',
          because: 'server-error',
          afterMs: null,
          detail: `The server closed ${scope}.`,
        })
    }
  }

  function loseJoin(cause: unknown): void {
    const { failure, tokenRefused } = judgeJoin(cause)
    const token = client?.realtime.accessTokenValue
    if (tokenRefused && token) session.doubt(token)
    lose(handshakeRefused ?? failure)
  }

  function announce(): void {
    if (streaming || joining.size > 0 || replicating.size > 0) return
    streaming = true
    events.streaming()
  }

  /** The server closes a channel whose token has ended; the next one must be there before. */
  function renewTokenBefore(renewAt: number): void {
    later(Math.max(SECOND_MS, renewAt - clock.now()), () => void renewToken())
  }

  async function renewToken(): Promise<void> {
    const token = await session.token()
    if (over) return
    if (token.kind === 'signed-out') return lose(token)
    if (token.kind !== 'settled' || token.value.renewAt <= clock.now()) {
      return later(RENEW_RETRY_MS, () => void renewToken())
    }
    // Asks for the token itself and pushes it to every joined channel if it is a new one.
    await client?.realtime.setAuth()
    if (!over) renewTokenBefore(token.value.renewAt)
  }

  open().catch((error: unknown) =>
    lose({ kind: 'retry', because: 'server-error', afterMs: null, detail: String(error) }),
  )

  return {
    async heartbeat(deadlineMs) {
      if (over || client === null || !socket.isOpen()) return false
      if (beat !== null) return beat.promise
      let settle: (alive: boolean) => void = () => undefined
      const promise = new Promise<boolean>((resolve) => {
        settle = resolve
      })
      const cancel = clock.after(deadlineMs, () => settle(false))
      beat = { promise, settle }
      void client.realtime.sendHeartbeat()
      try {
        return await promise
      } finally {
        cancel()
        beat = null
      }
    },
    close: () => (ended ??= dismantle()),
  }
}

type FeedClient = ReturnType<typeof createClient>

function createFeedClient(
  { address, session, fetch }: FeedPorts,
  transport: new (url: string | URL, protocols?: string | string[]) => never,
  heard: (status: string) => void,
): FeedClient {
  return createClient(address.url, address.anonKey, {
    accessToken: () => userTokenOnly(session),
    global: { fetch },
    realtime: {
      transport,
      heartbeatIntervalMs: NO_OWN_HEARTBEAT_MS,
      heartbeatCallback: heard,
      // We reconnect, not the client: its timer is stopped with the feed.
      reconnectAfterMs: () => NO_OWN_HEARTBEAT_MS,
    },
  })
}

/**
 * The token provider of the data clients. It throws rather than answer without a user's token: with none, supabase-js
 * would go on as an anonymous reader, to whom row security shows empty tables.
 */
export async function userTokenOnly(session: SessionKeeper): Promise<string> {
  const token = await session.token()
  if (token.kind !== 'settled') throw new Error(`No user token: ${token.kind}`)
  return token.value.access
}

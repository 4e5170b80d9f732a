import type { RealtimeChannel } from '@supabase/supabase-js'
import { SECOND_MS } from '#shared/lib/time.ts'
import type { Scope } from '#shared/domain/scope.ts'
import type { FeedKind } from '#shared/protocol/status.ts'
import type { Clock, Log, ServerAddress } from '../ports.ts'
import { openBroadcastChannels } from './broadcast-channels.ts'
import { openChangesChannel } from './changes-channel.ts'
import { openEventChannels, REFUSAL_PAUSE_MS } from './event-channels.ts'
import type { EventChannels } from './event-channels.ts'
import type { ChannelEvents, ChannelHost, FeedChannels } from './feed-channels.ts'
import { createFeedClient } from './feed-client.ts'
import type { FeedClient } from './feed-client.ts'
import { guardSocket } from './guarded-socket.ts'
import type { WebSocketClass } from './guarded-socket.ts'
import { createHeartbeat } from './heartbeat.ts'
import { openLifetime } from './lifetime.ts'
import { judgeHandshake, judgeJoin, judgeSystem, SystemMessage } from './realtime-failures.ts'
import type { Verdict } from './realtime-failures.ts'
import type { SessionKeeper } from './session.ts'
import { keepTokenFresh } from './token-renewal.ts'
import type { Failure, Feed, FeedEvents } from './upstream.ts'

/*
 * One realtime connection, from its first join to its first trouble, on a client of its own. supabase-js would mend much
 * of this by itself, but not all, and not in a way one can rely on: a closed channel stays closed, a rejoin uses an old
 * token, handlers pile up with each reconnect. So any trouble ends the feed, and the link opens a new one.
 *
 *   token -> client -> channels joined -> streaming -> ... new tokens, beats ... -> lost | closed -> dismantled
 */

/** The server answers a refused join after 5 s and blocks the socket meanwhile; more than two of those is trouble. */
const STREAMING_DEADLINE_MS = 15 * SECOND_MS

export interface FeedPorts {
  address: ServerAddress
  /** How to hear of changes; there is no feed for who polls. */
  kind: Exclude<FeedKind, 'polling'>
  session: SessionKeeper
  clock: Clock
  log: Log
  fetch: typeof fetch
  WebSocket: WebSocketClass
  /** A message of an event channel came. Without it none is joined. */
  heard?: (message: unknown) => void
}

export function openFeed(ports: FeedPorts, scopes: readonly Scope[], events: FeedEvents): Feed {
  const { clock, session, log } = ports
  const life = openLifetime(clock, log)
  const joined: RealtimeChannel[] = []
  let client: FeedClient | null = null
  let channels: FeedChannels | null = null
  let eventChannels: EventChannels | null = null
  let ended: Promise<void> | null = null
  let streaming = false
  let handshakeRefused: Failure | null = null

  const socket = guardSocket({
    WebSocket: ports.WebSocket,
    clock,
    refused: (status, isRealtime) => {
      handshakeRefused = judgeHandshake(status, isRealtime)
    },
    frameBroke: (error) => {
      log.warn('feed.frame-broke', { error: String(error) })
      // It may have told of any scope.
      moved('any', null)
    },
  })

  const heartbeat = createHeartbeat(clock, () => void client?.realtime.sendHeartbeat())

  function moved(scope: Scope | 'any', head: number | null): void {
    for (const one of scope === 'any' ? scopes : [scope]) life.safely(() => events.moved(one, head))(null)
  }

  function lose(failure: Failure): void {
    if (life.isOver) return
    ended ??= dismantle()
    events.lost(failure)
  }

  function loseBy({ failure, tokenRefused }: Verdict): void {
    const token = client?.realtime.accessTokenValue
    if (tokenRefused && token) session.doubt(token)
    lose(failure)
  }

  /** No answer, and whether there ever was a socket to answer on. */
  const silent = (detail: string): Failure =>
    socket.wasOpen() ? { kind: 'offline', detail } : { kind: 'offline', detail, websocket: 'unopened' }

  /** Leaves no timer, handler or socket of the client behind. */
  async function dismantle(): Promise<void> {
    life.end()
    heartbeat.stop()
    // The client may be in the middle of telling its channels: they are taken down after it has finished.
    await Promise.resolve()
    const closed = socket.end()
    eventChannels?.close()
    for (const channel of joined) channel.teardown()
    client?.realtime.reconnectTimer.reset()
    // The client plans to hang up when its last channel closes; a new channel, never joined, takes back that plan.
    client?.channel('over')
    await closed
  }

  async function open(): Promise<void> {
    const token = await session.token()
    if (life.isOver) return
    if (token.kind !== 'settled') return lose(token)
    client = createFeedClient({
      address: ports.address,
      session,
      fetch: ports.fetch,
      Transport: socket.Transport,
      alive: () => heartbeat.answered(),
      tokenChanged: () => channels?.tokenChanged(),
    })
    // A join that is sent before the client knows the token is taken as anonymous, and stays so.
    await client.realtime.setAuth()
    if (life.isOver) return
    life.later(STREAMING_DEADLINE_MS, () => {
      if (!streaming) lose(silent('The channels did not stream in time.'))
    })
    const openChannels = { broadcast: openBroadcastChannels, 'postgres-changes': openChangesChannel }[
      ports.kind
    ]
    channels = openChannels(hostOf(client))
    // Asks for the token itself and pushes it to every joined channel if it is a new one.
    const push = async (): Promise<void> => client?.realtime.setAuth()
    keepTokenFresh({ life, session, push, lose, crashed }, token.value.renewInMs)
  }

  const hostOf = (ready: FeedClient): ChannelHost => ({
    client: ready,
    scopes,
    log,
    join,
    safely: life.safely,
    later: life.later,
    moved,
    poke: (poke) => events.poke(poke),
    streaming() {
      if (streaming) return
      streaming = true
      events.streaming()
      listenToEvents(ready)
    },
  })

  /** Where private channels are off there are none for events either. */
  function listenToEvents(ready: FeedClient): void {
    const { heard } = ports
    if (!heard || ports.kind !== 'broadcast' || life.isOver) return
    const { safely, later } = life
    eventChannels = openEventChannels({ client: ready, clock, log, safely, later, heard }, scopes)
  }

  function join(channel: RealtimeChannel, name: string, heard: ChannelEvents): void {
    joined.push(channel)
    channel
      .on(
        'system',
        {},
        life.safely((message) => hearSystem(message, heard)),
      )
      .subscribe((status, error) => life.safely(() => hearStatus(name, status, error, heard))(null))
  }

  function hearSystem(message: unknown, heard: ChannelEvents): void {
    const system = SystemMessage.safeParse(message)
    if (!system.success) return
    if (system.data.status !== 'error') return heard.ready(system.data.extension)
    // The channel is closed right after it, without a reason of its own.
    loseBy(judgeSystem(system.data))
  }

  function hearStatus(name: string, status: string, error: Error | undefined, heard: ChannelEvents): void {
    switch (status) {
      case 'SUBSCRIBED':
        return heard.joined()
      case 'CHANNEL_ERROR':
        return loseJoin(error?.cause)
      case 'TIMED_OUT':
        return lose(silent(`The channel of ${name} was not joined in time.`))
      case 'CLOSED':
        return lose({
          kind: 'retry',
          because: 'server-error',
          afterMs: null,
          detail: `The server closed ${name}.`,
        })
    }
  }

  function loseJoin(cause: unknown): void {
    const verdict = judgeJoin(cause)
    if (handshakeRefused) return lose(handshakeRefused)
    if (verdict.failure.kind === 'offline') return lose(silent(verdict.failure.detail))
    loseBy(verdict)
  }

  const crashed = (error: unknown): void =>
    lose({ kind: 'retry', because: 'server-error', afterMs: null, detail: String(error) })

  open().catch(crashed)

  return {
    heartbeat: async (deadlineMs) =>
      !life.isOver &&
      client !== null &&
      socket.isOpen() &&
      heartbeat.ask(eventChannels?.isJoining() ? deadlineMs + REFUSAL_PAUSE_MS : deadlineMs),
    close: () => (ended ??= dismantle()),
  }
}

import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'

type Frame = [joinRef: string | null, ref: string | null, topic: string, event: string, payload: unknown]

/** A realtime server that does exactly what a test tells it to, also what no real one should. */
export interface ScriptedRealtime {
  url: string
  sockets: Set<WebSocket>
  /** Joins received, with their topic and whether they carried a user's token. */
  joins: { topic: string; token: string | null }[]
  /** Answer to a join for these `postgres_changes`; `null` leaves it unanswered. */
  onJoin: (topic: string, bindings: readonly object[]) => { status: 'ok' | 'error'; response: unknown } | null
  /** Whether the server says when a channel streams: its replication runs, or its subscription stands. */
  tellsReplication: boolean
  answersHeartbeats: boolean
  /** Heartbeats received, answered or not. */
  heartbeats: number
  /** HTTP status that upgrades are refused with, `hang` for no answer at all, or null to accept them. */
  refuseUpgrade: number | 'hang' | null
  /** Upgrades asked for, taken or not. */
  upgrades: number
  say(topic: string, event: string, payload: unknown): void
  raw(data: string | Buffer): void
  stop(): Promise<void>
}

export async function scriptedRealtime(): Promise<ScriptedRealtime> {
  const http = createServer()
  const wss = new WebSocketServer({ noServer: true })
  const joinRefs = new Map<string, string>()

  const connections = new Set<Socket>()
  http.on('connection', (socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  })
  http.on('upgrade', (request, socket, head) => {
    server.upgrades += 1
    socket.on('error', () => socket.destroy())
    if (server.refuseUpgrade === 'hang') return void socket.resume()
    if (server.refuseUpgrade !== null) {
      socket.end(`HTTP/1.1 ${server.refuseUpgrade} No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`)
      return
    }
    wss.handleUpgrade(request, socket, head, (ws) => accept(ws))
  })

  function accept(ws: WebSocket): void {
    server.sockets.add(ws)
    ws.on('close', () => server.sockets.delete(ws))
    ws.on('message', (data: Buffer) => hear(ws, JSON.parse(data.toString('utf8')) as Frame))
  }

  function hear(ws: WebSocket, [joinRef, ref, topic, event, payload]: Frame): void {
    const reply = (answer: unknown): void =>
      ws.send(JSON.stringify([joinRef, ref, topic, 'phx_reply', answer]))
    if (event === 'heartbeat') {
      server.heartbeats += 1
      if (server.answersHeartbeats) reply({ status: 'ok', response: {} })
    } else if (event === 'phx_join') {
      const join = payload as { access_token?: string; config?: { postgres_changes?: object[] } }
      const token = join.access_token ?? null
      const bindings = join.config?.postgres_changes ?? []
      server.joins.push({ topic, token })
      if (joinRef !== null) joinRefs.set(topic, joinRef)
      const answer = server.onJoin(topic, bindings)
      if (answer) reply(answer)
      if (answer?.status === 'ok' && server.tellsReplication) {
        const extension = bindings.length > 0 ? 'postgres_changes' : 'system'
        server.say(topic, 'system', { status: 'ok', extension, message: 'ready' })
      }
    }
  }

  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const server: ScriptedRealtime = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    sockets: new Set(),
    joins: [],
    onJoin: (_topic, bindings) => ({
      status: 'ok',
      response: { postgres_changes: bindings.map((binding, at) => ({ ...binding, id: at + 1 })) },
    }),
    tellsReplication: true,
    answersHeartbeats: true,
    heartbeats: 0,
    refuseUpgrade: null,
    upgrades: 0,
    say(topic, event, payload) {
      const joinRef = joinRefs.get(topic) ?? null
      const closing = event === 'phx_close' || event === 'phx_error'
      const ref = closing ? joinRef : null
      for (const ws of server.sockets) {
        const isFannedOut = event === 'broadcast' || event === 'postgres_changes'
        ws.send(JSON.stringify([isFannedOut ? null : joinRef, ref, topic, event, payload]))
      }
    },
    raw(data) {
      for (const ws of server.sockets) ws.send(data)
    },
    async stop() {
      for (const socket of connections) socket.destroy()
      wss.close()
      await new Promise((resolve) => http.close(resolve))
    },
  }
  return server
}

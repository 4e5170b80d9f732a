import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'

type Frame = [joinRef: string | null, ref: string | null, topic: string, event: string, payload: unknown]

/** A realtime server that does exactly what a test tells it to, also what no real one should. */
export interface ScriptedRealtime {
  url: string
  sockets: Set<WebSocket>
  /** Joins received, with their topic and whether they carried a user's token. */
  joins: { topic: string; token: string | null }[]
  /** Answer to a join; `null` leaves it unanswered. */
  onJoin: (topic: string) => { status: 'ok' | 'error'; response: unknown } | null
  /** Whether the server knows `replication_ready`. */
  tellsReplication: boolean
  answersHeartbeats: boolean
  /** HTTP status that upgrades are refused with, or null to accept them. */
  refuseUpgrade: number | null
  say(topic: string, event: string, payload: unknown): void
  raw(data: string | Buffer): void
  stop(): Promise<void>
}

export async function scriptedRealtime(): Promise<ScriptedRealtime> {
  const http = createServer()
  const wss = new WebSocketServer({ noServer: true })
  const joinRefs = new Map<string, string>()

  http.on('upgrade', (request, socket, head) => {
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
      if (server.answersHeartbeats) reply({ status: 'ok', response: {} })
    } else if (event === 'phx_join') {
      const token = (payload as { access_token?: string }).access_token ?? null
      server.joins.push({ topic, token })
      if (joinRef !== null) joinRefs.set(topic, joinRef)
      const answer = server.onJoin(topic)
      if (answer) reply(answer)
      if (answer?.status === 'ok' && server.tellsReplication) {
        server.say(topic, 'system', { status: 'ok', extension: 'system', message: 'ready' })
      }
    }
  }

  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const server: ScriptedRealtime = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    sockets: new Set(),
    joins: [],
    onJoin: () => ({ status: 'ok', response: { postgres_changes: [] } }),
    tellsReplication: true,
    answersHeartbeats: true,
    refuseUpgrade: null,
    say(topic, event, payload) {
      const joinRef = joinRefs.get(topic) ?? null
      const closing = event === 'phx_close' || event === 'phx_error'
      const ref = closing ? joinRef : null
      for (const ws of server.sockets) {
        ws.send(JSON.stringify([event === 'broadcast' ? null : joinRef, ref, topic, event, payload]))
      }
    },
    raw(data) {
      for (const ws of server.sockets) ws.send(data)
    },
    async stop() {
      for (const ws of server.sockets) ws.terminate()
      wss.close()
      await new Promise((resolve) => http.close(resolve))
    },
  }
  return server
}

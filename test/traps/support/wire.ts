import { WebSocket } from 'ws'
import type { ClientOptions } from 'ws'
import type { WebSocketClass } from '#engine/upstream/guarded-socket.ts'

/** A text frame that the console sent, and on which of its sockets. */
export interface SentFrame {
  socket: number
  /** Epoch ms, real time: the server's clock. */
  at: number
  topic: string
  event: string
  payload: Record<string, unknown>
  bytes: number
}

/** The claims of the token that a frame carries; null when it carries none, or none of a user. */
export function claimsOf({ payload }: SentFrame): { sub: string; exp: number } | null {
  const token = payload['access_token']
  if (typeof token !== 'string') return null
  const [, body = ''] = token.split('.')
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as { sub?: string; exp: number }
  return claims.sub === undefined ? null : { sub: claims.sub, exp: claims.exp }
}

/** A console's websockets, as seen from outside of it. */
export interface Wire {
  WebSocket: WebSocketClass
  /** Sockets opened so far. */
  opened(): number
  /** Sockets that are not closed. */
  alive(): number
  /** Everything the console said, oldest first. */
  sent: SentFrame[]
  joins(): SentFrame[]
  /** Lets go of what was recorded, for tests that weigh memory. */
  forget(): void
}

interface WireOptions {
  /** Another server for the websockets alone, `http://host:port`. */
  to?: string | undefined
  /** Another key to knock with. */
  apikey?: string | undefined
}

export function recordedWire({ to, apikey }: WireOptions = {}): Wire {
  const sockets: WebSocket[] = []
  const sent: SentFrame[] = []

  function redirected(given: string): URL {
    const url = new URL(given)
    if (to !== undefined) url.host = new URL(to).host
    if (apikey !== undefined) url.searchParams.set('apikey', apikey)
    return url
  }

  class RecordedSocket extends WebSocket {
    readonly #number = sockets.length

    constructor(url: string, protocols: string | string[] | undefined, options: ClientOptions) {
      super(redirected(url), protocols, options)
      sockets.push(this)
    }

    override send(data: string, ...rest: never[]): void {
      note(this.#number, data)
      super.send(data, ...rest)
    }
  }

  function note(socket: number, data: unknown): void {
    if (typeof data !== 'string')
      throw new Error('The console sent a binary frame: it has nothing to broadcast.')
    const [, , topic, event, payload] = JSON.parse(data) as [
      unknown,
      unknown,
      string,
      string,
      SentFrame['payload'],
    ]
    sent.push({ socket, at: Date.now(), topic, event, payload, bytes: Buffer.byteLength(data) })
  }

  return {
    WebSocket: RecordedSocket,
    opened: () => sockets.length,
    alive: () => sockets.filter(({ readyState }) => readyState !== WebSocket.CLOSED).length,
    sent,
    forget() {
      sockets.length = 0
      sent.length = 0
    },
    joins: () => sent.filter(({ event }) => event === 'phx_join'),
  }
}

import type { ClientOptions, RawData, WebSocket } from 'ws'
import type { Clock } from '../ports.ts'

const HANDSHAKE_DEADLINE_MS = 10_000
const CLOSE_DEADLINE_MS = 1_000

const CONNECTING = 0
const OPEN = 1
const CLOSING = 2
const CLOSED = 3

export type WebSocketClass = new (
  url: string,
  protocols: string | string[] | undefined,
  options: ClientOptions,
) => WebSocket

interface SocketPorts {
  WebSocket: WebSocketClass
  clock: Clock
  /** The handshake was answered with this HTTP status instead of a socket; Realtime itself answers in JSON. */
  refused: (status: number, isJson: boolean) => void
  /** A frame broke the client's code: malformed, or of a kind it does not know. What it said is lost. */
  frameBroke: (error: unknown) => void
}

type Handler<E> = ((event: E) => void) | null

/**
 * The socket as realtime-js wants it, over `ws`. It adds what that client lacks: a frame that breaks the client's code does
 * not wedge the socket or take the process down, a refused handshake tells its status, and the end is in our hands.
 */
export interface SocketHandle {
  /** To be given to realtime-js as `transport`. It opens one socket; a second one is refused: we reconnect, not it. */
  Transport: new (url: string | URL, protocols?: string | string[]) => never
  isOpen(): boolean
  /** True once the handshake has succeeded, also after the end. */
  wasOpen(): boolean
  /** Closes politely, then for good. Realtime-js hears of it at once. */
  end(): Promise<void>
}

export function guardSocket(ports: SocketPorts): SocketHandle {
  let socket: GuardedSocket | null = null
  let ended = false

  // Called with `new`, a function's returned object is the result.
  function Transport(url: string | URL, protocols?: string | string[]): GuardedSocket {
    const made = new GuardedSocket(ports, String(url), protocols, ended || socket !== null)
    socket ??= made
    return made
  }

  return {
    Transport: Transport as unknown as SocketHandle['Transport'],
    isOpen: () => socket?.readyState === OPEN,
    wasOpen: () => socket?.wasOpen ?? false,
    end: async () => {
      ended = true
      await socket?.end()
    },
  }
}

class GuardedSocket {
  onopen: Handler<unknown> = null
  onmessage: Handler<{ data: unknown }> = null
  onclose: Handler<{ code: number; reason: string; wasClean: boolean }> = null
  onerror: Handler<unknown> = null
  binaryType = 'arraybuffer'
  timeout = 0
  readonly url: string
  readonly protocol = ''
  readonly CONNECTING = CONNECTING
  readonly OPEN = OPEN
  readonly CLOSING = CLOSING
  readonly CLOSED = CLOSED

  readonly #ports: SocketPorts
  readonly #ws: WebSocket | null
  #told = false
  wasOpen = false

  constructor(ports: SocketPorts, url: string, protocols: string | string[] | undefined, stillborn: boolean) {
    this.#ports = ports
    this.url = url
    this.#ws = stillborn ? null : this.#open(protocols)
    if (stillborn) queueMicrotask(() => this.#closed(1006))
  }

  get readyState(): number {
    return this.#told || this.#ws === null ? CLOSED : this.#ws.readyState
  }

  get bufferedAmount(): number {
    return this.#ws?.bufferedAmount ?? 0
  }

  send(data: string | ArrayBufferLike): void {
    if (this.readyState === OPEN) this.#ws?.send(data)
  }

  close(code?: number, reason?: string): void {
    this.#ws?.close(code, reason)
  }

  addEventListener(): void {}
  removeEventListener(): void {}

  /** Tells the client that it is over, then closes the wire: politely if it answers, for good if it does not. */
  end(): Promise<void> {
    const ws = this.#ws
    this.#closed(1000)
    if (ws === null || ws.readyState === CLOSED) return Promise.resolve()
    return new Promise((resolve) => {
      const cancel = this.#ports.clock.after(CLOSE_DEADLINE_MS, () => ws.terminate())
      ws.removeAllListeners()
      // Closing a socket that never opened is reported as an error; there is nobody left to tell.
      ws.on('error', () => undefined)
      ws.once('close', () => {
        cancel()
        resolve()
      })
      if (ws.readyState === OPEN) ws.close(1000)
      else ws.terminate()
    })
  }

  #open(protocols: string | string[] | undefined): WebSocket {
    const ws = new this.#ports.WebSocket(this.url, protocols, {
      handshakeTimeout: HANDSHAKE_DEADLINE_MS,
      perMessageDeflate: false,
    })
    ws.binaryType = 'arraybuffer'
    ws.on('open', () => {
      this.wasOpen = true
      this.#guard(() => this.onopen?.({}))
    })
    ws.on('message', (data: RawData, isBinary: boolean) =>
      this.#guard(() => this.onmessage?.({ data: isBinary ? data : textOf(data) })),
    )
    ws.on('error', (error) => this.#guard(() => this.onerror?.(error)))
    ws.on('unexpected-response', (request, response) => {
      response.resume()
      const isJson = (response.headers['content-type'] ?? '').includes('json')
      this.#guard(() => this.#ports.refused(response.statusCode ?? 0, isJson))
      request.destroy()
      this.#closed(1006)
    })
    ws.on('close', (code) => this.#closed(code))
    return ws
  }

  #closed(code: number): void {
    if (this.#told) return
    this.#told = true
    this.#guard(() => this.onclose?.({ code, reason: '', wasClean: code === 1000 }))
  }

  #guard(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#ports.frameBroke(error)
    }
  }
}

function textOf(data: RawData): string {
  if (Buffer.isBuffer(data)) return data.toString('utf8')
  return (Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)).toString('utf8')
}

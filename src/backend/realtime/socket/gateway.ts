import { WebSocketServer, type RawData, type WebSocket } from 'ws'
import { setTimeout as wait } from 'node:timers/promises'
import { answerHttp, decideConnect, refusal } from './connect.ts'
import { decodeBinary } from '../codec/binary.ts'
import { decodeText } from '../codec/text.ts'
import { guarded } from '../guarded.ts'
import { Outlet } from './outlet.ts'
import { Socket } from './socket.ts'
import type { Disturbance } from '../../faults.ts'
import type { Duplex } from 'node:stream'
import type { IncomingMessage } from 'node:http'
import type { RealtimeContext } from '../context.ts'
import type { Token } from '../tokens.ts'
import type { Version } from '../codec/frames.ts'

/** How long a client may take to answer our close frame, in ms. */
const CLOSE_WITHIN_MS = 500
const RESTARTING = 1012
/** Stands for the end without a close frame; no frame can carry it. */
const NO_CLOSE_FRAME = 1006

/** Takes upgrades, keeps the sockets, and closes those that are idle or joined nothing. */
export class Gateway {
  readonly #context: RealtimeContext
  readonly #server: WebSocketServer
  readonly #sockets = new Map<WebSocket, Socket>()
  /** Upgrades that a fault leaves without an answer. */
  readonly #hanging = new Set<Duplex>()
  readonly #sweep: NodeJS.Timeout
  #isStopping = false

  constructor(context: RealtimeContext) {
    this.#context = context
    this.#server = new WebSocketServer({
      noServer: true,
      maxPayload: context.settings.maxFrameBytes,
      perMessageDeflate: false,
    })
    this.#sweep = setInterval(() => this.#cutChannelless(), context.settings.noChannelSweepMs)
    this.#sweep.unref()
  }

  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    stream.on('error', () => stream.destroy())
    void guarded(this.#context.log, () => this.#upgrade(request, stream, head))
  }

  /** Every socket ends without a close frame. */
  cutAll(): void {
    for (const websocket of this.#sockets.keys()) websocket.terminate()
    for (const stream of this.#hanging) stream.destroy()
  }

  /** Disturbs every socket as a test asked for. */
  disturb(disturbance: Disturbance): void {
    for (const [websocket, socket] of this.#sockets) {
      switch (disturbance.kind) {
        case 'hang-up':
          hangUp(websocket, disturbance.code)
          break
        case 'drain':
          socket.announceDisconnect()
          hangUp(websocket, RESTARTING)
          break
        case 'expel':
          socket.expelAll(disturbance.message)
      }
    }
  }

  /** Closes every socket with code 1012 and takes no new ones. */
  async stop(): Promise<void> {
    this.#isStopping = true
    clearInterval(this.#sweep)
    const open = [...this.#sockets.keys()]
    const closed = open.map((websocket) => new Promise((resolve) => websocket.once('close', resolve)))
    for (const websocket of open) websocket.close(RESTARTING)
    await Promise.race([Promise.all(closed), wait(CLOSE_WITHIN_MS)])
    this.cutAll()
    this.#server.close()
  }

  async #upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> {
    const { faults } = this.#context
    if (this.#isStopping || faults.cut) return void stream.destroy()
    if (faults.frozen || faults.refuseUpgrade === 'hang') return this.#leaveHanging(stream)
    const refusedWith = faults.refuseUpgrade ?? faults.refuseStatus
    if (typeof refusedWith === 'object' && refusedWith !== null) {
      await wait(this.#context.settings.connectErrorBackoffMs, undefined, { ref: false })
      return answerHttp(stream, refusal(refusedWith))
    }
    if (refusedWith !== null) {
      return answerHttp(stream, {
        status: refusedWith,
        body: '<html><body>Refused</body></html>',
        contentType: 'text/html',
      })
    }
    const decision = await decideConnect(this.#context, request)
    if (decision.kind === 'refused') {
      await wait(decision.afterMs, undefined, { ref: false })
      return answerHttp(stream, decision)
    }
    // Checking the key took a moment, in which the cable may have been cut.
    if (this.#isStopping || faults.cut || stream.destroyed) return void stream.destroy()
    this.#server.handleUpgrade(request, stream, head, (websocket) =>
      this.#open(websocket, decision.version, decision.token),
    )
  }

  #open(websocket: WebSocket, version: Version, token: Token): void {
    const socket = new Socket(this.#context, new Outlet(websocket, version, this.#context), token)
    this.#sockets.set(websocket, socket)
    const idle = setTimeout(() => websocket.close(1000), this.#context.settings.idleCloseMs)
    const heard = (): unknown => idle.refresh()
    websocket.on('message', (data, isBinary) => {
      heard()
      if (this.#context.faults.frozen) return
      const frame = isBinary ? decodeBinary(bytesOf(data)) : decodeText(bytesOf(data).toString(), version)
      if (frame) socket.receive(frame)
    })
    websocket.on('ping', heard)
    // A frame that is too large or malformed: `ws` closes the connection with the fitting code by itself.
    websocket.on('error', (error) => this.#context.log(`Realtime: a socket failed: ${error.message}`))
    websocket.on('close', () => {
      clearTimeout(idle)
      this.#sockets.delete(websocket)
      socket.close()
    })
  }

  #leaveHanging(stream: Duplex): void {
    this.#hanging.add(stream)
    stream.once('close', () => this.#hanging.delete(stream))
    // Read on, so that the client's end is noticed.
    stream.resume()
  }

  #cutChannelless(): void {
    for (const [websocket, socket] of this.#sockets) {
      if (socket.channelCount === 0) websocket.terminate()
    }
  }
}

function hangUp(websocket: WebSocket, code: number): void {
  if (code === NO_CLOSE_FRAME) websocket.terminate()
  else websocket.close(code)
}

function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)
}

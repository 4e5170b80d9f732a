import type { WebSocket } from 'ws'
import { FaultyLine } from './faulty-line.ts'
import { encodeFrame, type Wire } from '../codec/encode.ts'
import type { RealtimeContext } from '../context.ts'
import type { ServerFrame, Version } from '../codec/frames.ts'
import type { SharedFrame } from '../broadcast-hub.ts'

/** A client that reads slower than it is sent to is cut off at this many bytes, before it fills our memory. */
const MOST_UNSENT_BYTES = 64_000_000

/** Frames on their way to one client. */
export class Outlet {
  readonly #websocket: WebSocket
  readonly #version: Version
  readonly #line: FaultyLine
  /** Frames that wait while the socket stands still, or null when it does not. */
  #held: Wire[] | null = null

  constructor(websocket: WebSocket, version: Version, context: RealtimeContext) {
    this.#websocket = websocket
    this.#version = version
    this.#line = new FaultyLine(context.faults, context.random, (wire) => this.#transmit(wire))
  }

  send(frame: ServerFrame): void {
    this.#put(encodeFrame(frame, this.#version), isNews(frame))
  }

  sendShared(shared: SharedFrame): void {
    this.#put(shared.wire(this.#version), isNews(shared.frame))
  }

  /** From now on frames wait. */
  hold(): void {
    this.#held ??= []
  }

  /** Goes before all frames that wait. */
  sendFirst(frame: ServerFrame): void {
    const wire = encodeFrame(frame, this.#version)
    if (wire) this.#line.carry(wire, false)
  }

  release(): void {
    const held = this.#held ?? []
    this.#held = null
    for (const wire of held) this.#line.carry(wire, false)
  }

  close(code: number): void {
    this.#websocket.close(code)
  }

  #put(wire: Wire | null, isNewsFrame: boolean): void {
    if (!wire) return
    if (this.#held) this.#held.push(wire)
    else this.#line.carry(wire, isNewsFrame)
  }

  #transmit({ data, isBinary }: Wire): void {
    if (this.#websocket.readyState !== this.#websocket.OPEN) return
    if (this.#websocket.bufferedAmount > MOST_UNSENT_BYTES) return this.#websocket.terminate()
    this.#websocket.send(data, { binary: isBinary })
  }
}

/** News are what a client must be able to miss, get twice or out of order; only those are subject to such faults. */
function isNews(frame: ServerFrame): boolean {
  return frame.kind === 'broadcast' || frame.event === 'broadcast' || frame.event === 'postgres_changes'
}

import { WebSocket, type RawData } from 'ws'
import { until } from './until.ts'

/** A frame that the server sent, filed under its topic. */
export type Heard = { kind: 'text'; text: string } | { kind: 'binary'; fields: string; payload: Buffer }

/** A bare websocket that files what it hears: the order is kept within a topic, where alone the server keeps it. */
export class RecordedClient {
  readonly #socket: WebSocket
  readonly #heard = new Map<string, Heard[]>()
  #opened = false
  closeCode: number | null = null
  refusal: { status: number; body: string } | null = null

  constructor(url: string, headers: Record<string, string> = {}) {
    this.#socket = new WebSocket(url, { headers })
    this.#socket.on('open', () => (this.#opened = true))
    this.#socket.on('message', (data, isBinary) => this.#file(bytesOf(data), isBinary))
    this.#socket.on('close', (code) => (this.closeCode = code))
    this.#socket.on('error', () => undefined)
    this.#socket.on('unexpected-response', (_, response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        this.refusal = { status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }
        this.#socket.terminate()
      })
    })
  }

  async opened(): Promise<void> {
    await until(
      'the socket is open or refused',
      () => this.#opened || this.refusal !== null || this.closeCode !== null,
    )
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN
  }

  send(data: string | Buffer): void {
    this.#socket.send(data)
  }

  ping(): void {
    this.#socket.ping()
  }

  close(): void {
    this.#socket.close()
  }

  terminate(): void {
    this.#socket.terminate()
  }

  /** The next frame on a topic. */
  async next(topic: string): Promise<Heard> {
    await until(`a frame on ${topic}`, () => (this.#heard.get(topic)?.length ?? 0) > 0)
    return this.#heard.get(topic)?.shift() as Heard
  }

  /** Frames that nobody asked for yet. */
  get unread(): Heard[] {
    return [...this.#heard.values()].flat()
  }

  /** Asks for a heartbeat and waits for the answer: everything sent before it has been worked off by then. */
  async heartbeat(isObjectFormat: boolean): Promise<void> {
    this.send(
      isObjectFormat
        ? '{"topic":"phoenix","event":"heartbeat","payload":{},"ref":"end"}'
        : '[null,"end","phoenix","heartbeat",{}]',
    )
    await this.next('phoenix')
  }

  #file(data: Buffer, isBinary: boolean): void {
    const heard = isBinary ? decodeBroadcast(data) : ({ kind: 'text', text: data.toString() } as const)
    const topic = topicOf(heard)
    this.#heard.set(topic, [...(this.#heard.get(topic) ?? []), heard])
  }
}

export function topicOf(heard: Heard): string {
  const value = JSON.parse(heard.kind === 'text' ? heard.text : heard.fields) as unknown
  if (heard.kind === 'binary') return String((value as unknown[])[0])
  return String(Array.isArray(value) ? value[2] : (value as { topic: unknown }).topic)
}

function decodeBroadcast(data: Buffer): Heard {
  const lengths = [...data.subarray(1, 4)]
  const fields: string[] = []
  let at = 5
  for (const length of lengths) {
    fields.push(data.toString('utf8', at, at + length))
    at += length
  }
  return { kind: 'binary', fields: JSON.stringify(fields), payload: data.subarray(at) }
}

function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)
}

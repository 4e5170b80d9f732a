import { RecordedClient, type Heard } from './recorded-client.ts'
import type { BackendUnderTest } from './backend-under-test.ts'

export type Frame = [
  joinRef: string | null,
  ref: string | null,
  topic: string,
  event: string,
  payload: unknown,
]

/** A client of 2.0.0 that says exactly what a test wants said. */
export class RawSocket {
  readonly client: RecordedClient
  #ref = 0

  constructor(client: RecordedClient) {
    this.client = client
  }

  static async open(backend: BackendUnderTest, key = backend.anonKey): Promise<RawSocket> {
    const client = new RecordedClient(`${backend.wsUrl}/realtime/v1/websocket?apikey=${key}&vsn=2.0.0`)
    await client.opened()
    return new RawSocket(client)
  }

  /** Joins and returns the reply's payload and the join's ref. */
  async join(
    name: string,
    config: Record<string, unknown> = {},
    more: Record<string, unknown> = {},
  ): Promise<{ ref: string; reply: unknown }> {
    const ref = this.send(null, name, 'phx_join', { config, ...more })
    return { ref, reply: (await this.next(name))[4] }
  }

  /** Sends a push and returns its ref; a join goes under its own ref. */
  send(joinRef: string | null, name: string, event: string, payload: unknown): string {
    const ref = String(++this.#ref)
    this.client.send(
      JSON.stringify([event === 'phx_join' ? ref : joinRef, ref, `realtime:${name}`, event, payload]),
    )
    return ref
  }

  broadcast(joinRef: string, name: string, event: string, payload: unknown): string {
    return this.send(joinRef, name, 'broadcast', { type: 'broadcast', event, payload })
  }

  /** The next text frame on a topic. */
  async next(name: string): Promise<Frame> {
    const heard = await this.nextOf(name)
    if (heard.kind !== 'text') throw new Error('A text frame was expected.')
    return JSON.parse(heard.text) as Frame
  }

  nextOf(name: string): Promise<Heard> {
    return this.client.next(`realtime:${name}`)
  }

  heartbeat(): Promise<void> {
    return this.client.heartbeat(false)
  }
}

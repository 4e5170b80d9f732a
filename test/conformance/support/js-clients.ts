import { createClient } from '@supabase/supabase-js'
import type { RealtimeChannel, SupabaseClient } from '@supabase/supabase-js'
import { WebSocket } from 'ws'
import type { BackendUnderTest } from './backend-under-test.ts'
import { until } from './until.ts'

export interface JsClientOptions {
  /** Asked for a token as the console is; none: the key speaks for the client. */
  accessToken?: () => Promise<string>
  key?: string
  heartbeatIntervalMs?: number
  transport?: new (...args: ConstructorParameters<typeof WebSocket>) => WebSocket
}

/** Clients as the console makes them, with `ws` as transport and short waits; ended together. */
export class JsClients {
  readonly #clients: SupabaseClient[] = []

  open(backend: BackendUnderTest, options: JsClientOptions = {}): SupabaseClient {
    const { accessToken, key = backend.anonKey, heartbeatIntervalMs = 300, transport = WebSocket } = options
    const client = createClient(backend.httpUrl, key, {
      realtime: { transport: transport as never, reconnectAfterMs: () => 50, heartbeatIntervalMs },
      ...(accessToken ? { accessToken } : {}),
    })
    this.#clients.push(client)
    return client
  }

  async endAll(): Promise<void> {
    for (const client of this.#clients.splice(0)) await client.realtime.disconnect()
  }
}

/** Subscribes, and returns the statuses it goes through. */
export async function subscribed(channel: RealtimeChannel): Promise<string[]> {
  const statuses: string[] = []
  channel.subscribe((status) => statuses.push(status))
  await until('the channel is subscribed', () => statuses.includes('SUBSCRIBED'))
  return statuses
}

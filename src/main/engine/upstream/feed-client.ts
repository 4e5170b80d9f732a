import { createClient } from '@supabase/supabase-js'
import { MINUTE_MS } from '#shared/lib/time.ts'
import type { ServerAddress } from '../ports.ts'
import type { SocketHandle } from './guarded-socket.ts'
import type { SessionKeeper } from './session.ts'

/** Beats are asked for by the link. The client's own timer must only never come before them. */
const NO_OWN_HEARTBEAT_MS = 10 * MINUTE_MS

export type FeedClient = ReturnType<typeof createClient>

interface FeedClientPorts {
  address: ServerAddress
  session: SessionKeeper
  fetch: typeof fetch
  Transport: SocketHandle['Transport']
  /** A heartbeat was answered. */
  alive(): void
  /** The client was given another token than before, and will push it to its channels. */
  tokenChanged(): void
}

/** A client for one feed: it opens one socket, never mends it, and knows no token but the user's. */
export function createFeedClient(ports: FeedClientPorts): FeedClient {
  const { address, session } = ports
  let last: string | null = null
  return createClient(address.url, address.anonKey, {
    accessToken: async () => {
      const token = await userTokenOnly(session)
      const isOther = last !== null && last !== token
      last = token
      if (isOther) ports.tokenChanged()
      return token
    },
    global: { fetch: ports.fetch },
    realtime: {
      transport: ports.Transport,
      heartbeatIntervalMs: NO_OWN_HEARTBEAT_MS,
      heartbeatCallback: (status) => {
        if (status === 'ok') ports.alive()
      },
      // We reconnect, not the client: its timer is stopped with the feed.
      reconnectAfterMs: () => NO_OWN_HEARTBEAT_MS,
    },
  })
}

/**
 * The token provider of the data clients. It throws rather than answer without a user's token: with none, supabase-js
 * would go on as an anonymous reader, to whom row security shows empty tables.
 */
export async function userTokenOnly(session: SessionKeeper): Promise<string> {
  const token = await session.token()
  if (token.kind !== 'settled') throw new Error(`No user token: ${token.kind}`)
  return token.value.access
}

import { z } from 'zod'
import { SECOND_MS } from '#shared/lib/time.ts'
import type { Scope } from '#shared/domain/scope.ts'
import { Poke } from '#shared/protocol/server.ts'
import type { ChannelHost, FeedChannels } from './feed-channels.ts'

/** Servers older than the `replication_ready` option say nothing: then we wait this long for their replication. */
const REPLICATION_GRACE_MS = 2 * SECOND_MS

const Broadcast = z.object({ payload: z.unknown() })

/**
 * A private channel for each scope, on which the database itself says what moved, with the changes inside when they are small.
 * It streams when every channel is joined and the server's replication, which carries the database's words, runs.
 */
export function openBroadcastChannels(host: ChannelHost): FeedChannels {
  const joining = new Set<Scope>(host.scopes)
  const replicating = new Set<Scope>(host.scopes)

  function announce(): void {
    if (joining.size === 0 && replicating.size === 0) host.streaming()
  }

  function runs(scope: Scope): void {
    replicating.delete(scope)
    announce()
  }

  function hearPoke(scope: Scope, message: unknown): void {
    const poke = Poke.safeParse(Broadcast.safeParse(message).data?.payload)
    if (poke.success && poke.data.scope === scope) return host.poke(poke.data)
    host.log.warn('feed.unreadable-poke', { scope })
    host.moved(scope, null)
  }

  for (const scope of host.scopes) {
    const channel = host.client.channel(`sync:${scope}`, {
      config: { private: true, broadcast: { self: false, ack: false, replication_ready: true } },
    })
    channel.on(
      'broadcast',
      { event: 'poke' },
      host.safely((message) => hearPoke(scope, message)),
    )
    host.join(channel, scope, {
      joined() {
        joining.delete(scope)
        host.later(REPLICATION_GRACE_MS, () => runs(scope))
        announce()
      },
      ready(extension) {
        if (extension === 'system') runs(scope)
      },
    })
  }

  // A channel's policies are looked at again as soon as it has the new token: nothing is missed meanwhile.
  return { tokenChanged: () => undefined }
}

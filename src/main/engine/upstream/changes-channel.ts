import { z } from 'zod'
import { SECOND_MS } from '#shared/lib/time.ts'
import { Scope } from '#shared/domain/scope.ts'
import type { ChannelHost, FeedChannels } from './feed-channels.ts'

/**
 * After a new token the server goes by the old one's claims for 1 to 3 s, and what only the new one may see in that time is
 * lost for good. It says when that is over, but not to every version of it.
 */
const OLD_CLAIMS_MS = 4 * SECOND_MS

/**
 * A change of `sync_scopes` as realtime-js hands it on. Row security was asked when the change was read, not when it was made,
 * so nothing of it is believed beyond "this head moved": a head above 2^53, which JSON numbers cannot carry, counts as unknown.
 */
const HeadChange = z.object({
  eventType: z.enum(['INSERT', 'UPDATE', 'DELETE']),
  errors: z.null().optional(),
  new: z.object({ scope: Scope, head: z.int().min(0).nullable().catch(null) }),
})
const Deletion = z.object({ eventType: z.literal('DELETE') })

/**
 * One public channel that watches the scopes' rows in `sync_scopes`, for projects whose private channels are off. It tells
 * that a head moved, never what changed. It streams when the server says that the subscription stands, which is seconds after
 * the join on a cold server; changes before that are lost.
 */
export function openChangesChannel(host: ChannelHost): FeedChannels {
  const scopes = new Set<Scope>(host.scopes)
  let stands = false

  function hear(message: unknown): void {
    // Row security does not look at deletions: everyone is told. Ours is told by a pull, which lists the scopes granted.
    if (Deletion.safeParse(message).success) return
    const change = HeadChange.safeParse(message)
    if (change.success && scopes.has(change.data.new.scope)) {
      return host.moved(change.data.new.scope, change.data.new.head)
    }
    host.log.warn('feed.unreadable-change', { channel: 'heads' })
    host.moved('any', null)
  }

  const channel = host.client.channel('heads')
  for (const scope of scopes) {
    channel.on(
      'postgres_changes',
      // INSERT too: a scope's row may be made after the subscription.
      { event: '*', schema: 'public', table: 'sync_scopes', filter: `scope=eq.${scope}` },
      host.safely(hear),
    )
  }
  host.join(channel, 'heads', {
    joined: () => undefined,
    ready(extension) {
      if (extension !== 'postgres_changes') return
      // Said again, it means that the subscription was made anew, and that what happened before is lost.
      if (stands) return host.moved('any', null)
      stands = true
      host.streaming()
    },
  })

  return { tokenChanged: () => host.later(OLD_CLAIMS_MS, () => host.moved('any', null)) }
}

import type { ProductId, WarehouseId } from '#shared/domain/ids.ts'
import { siteScope, userScope, warehouseScope } from '#shared/domain/scope.ts'
import { must } from '#shared/lib/must.ts'
import type { Activity } from '#shared/protocol/activity.ts'
import { openSessionEvents } from '#engine/events/session-events.ts'
import { realClock } from '#engine/platform/real-clock.ts'
import { connectSupabase } from '#engine/upstream/supabase.ts'
import { memorySecrets } from '#test/harness/memory-secrets.ts'
import { recordedLog } from '#test/harness/recorded-log.ts'
import type { Site } from '../../e2e/support/site.ts'
import { until } from '../until.ts'

/** Where there is something to speak of. */
export interface Place {
  warehouse: WarehouseId
  products: ProductId[]
}

/** The fourth: what a console tells and hears, without its files. Its words can be put in its mouth. */
export async function openSpeaker(site: Site, { warehouse }: Place) {
  const secrets = memorySecrets()
  const log = recordedLog()
  const address = { url: site.url, anonKey: site.anonKey, embedded: true }
  const upstream = connectSupabase({ address, clock: realClock, log, secrets })
  const signedIn = await upstream.signIn(site.user.email, site.user.password)
  if (signedIn.kind !== 'settled') throw new Error(`Not signed in: ${signedIn.kind}`)
  const names = { person: () => null, station: () => null, product: () => null, order: () => null }
  let read: (() => Activity) | null = null
  const events = openSessionEvents({
    clock: realClock,
    log,
    upstream,
    views: { setActivity: (next) => (read = next && (() => next({ warehouseId: warehouse }))) },
    mirror: { readNames: (of) => of(names), memberships: () => [] },
    station: () => null,
    user: signedIn.value,
  })
  let isStreaming = false
  const feed = upstream.listen([siteScope, warehouseScope(warehouse), userScope(signedIn.value.id)], {
    streaming: () => (isStreaming = true),
    poke: () => undefined,
    moved: () => undefined,
    lost: (failure) => console.log(`The speaker lost its feed: ${JSON.stringify(failure)}`),
  })
  await until('the speaker listens', () => isStreaming)
  events.link('live')
  return {
    broadcast: events.broadcast,
    userId: signedIn.value.id,
    counts: () => must(read, 'the speaker’s activity')(),
    async stop() {
      events.close()
      await feed.close()
      await upstream.stop()
    },
  }
}

export type Speaker = Awaited<ReturnType<typeof openSpeaker>>

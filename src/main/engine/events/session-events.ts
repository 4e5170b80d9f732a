import { EventsTaken } from '#shared/domain/events.ts'
import type { EventId } from '#shared/domain/events.ts'
import type { WarehouseId } from '#shared/domain/ids.ts'
import { SECOND_MS } from '#shared/lib/time.ts'
import type { Activity } from '#shared/protocol/activity.ts'
import type { LinkStatus } from '#shared/protocol/status.ts'
import type { LocalMirror } from '../mirror/mirror.ts'
import type { AppliedWork } from '../outbox/work-applied.ts'
import type { Cancel, Clock, Log } from '../ports.ts'
import type { StationIdentity } from '../thread-protocol.ts'
import type { Upstream, UpstreamUser } from '../upstream/upstream.ts'
import type { ViewHost } from '../views/view-host.ts'
import { activityItem } from './activity-view.ts'
import { createActivityLog, rememberOwn } from './activity-log.ts'
import { announceWork } from './announce-work.ts'
import { createBroadcast } from './broadcast.ts'
import type { Broadcast } from './broadcast.ts'
import { createIncoming } from './incoming.ts'
import { createOutgoing } from './outgoing.ts'

/** One person's events at this station: what it tells the others, and what it hears of them. */
export interface SessionEvents {
  readonly broadcast: Broadcast
  link(at: LinkStatus['at']): void
  /** The server has applied this of the station's work. */
  applied(work: AppliedWork): void
  /** Tells the others that somebody leaves; never longer than half a second. */
  goodbye(): Promise<void>
  close(): void
}

export interface SessionEventsPorts {
  clock: Clock
  log: Log
  upstream: Pick<Upstream, 'call' | 'hearEvents'>
  views: Pick<ViewHost, 'setActivity'>
  mirror: Pick<LocalMirror, 'readNames' | 'memberships'>
  station: () => StationIdentity | null
  user: Pick<UpstreamUser, 'id'>
}

const GOODBYE_MS = SECOND_MS / 2
/** A link that was away for less was not missed by anybody. */
const AWAY_MS = 5 * SECOND_MS
/** Windows look again so often at most: a list of hints need not be drawn with every frame. */
const SHOW_EVERY_MS = SECOND_MS / 10
/** A person of more warehouses comes and goes unannounced in the others. */
const MOST_WAREHOUSES = 10

export function openSessionEvents(ports: SessionEventsPorts): SessionEvents {
  const { clock, upstream, views, mirror, user } = ports
  const log = ports.log.with({ component: 'events' })
  const heard = createActivityLog(user.id)
  const own = rememberOwn(1_000)
  let closed = false
  let showing: Cancel | null = null
  let arrived = false
  let awaySince: number | null = null

  const show = (): void => {
    if (closed) return
    showing ??= clock.after(SHOW_EVERY_MS, () => {
      showing = null
      views.setActivity(read)
    })
  }
  const outgoing = createOutgoing({
    clock,
    log,
    counted: show,
    async send(events) {
      for (const { id } of events) own.add(id)
      return upstream.call('send_events', { events }, EventsTaken)
    },
  })
  const incoming = createIncoming((event) => heard.add(event))
  const broadcast = createBroadcast(
    () => ports.station()?.id ?? null,
    (event) => outgoing.offer(event),
  )
  const silence = upstream.hearEvents((message) => {
    incoming.take(message)
    show()
  })

  const sentBy = (id: EventId, from: string | null) =>
    from === user.id && own.has(id) ? 'this-station' : 'another'

  function read({ warehouseId }: { warehouseId: WarehouseId }): Activity {
    const newest = heard.newest(warehouseId)
    const events = mirror.readNames((names) =>
      newest.map((event) => activityItem(event, sentBy(event.id, event.from.user_id), names)),
    )
    return { events, outgoing: outgoing.counts(), incoming: incoming.counts() }
  }

  function tellOfUser(what: 'arrived' | 'left' | 'back'): void {
    try {
      for (const { warehouseId } of mirror.memberships().slice(0, MOST_WAREHOUSES))
        broadcast.broadcastUserActivity(warehouseId, what)
    } catch (error) {
      log.warn('events.activity-not-told', { error: String(error) })
    }
  }

  function tellOfLink(isOnline: boolean): void {
    if (!isOnline) return void (awaySince ??= clock.monotonicMs())
    const awayMs = awaySince === null ? 0 : clock.monotonicMs() - awaySince
    awaySince = null
    if (!arrived) tellOfUser('arrived')
    else if (awayMs >= AWAY_MS) tellOfUser('back')
    arrived = true
  }

  views.setActivity(read)

  return {
    broadcast,
    link(at) {
      if (closed) return
      const isOnline = at === 'live' || at === 'degraded'
      outgoing.online(isOnline)
      tellOfLink(isOnline)
    },
    applied(work) {
      if (!closed) announceWork(work, broadcast)
    },
    async goodbye() {
      if (closed || !arrived) return
      tellOfUser('left')
      await outgoing.flushed(GOODBYE_MS)
    },
    close() {
      closed = true
      showing?.()
      silence()
      outgoing.stop()
      views.setActivity(null)
    },
  }
}

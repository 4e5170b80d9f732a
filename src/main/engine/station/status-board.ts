import type { Millis } from '#shared/lib/time.ts'
import type { DiskStatus, LinkStatus, Status } from '#shared/protocol/status.ts'
import type { LocalMirror, OpenProblem } from '../mirror/mirror.ts'
import type { ServerAddress } from '../ports.ts'
import type { UpstreamUser } from '../upstream/upstream.ts'

/*
 * Puts together what the freshness bar says, and says it again whenever a part changes.
 *
 * `asOf` is the server's time of the last pull after which nothing waited in any mirrored scope, as the mirror keeps it on
 * disk. Nothing else moves it: an open socket, a heartbeat or a poke leaves room for a change that was lost in silence [L3].
 */

export interface StatusBoard {
  link(status: LinkStatus): void
  user(user: UpstreamUser | null, mirror: LocalMirror | null): void
  server(address: ServerAddress | null): void
  disk(disk: DiskStatus): void
  /** Null when it is over. */
  drill(drill: Status['drill']): void
  clockOffset(offsetMs: number): void
  /** Reads again what comes from the mirror: as-of, name, memberships. */
  refresh(): void
  current(): Status
}

export const diskStatusOf = {
  damaged: 'damaged-rebuilt',
  'from-newer-version': 'from-newer-version',
  'disk-full': 'full',
  'read-only': 'read-only',
  'in-use': 'in-use',
  'io-error': 'failing',
} as const satisfies Record<OpenProblem, DiskStatus>

export function createStatusBoard(now: () => Millis, show: (status: Status) => void): StatusBoard {
  let mirror: LocalMirror | null = null
  let user: UpstreamUser | null = null
  let status: Status = {
    link: { at: 'offline', since: now() },
    asOf: null,
    lostAt: now(),
    clockOffsetMs: null,
    user: null,
    server: null,
    memberships: [],
    disk: 'ok',
    drill: null,
  }

  const update = (part: Partial<Status>): void => {
    status = { ...status, ...part }
    show(status)
  }

  const fromMirror = (): Pick<Status, 'asOf' | 'user' | 'memberships'> => ({
    asOf: mirror?.asOf() ?? null,
    memberships: mirror?.memberships() ?? [],
    user: user && { id: user.id, email: user.email, displayName: mirror?.displayName() ?? user.email },
  })

  return {
    link(link) {
      // Only being caught up ends an outage: a try that fails on the way leaves it as old as it was [L3]. Who polls is
      // caught up as of the last answer: slower than live, and not offline.
      const lostAt = isCaughtUp(link) ? null : (status.lostAt ?? now())
      update({ link, lostAt })
    },
    user(nextUser, nextMirror) {
      user = nextUser
      mirror = nextMirror
      // The link of whoever was here before says nothing of the figures shown from now on [L3].
      const left = isCaughtUp(status.link)
        ? { link: { at: 'offline' as const, since: now() }, lostAt: now() }
        : {}
      update({ ...left, ...fromMirror() })
    },
    server(address) {
      update({ server: address && { url: address.url, embedded: address.embedded }, clockOffsetMs: null })
    },
    disk: (disk) => update({ disk }),
    drill: (drill) => update({ drill }),
    clockOffset: (offsetMs) => update({ clockOffsetMs: Math.round(offsetMs) }),
    refresh: () => update(fromMirror()),
    current: () => status,
  }
}

const isCaughtUp = ({ at }: LinkStatus): boolean => at === 'live' || at === 'degraded'

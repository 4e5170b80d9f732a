import type { UserId } from '#shared/domain/ids.ts'
import type { Outbox } from '../outbox/outbox.ts'
import type { Clock, Log, Random, Secrets, ServerAddress } from '../ports.ts'
import type { Upstream, UpstreamUser } from '../upstream/upstream.ts'
import { createDepartedSenders } from './departed-senders.ts'
import type { DepartedSenders } from './departed-senders.ts'
import type { UserSession } from './user-session.ts'

/* How people leave a station: with nothing left to send, or with work that goes on being sent in their name. */

/** The server of this station. */
export interface Server {
  address: ServerAddress
  /** With the station's own session; another one when that was set apart. */
  upstream: Upstream
  departed: DepartedSenders
}

/** A session that goes on beside the station's own. */
export interface Apart {
  upstream: Upstream
  /** Makes it the station's own again. */
  undo(): Promise<void>
}

export interface Departures {
  of(address: ServerAddress): DepartedSenders
  /** Whether they have work here that was not sent; where that cannot be known, it is taken for granted. */
  mayLeaveWork(at: Server, user: UpstreamUser, session: UserSession | null): boolean
  /** The session that is here goes on beside the next one. @returns null when it cannot be kept */
  setApart(at: Server, user: UpstreamUser): Promise<Apart | null>
  /** They go, and their work goes on being sent; their files are closed. */
  depart(at: Server, user: UpstreamUser): Promise<void>
  /** @param upstream with their session; without it their work waits until they sign in again, and is counted */
  sendFor(at: Server, user: UpstreamUser, upstream: Upstream | undefined): Promise<void>
  /** Forgetting here is what counts; the server is told in the background, if it can be reached. */
  forgetSession(upstream: Upstream): void
}

interface DeparturePorts {
  clock: Clock
  random: Random
  log: Log
  secrets: Secrets
  connect: (address: ServerAddress, apart?: UserId) => Upstream
  openOutbox: (address: ServerAddress, user: UpstreamUser) => { outbox: Outbox }
}

/** @param changed how much of others is unsent is another than before */
export function planDepartures(ports: DeparturePorts, changed: () => void): Departures {
  const { log } = ports

  function forgetSession(upstream: Upstream): void {
    upstream.signOut().catch((error: unknown) => log.warn('station.sign-out', { error: String(error) }))
  }

  async function setApart(at: Server, user: UpstreamUser): Promise<Apart | null> {
    const { upstream } = at
    try {
      await at.departed.leaving(user)
      await upstream.setApart(true)
    } catch (error) {
      log.error('station.not-set-apart', { error: String(error) })
      return null
    }
    at.upstream = ports.connect(at.address)
    return {
      upstream,
      async undo() {
        await at.upstream.stop()
        at.upstream = upstream
        await upstream.setApart(false)
        await at.departed.stayed(user.id)
      },
    }
  }

  async function sendFor(at: Server, user: UpstreamUser, upstream: Upstream | undefined): Promise<void> {
    await at.departed.leaving(user)
    at.departed.take(user, upstream ?? ports.connect(at.address, user.id))
  }

  return {
    of: (address) =>
      createDepartedSenders({
        ...ports,
        address,
        connect: (user) => ports.connect(address, user),
        openOutbox: (user) => ports.openOutbox(address, user).outbox,
        changed,
      }),
    mayLeaveWork(at, user, session) {
      try {
        if (session?.user.id === user.id) return session.work.kind === 'closed' || session.work.unsent() > 0
        const { outbox } = ports.openOutbox(at.address, user)
        const { unsent } = outbox.counts()
        outbox.close()
        return unsent > 0
      } catch (error) {
        log.warn('station.work-unknown', { error: String(error) })
        return true
      }
    },
    setApart,
    sendFor,
    async depart(at, user) {
      const apart = await setApart(at, user)
      if (!apart) forgetSession(at.upstream)
      await sendFor(at, user, apart?.upstream)
    },
    forgetSession,
  }
}

import type { UserId } from '#shared/domain/ids.ts'
import type { Outbox } from '../outbox/outbox.ts'
import type { Clock, Log, Random, Secrets, ServerAddress } from '../ports.ts'
import type { Upstream, UpstreamUser } from '../upstream/upstream.ts'
import { departedList } from './departed-list.ts'
import { openDepartedSender } from './departed-sender.ts'
import type { DepartedSender } from './departed-sender.ts'

/** Everyone who left this station with unsent work, and who sends it for them, for one server. */
export interface DepartedSenders {
  /** Whether this person left, and has not come back since. */
  has(user: UserId): Promise<boolean>
  /** To be said before anything of them is moved: a crash from here on finds them on their way out. */
  leaving(user: UpstreamUser): Promise<void>
  /** They stayed after all. */
  stayed(user: UserId): Promise<void>
  /** They are gone, their outbox is closed: it is sent with this upstream, which is ours from now on. */
  take(user: UpstreamUser, upstream: Upstream): void
  /** Goes on with those that an earlier run left. */
  resume(): Promise<void>
  /** They are back: their outbox is free when this is done. */
  release(user: UserId): Promise<void>
  unsent(): number
  tryNow(): void
  stop(): Promise<void>
}

interface DepartedPorts {
  clock: Clock
  random: Random
  log: Log
  secrets: Secrets
  address: ServerAddress
  connect: (user: UserId) => Upstream
  /** @throws OutboxError */
  openOutbox: (user: UpstreamUser) => Outbox
  changed: () => void
}

export function createDepartedSenders(ports: DepartedPorts): DepartedSenders {
  const { clock, random, log, openOutbox, changed } = ports
  const list = departedList(ports)
  const senders = new Map<UserId, DepartedSender>()
  let stopped = false

  function take(user: UpstreamUser, upstream: Upstream): void {
    senders.set(
      user.id,
      openDepartedSender({
        clock,
        random,
        log,
        user,
        upstream,
        openOutbox: () => openOutbox(user),
        changed,
        done: () => {
          senders.delete(user.id)
          changed()
          list
            .remove(user.id)
            .catch((error: unknown) => log.warn('departed.not-forgotten', { error: String(error) }))
        },
      }),
    )
  }

  return {
    has: async (user) => (await list.load()).some(({ id }) => id === user),
    leaving: (user) => list.add(user),
    stayed: (user) => list.remove(user),
    take,
    async resume() {
      for (const user of await list.load()) {
        if (!stopped && !senders.has(user.id)) take(user, ports.connect(user.id))
      }
    },
    async release(user) {
      senders.get(user)?.release()
      senders.delete(user)
      await list.remove(user)
      changed()
    },
    unsent: () => [...senders.values()].reduce((sum, sender) => sum + (sender.unsent() ?? 0), 0),
    tryNow() {
      for (const sender of senders.values()) sender.tryNow()
    },
    async stop() {
      stopped = true
      await Promise.all([...senders.values()].map((sender) => sender.stop()))
      senders.clear()
      await list.stop()
    },
  }
}

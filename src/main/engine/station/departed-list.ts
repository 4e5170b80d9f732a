import { z } from 'zod'
import { UserId } from '#shared/domain/ids.ts'
import type { Clock, Log, Secrets, ServerAddress } from '../ports.ts'
import { durableSecret } from '../upstream/durable-secret.ts'
import type { UpstreamUser } from '../upstream/upstream.ts'

const List = z.array(z.object({ id: UserId, email: z.string() }))

/**
 * Who left this station with unsent work, kept beside their sessions. Written before anything of them is moved, and taken off when
 * nothing of theirs is left to do: whoever is on it after a crash is on their way out, not on their way in.
 */
export interface DepartedList {
  /** Who is on it, as the last run of the engine left it. Where it cannot be read there is nobody. */
  load(): Promise<readonly UpstreamUser[]>
  add(user: UpstreamUser): Promise<void>
  remove(user: UserId): Promise<void>
  stop(): Promise<void>
}

interface ListPorts {
  address: ServerAddress
  secrets: Secrets
  clock: Clock
  log: Log
}

export function departedList({ address, secrets, clock, log }: ListPorts): DepartedList {
  const secret = durableSecret({ secrets, key: `departed:${address.url}`, clock, log })
  let loading: Promise<void> | null = null
  let users: UpstreamUser[] = []

  const loaded = (): Promise<void> => (loading ??= read())

  async function read(): Promise<void> {
    try {
      const text = await secret.read()
      users = text === null ? [] : List.parse(JSON.parse(text))
    } catch (error) {
      log.error('departed.unreadable', { error: error instanceof Error ? error.name : 'unknown' })
    }
  }

  async function change(next: (before: UpstreamUser[]) => UpstreamUser[]): Promise<void> {
    await loaded()
    const before = users
    users = next(before)
    if (sameUsers(users, before)) return
    await secret.keep(users.length === 0 ? null : JSON.stringify(users))
  }

  const sameUsers = (a: UpstreamUser[], b: UpstreamUser[]): boolean =>
    a.length === b.length && a.every(({ id }, i) => id === b[i]?.id)

  return {
    async load() {
      await loaded()
      return users
    },
    add: ({ id, email }) => change((before) => [...before.filter((user) => user.id !== id), { id, email }]),
    remove: (id) => change((before) => before.filter((user) => user.id !== id)),
    stop: () => secret.stop(),
  }
}

import { randomUUID } from 'node:crypto'
import type { CommandIntent } from '#shared/domain/commands.ts'
import type { MutationId, ProductId, UserId, WarehouseId } from '#shared/domain/ids.ts'
import { siteScope, userScope, warehouseScope } from '#shared/domain/scope.ts'
import type { Clock, ServerAddress } from '#engine/ports.ts'
import type { Failure, Outcome, Upstream, UpstreamUser } from '#engine/upstream/upstream.ts'
import { fakeServer, productRow } from './fake-server.ts'
import { fakeUpstream } from './fake-upstream.ts'
import type { FakeUpstream } from './fake-upstream.ts'

/** Somebody who may sign in at the terminal, with what the server has of them. */
export interface Person {
  user: UpstreamUser
  /** What the server does for them, and its faults. */
  upstream: FakeUpstream
  /** Their commands that the server has done, each once. */
  done(): readonly MutationId[]
}

/** A session as it rests on the terminal. */
interface Session {
  person: Person
  /** The server ended it for good. */
  isOver: boolean
}

/** One terminal that several people use: sessions rest on it, its own and those that were set apart, and outlive the engine. */
export interface SharedTerminal {
  people: Record<'mia' | 'tom', Person>
  connect: (address: ServerAddress, apart?: UserId) => Upstream
  /** Sessions that were ended on purpose, by whose they were. */
  readonly ended: string[]
  /** Whose session rests here as the terminal's own, and whose apart. */
  resting(): { own: string | null; apart: string[] }
  /** The server ends every session of theirs. */
  revoke(person: Person): void
  /** A command that they may do, under this mutation id. */
  receive(mutation: MutationId): CommandIntent
}

const over: Failure = { kind: 'signed-out', because: 'revoked', detail: 'It was ended.' }
const nobody: Failure = { kind: 'signed-out', because: 'no-session', detail: 'Nobody is signed in.' }

export function sharedTerminal(clock: Clock): SharedTerminal {
  const warehouse = randomUUID() as WarehouseId
  const mug = randomUUID() as ProductId
  let own: Session | null = null
  const apart = new Map<UserId, Session>()
  const sessions = new Set<Session>()
  const ended: string[] = []

  const person = (email: string): Person => {
    const server = fakeServer(clock)
    const scope = warehouseScope(warehouse)
    server.granted = [siteScope, userScope(server.uid), scope]
    server.change(siteScope, 'products', mug, productRow(mug, 'Mug'))
    const row = { code: 'N', name: 'North', time_zone: 'Europe/Berlin', negative_stock: 'accept_and_flag' }
    server.change(scope, 'warehouses', warehouse, { id: warehouse, ...row })
    const member = randomUUID()
    const rights = { id: member, user_id: server.uid, warehouse_id: warehouse, role: 'manager' }
    server.change(userScope(server.uid), 'warehouse_members', member, rights)
    const upstream = fakeUpstream(server, clock)
    return { user: { id: server.uid, email }, upstream, done: () => upstream.ledger.done }
  }
  const people = { mia: person('mia@shelf.test'), tom: person('tom@shelf.test') }

  function connect(_address: ServerAddress, apartFor?: UserId): Upstream {
    let session = apartFor === undefined ? own : (apart.get(apartFor) ?? null)
    const feeds = new Set<() => Promise<void>>()
    const trouble = (): Failure | null => (session === null ? nobody : session.isOver ? over : null)
    const asThem = <T>(ask: (theirs: FakeUpstream) => Promise<Outcome<T>>): Promise<Outcome<T>> => {
      const failure = trouble()
      return session && !failure ? ask(session.person.upstream) : Promise.resolve(failure ?? nobody)
    }
    return {
      restUser: async () => session?.person.user ?? null,
      async signIn(email, password) {
        const who = Object.values(people).find(({ user }) => user.email === email)
        const failure = who?.upstream.failure
        if (failure) return failure
        if (!who || password !== 'right') {
          return { kind: 'refused', code: 'invalid_credentials', detail: 'Wrong email or password.' }
        }
        own = session = { person: who, isOver: false }
        sessions.add(session)
        return { kind: 'settled', value: who.user }
      },
      hearEvents: () => () => undefined,
      async setApart(isApart) {
        if (session === null) return
        if (isApart) {
          apart.set(session.person.user.id, session)
          if (own === session) own = null
        } else {
          apart.delete(session.person.user.id)
          own = session
        }
      },
      async signOut() {
        if (session === null) return
        if (own === session) own = null
        else apart.delete(session.person.user.id)
        ended.push(session.person.user.email)
        sessions.delete(session)
        session = null
      },
      authenticate: () => asThem((theirs) => theirs.authenticate()),
      probe: async () => ({ kind: 'settled', value: { serverTime: clock.now() } }),
      pull: (...question) => asThem((theirs) => theirs.pull(...question)),
      digest: (scope) => asThem((theirs) => theirs.digest(scope)),
      buckets: (...question) => asThem((theirs) => theirs.buckets(...question)),
      call: (...question) => asThem((theirs) => theirs.call(...question)),
      push: (commands) => asThem((theirs) => theirs.push(commands)),
      listen(scopes, events) {
        const feed = (session?.person ?? people.mia).upstream.listen(scopes, events)
        feeds.add(() => feed.close())
        return feed
      },
      async stop() {
        for (const close of feeds) await close()
      },
    }
  }

  return {
    people,
    connect,
    ended,
    resting: () => ({
      own: own?.person.user.email ?? null,
      apart: [...apart.values()].map(({ person: { user } }) => user.email),
    }),
    revoke({ user }) {
      for (const session of sessions) if (session.person.user.id === user.id) session.isOver = true
    },
    receive: (mutation_id) => ({
      ...{ kind: 'receive', mutation_id, warehouse_id: warehouse, product_id: mug },
      ...{ bin: 'A-1', reference: null, quantity: 1 },
    }),
  }
}

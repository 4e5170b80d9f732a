import type { Scope } from '#shared/domain/scope.ts'
import type { Clock } from '#engine/ports.ts'
import type { Failure, Feed, FeedEvents, Outcome, Upstream, UpstreamUser } from '#engine/upstream/upstream.ts'
import { fakeLedger } from './fake-ledger.ts'
import type { FakeLedger } from './fake-ledger.ts'
import type { FakeServer } from './fake-server.ts'

/** What stands between the station and the fake server, and how badly it behaves. */
export interface FakeUpstream extends Upstream {
  /** Every question fails like this while it is set. */
  failure: Failure | null
  /** New feeds fail like this. */
  feedFailure: Failure | null
  /** The socket is open but dead: no poke comes through, no heartbeat is answered, nobody says so. */
  halfOpen: boolean
  /** Heartbeats are answered but pokes do not come through. */
  deaf: boolean
  /** Pulls, digests and buckets are answered after this long, in ms. */
  pullDelayMs: number
  /** What the server knows of commands. */
  readonly ledger: FakeLedger
  /** A push is this long on its way, and its answer as long again, in ms. */
  pushDelayMs: number
  /** So many of the next pushes are done by the server, and their answers are lost. */
  pushAnswersToLose: number
  /** Every push fails like this while it is set, before it reaches the server. */
  pushFailure: Failure | null
  /** Cuts every open feed. */
  cutFeeds(failure?: Failure): void
  /** Feeds that are open now. */
  openFeeds(): number
  /** Feeds opened since the start. */
  feedsOpened: number
  signedIn: boolean
  stopped: boolean
}

export const noAnswer: Failure = { kind: 'offline', detail: 'the cable is out' }
/** What PostgREST says of a function that is not there. */
export const unknownFunction: Failure = {
  kind: 'refused',
  code: 'PGRST202',
  detail: 'there is no such function here',
}
const unauthorized: Failure = { kind: 'refused', code: 'Unauthorized', detail: 'not granted' }

/** A station's way to the fake server, with faults to be set by the test. */
export function fakeUpstream(server: FakeServer, clock: Clock): FakeUpstream {
  const user: UpstreamUser = { id: server.uid, email: 'picker@shelf.test' }
  const feeds = new Set<{ lose: (failure: Failure) => void }>()
  const signedOut: Failure = { kind: 'signed-out', because: 'no-session', detail: 'nobody is signed in' }

  const trouble = (): Failure | null => upstream.failure ?? (upstream.signedIn ? null : signedOut)

  async function delay(ms: number): Promise<void> {
    if (ms > 0) await new Promise<void>((resolve) => clock.after(ms, resolve))
  }

  async function ask<T>(answer: () => T): Promise<Outcome<T>> {
    await delay(upstream.pullDelayMs)
    const failure = trouble()
    return failure ?? { kind: 'settled', value: structuredClone(answer()) }
  }

  function listen(scopes: readonly Scope[], events: FeedEvents): Feed {
    upstream.feedsOpened += 1
    let over = false
    const silence = server.listen((poke) => {
      if (over || upstream.deaf || upstream.halfOpen || !scopes.includes(poke.scope)) return
      events.poke(structuredClone(poke))
    })
    const end = (): void => {
      over = true
      silence()
      feeds.delete(feed)
    }
    const feed = {
      lose(failure: Failure) {
        if (over) return
        end()
        events.lost(failure)
      },
    }
    feeds.add(feed)
    clock.after(0, () => {
      if (over) return
      const strange = scopes.some((scope) => !server.granted.includes(scope))
      const failure = upstream.feedFailure ?? trouble() ?? (strange ? unauthorized : null)
      if (failure) feed.lose(failure)
      else events.streaming()
    })
    return {
      heartbeat: (deadlineMs) =>
        new Promise((resolve) => {
          if (over) return resolve(false)
          if (upstream.halfOpen || upstream.failure) clock.after(deadlineMs, () => resolve(false))
          else resolve(true)
        }),
      close: async () => end(),
    }
  }

  const upstream: FakeUpstream = {
    failure: null,
    feedFailure: null,
    halfOpen: false,
    deaf: false,
    pullDelayMs: 0,
    ledger: fakeLedger(server),
    pushDelayMs: 0,
    pushAnswersToLose: 0,
    pushFailure: null,
    feedsOpened: 0,
    signedIn: true,
    stopped: false,
    cutFeeds(failure = noAnswer) {
      for (const feed of [...feeds]) feed.lose(failure)
    },
    openFeeds: () => feeds.size,
    restUser: async () => (upstream.signedIn ? user : null),
    async signIn(_email, password) {
      if (upstream.failure) return upstream.failure
      if (password !== 'right') return { kind: 'refused', code: 'invalid_credentials', detail: 'wrong' }
      upstream.signedIn = true
      return { kind: 'settled', value: user }
    },
    setApart: async () => undefined,
    async signOut() {
      upstream.signedIn = false
    },
    authenticate: async () => trouble() ?? { kind: 'settled', value: user },
    probe: async () => upstream.failure ?? { kind: 'settled', value: { serverTime: clock.now() } },
    pull: (cursors, pageLimit, unsure = []) =>
      ask(() => ({ ...server.pull(cursors, pageLimit), outcomes: upstream.ledger.fates(unsure) })),
    digest: (scope) => ask(() => server.digest(scope)),
    call: async () => trouble() ?? unknownFunction,
    buckets: (scope, buckets) => ask(() => server.buckets(scope, buckets)),
    async push(commands) {
      await delay(upstream.pushDelayMs)
      const failure = trouble() ?? upstream.pushFailure
      if (failure) return failure
      const outcome = structuredClone(upstream.ledger.push(commands))
      await delay(upstream.pushDelayMs)
      if (upstream.pushAnswersToLose === 0) return trouble() ?? outcome
      upstream.pushAnswersToLose -= 1
      return noAnswer
    },
    listen,
    hearEvents: () => () => undefined,
    async stop() {
      upstream.stopped = true
      for (const feed of [...feeds]) feed.lose(noAnswer)
    },
  }
  return upstream
}

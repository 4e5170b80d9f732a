import type { Clock } from '../ports.ts'
import type { Failure, Feed, FeedEvents, Outcome, Upstream } from '../upstream/upstream.ts'

/*
 * Stands between the engine and the network. Shut, it does what a cable does that somebody pulls: what was asked is never
 * answered, what listened is lost, and the server may have heard the last question. Everything else goes on.
 */

const pulled: Failure = { kind: 'offline', detail: 'An outage drill is on.' }

export interface DrillGate {
  /** The same server, behind the gate. */
  over(upstream: Upstream): Upstream
  shut(): void
  open(): void
}

export function createDrillGate(clock: Pick<Clock, 'after'>): DrillGate {
  let isShut = false
  /** What ends when the gate is shut: questions under way, and feeds. */
  const cut = new Set<() => void>()

  async function ask<T>(question: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    if (isShut) return pulled
    let lost: () => void = () => undefined
    const cable = new Promise<Outcome<T>>((resolve) => {
      lost = () => resolve(pulled)
      cut.add(lost)
    })
    try {
      return await Promise.race([question(), cable])
    } finally {
      cut.delete(lost)
    }
  }

  function listen(upstream: Upstream, scopes: Parameters<Upstream['listen']>[0], events: FeedEvents): Feed {
    let isOver = false
    const unlessOver =
      <A extends readonly unknown[]>(tell: (...args: A) => void) =>
      (...args: A): void => {
        if (!isOver) tell(...args)
      }
    if (isShut) {
      const cancel = clock.after(
        0,
        unlessOver(() => events.lost(pulled)),
      )
      return {
        heartbeat: async () => false,
        close: async () => {
          isOver = true
          cancel()
        },
      }
    }
    const feed = upstream.listen(scopes, {
      streaming: unlessOver(() => events.streaming()),
      poke: unlessOver((poke) => events.poke(poke)),
      moved: unlessOver((scope, head) => events.moved(scope, head)),
      lost: unlessOver((failure) => events.lost(failure)),
    })
    const lost = (): void => {
      if (isOver) return
      isOver = true
      cut.delete(lost)
      void feed.close()
      events.lost(pulled)
    }
    cut.add(lost)
    return {
      heartbeat: (deadlineMs) => (isOver ? Promise.resolve(false) : feed.heartbeat(deadlineMs)),
      close: async () => {
        isOver = true
        cut.delete(lost)
        await feed.close()
      },
    }
  }

  return {
    over: (upstream) => ({
      // What rests on this station needs no network.
      restUser: () => upstream.restUser(),
      signOut: () => upstream.signOut(),
      setApart: (apart) => upstream.setApart(apart),
      stop: () => upstream.stop(),
      signIn: (email, password) => ask(() => upstream.signIn(email, password)),
      authenticate: () => ask(() => upstream.authenticate()),
      probe: () => ask(() => upstream.probe()),
      pull: (cursors, limit, unsure) => ask(() => upstream.pull(cursors, limit, unsure)),
      digest: (scope) => ask(() => upstream.digest(scope)),
      buckets: (scope, buckets) => ask(() => upstream.buckets(scope, buckets)),
      push: (commands) => ask(() => upstream.push(commands)),
      call: (name, args, answer) => ask(() => upstream.call(name, args, answer)),
      listen: (scopes, events) => listen(upstream, scopes, events),
      // They come over the feeds, and end with them.
      hearEvents: (heard) => upstream.hearEvents(heard),
    }),
    shut() {
      isShut = true
      for (const lost of [...cut]) lost()
      cut.clear()
    },
    open() {
      isShut = false
    },
  }
}

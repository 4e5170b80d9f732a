import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { LinkMove } from '#shared/protocol/diagnostics.ts'
import type { FeedKind } from '#shared/protocol/status.ts'
import { siteScope } from '#shared/domain/scope.ts'
import type { Link } from '#engine/sync/link.ts'
import { noWork } from '#engine/sync/link-work.ts'
import type { LinkWork } from '#engine/sync/link-work.ts'
import { runLink } from '#engine/sync/run-link.ts'
import { fakeMirror } from './fake-mirror.ts'
import { fakeServer } from './fake-server.ts'
import type { FakeServer } from './fake-server.ts'
import { fakeUpstream } from './fake-upstream.ts'
import { manualClock } from './manual-clock.ts'
import type { ManualClock } from './manual-clock.ts'
import { recordedLog } from './recorded-log.ts'
import { seededRandom } from './seeded-random.ts'

/** A link that runs, on a clock moved by hand, between a mirror and a server in memory. */
export function linkStation({
  feed = 'broadcast',
  seed = 1,
  clock = manualClock(),
  server = fakeServer(clock),
  work = noWork,
}: {
  feed?: FeedKind
  seed?: number
  clock?: ManualClock
  server?: FakeServer
  work?: LinkWork
} = {}) {
  const upstream = fakeUpstream(server, clock)
  const mirror = fakeMirror(server.uid)
  const log = recordedLog()
  const history: Link[] = []
  const moves: LinkMove[] = []
  const refused: string[] = []
  const completed: number[] = []
  const link = runLink({
    clock,
    random: seededRandom(seed),
    log,
    upstream,
    mirror,
    feed,
    work,
    changed: () => undefined,
    noted: () => undefined,
    told: () => undefined,
    applied: () => undefined,
    headsSeen: () => undefined,
    completed: () => completed.push(clock.now()),
    clockOffset: () => undefined,
    diskRefused: (problem) => refused.push(problem),
    linkMoved: (move) => moves.push(move),
    linkChanged: (state) => history.push(state),
  })
  const ids = Array.from({ length: 10 }, () => randomUUID())
  server.changeProducts(siteScope, ids, 'Jug')
  let changes = 0
  return {
    clock,
    server,
    upstream,
    mirror,
    log,
    history,
    moves,
    refused,
    /** When a pull found nothing more waiting. */
    completed,
    link,
    at: () => link.link().at,
    /** The states it has been in, one after the other, since the last call. */
    path: () => moves.splice(0).map(({ to }) => to),
    /** One product gets a new name on the server. */
    change: () => server.changeProducts(siteScope, [ids[changes % 10] ?? ''], `Jug ${++changes}`),
    equal: () => expect(mirror.rows(siteScope)).toEqual(server.rows(siteScope)),
    async live() {
      link.tell({ kind: 'started' })
      await clock.advance(100)
      expect(link.link().at).toBe('live')
    },
  }
}

import { randomUUID } from 'node:crypto'
import type { PullAnswer } from '#shared/protocol/server.ts'
import type { Scope } from '#shared/domain/scope.ts'
import { siteScope } from '#shared/domain/scope.ts'
import type { Changeset } from '#engine/mirror/mirror.ts'
import { createIntake } from '#engine/sync/intake.ts'
import { noWork } from '#engine/sync/link-work.ts'
import type { LinkWork } from '#engine/sync/link-work.ts'
import { pullUntilComplete } from '#engine/sync/pull.ts'
import { fakeMirror } from './fake-mirror.ts'
import { fakeServer } from './fake-server.ts'
import type { FakeServer } from './fake-server.ts'
import { fakeUpstream } from './fake-upstream.ts'
import { manualClock } from './manual-clock.ts'
import { recordedLog } from './recorded-log.ts'

/** All that one pull needs, and nothing of the link around it. */
export function pullWorld({ work = noWork }: { work?: LinkWork } = {}) {
  const clock = manualClock()
  const server = fakeServer(clock)
  const upstream = fakeUpstream(server, clock)
  const mirror = fakeMirror(server.uid)
  const changed: Changeset[] = []
  const progress: [number, number, boolean][] = []
  let current = true
  const ports = {
    upstream,
    mirror,
    intake: createIntake({
      clock,
      mirror,
      noted: (changeset) => changed.push(changeset),
      told: () => undefined,
      applied: () => undefined,
      relieve: async () => undefined,
      work,
      log: recordedLog(),
    }),
    work,
    asking: () => undefined,
    written: () => undefined,
    headsSeen: () => undefined,
    changed: (changeset: Changeset) => void changed.push(changeset),
    isCurrent: () => current,
    abandoned: new AbortController().signal,
    progress: (done: number, total: number, first: boolean) => void progress.push([done, total, first]),
  }
  return {
    clock,
    server,
    upstream,
    mirror,
    changed,
    progress,
    pull: (scopes: Scope[] = server.granted) => pullUntilComplete(ports, scopes),
    end: () => {
      current = false
    },
    /** From here on the server's answers are forged on their way. */
    forge(change: (answer: PullAnswer) => PullAnswer) {
      const honest = upstream.pull.bind(upstream)
      upstream.pull = async (...question) => {
        const outcome = await honest(...question)
        return outcome.kind === 'settled' ? { kind: 'settled', value: change(outcome.value) } : outcome
      }
    },
  }
}

export function addProducts(server: FakeServer, count: number, scope: Scope = siteScope): string[] {
  const ids = Array.from({ length: count }, () => randomUUID())
  server.changeProducts(scope, ids, 'Jug')
  return ids
}

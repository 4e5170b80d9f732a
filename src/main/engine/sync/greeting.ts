import { parseTimestamp } from '#shared/lib/time.ts'
import type { Scope } from '#shared/domain/scope.ts'
import type { Changeset, Mirror } from '../mirror/mirror.ts'
import type { Clock } from '../ports.ts'
import type { Upstream } from '../upstream/upstream.ts'
import { judgeAnswer, mirroredScopes, withdrawnScopes } from './pull.ts'
import type { PullResult } from './pull.ts'

interface GreetPorts {
  clock: Pick<Clock, 'now'>
  upstream: Pick<Upstream, 'pull'>
  mirror: Mirror
  changed: (changeset: Changeset) => void
  /** Terminal clock minus server clock, ms, from the middle of this short question. */
  clockOffset: (offsetMs: number) => void
  isCurrent: () => boolean
}

/** A question without cursors: who are we to the server, what may we read, what time is it there. */
export async function greet(
  ports: GreetPorts,
): Promise<{ kind: 'welcome'; scopes: Scope[] } | Exclude<PullResult, { kind: 'complete' }>> {
  const { clock, mirror } = ports
  const askedAt = clock.now()
  const outcome = await ports.upstream.pull([], 1)
  if (!ports.isCurrent()) return { kind: 'void' }
  if (outcome.kind !== 'settled') return { kind: 'failed', failure: outcome }
  const answer = outcome.value
  const objection = judgeAnswer(answer, mirror)
  if (objection) return objection
  ports.clockOffset((askedAt + clock.now()) / 2 - parseTimestamp(answer.server_time))
  const withdrawn = withdrawnScopes(mirror, answer.granted)
  if (withdrawn.length > 0) ports.changed(mirror.drop(withdrawn))
  return { kind: 'welcome', scopes: mirroredScopes(answer.granted) }
}

import type { Scope } from '#shared/domain/scope.ts'
import type { Bucket } from '#shared/protocol/server.ts'
import type { Changeset, Mirror } from '../mirror/mirror.ts'
import type { Log } from '../ports.ts'
import type { Upstream } from '../upstream/upstream.ts'
import { bucketName } from './traffic.ts'

/** What one question asks for at most; the server's own limits are 64 buckets and 20,000 rows. */
const BUCKETS_AT_ONCE = 64
const ROWS_AT_ONCE = 5_000

export interface RepairPorts {
  log: Log
  mirror: Pick<Mirror, 'repair' | 'owner'>
  upstream: Pick<Upstream, 'buckets'>
  /** This station's own work is at rest: what the server has of it, the rows show. */
  isAtRest: () => boolean
  changed: (changeset: Changeset) => void
  signal: AbortSignal
}

/**
 * Fetches buckets and makes ours what the server has, group by group. What cannot be had now, or is old when it comes, is
 * left for another time: the comparison that follows tells.
 * @returns how many rows were put right
 * @throws MirrorError when the disk refuses
 */
export async function repairBuckets(
  { log, mirror, upstream, isAtRest, changed, signal }: RepairPorts,
  scope: Scope,
  differing: readonly Bucket[],
  rowsIn: (bucket: Bucket) => number,
): Promise<number> {
  let rows = 0
  for (const buckets of groups(differing, rowsIn)) {
    const outcome = await upstream.buckets(scope, buckets)
    if (signal.aborted) return rows
    if (outcome.kind !== 'settled') {
      log.info('mirror.not-repaired', { scope, because: outcome.kind })
      return rows
    }
    const { uid, epoch, head, changes } = outcome.value
    if (uid !== mirror.owner() || outcome.value.scope !== scope) {
      log.error('mirror.not-repaired', { scope, because: 'answer-for-another' })
      return rows
    }
    // These rows may hold effects of our own work that are also drawn over them: they would be shown twice.
    if (!isAtRest()) {
      log.info('mirror.not-repaired', { scope, because: 'own-work' })
      return rows
    }
    const result = mirror.repair({ scope, epoch, head, buckets, changes })
    if (result.kind === 'outdated') {
      log.info('mirror.not-repaired', { scope, because: 'outdated' })
      continue
    }
    rows += result.rows
    log.warn('mirror.repaired', { scope, head, buckets: buckets.map(bucketName), rows: result.rows })
    changed(result.changeset)
  }
  return rows
}

/** A bucket with more rows than one answer should have goes alone. */
function groups(buckets: readonly Bucket[], rowsIn: (bucket: Bucket) => number): Bucket[][] {
  const made: Bucket[][] = []
  let group: Bucket[] = []
  let rows = 0
  for (const bucket of buckets) {
    const more = rowsIn(bucket)
    if (group.length > 0 && (group.length >= BUCKETS_AT_ONCE || rows + more > ROWS_AT_ONCE)) {
      made.push(group)
      group = []
      rows = 0
    }
    group.push(bucket)
    rows += more
  }
  if (group.length > 0) made.push(group)
  return made
}

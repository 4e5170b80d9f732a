import { SECOND_MS } from '#shared/lib/time.ts'
import type { Scope } from '#shared/domain/scope.ts'
import type { Bucket, Digest } from '#shared/protocol/server.ts'
import { differingBuckets } from '../mirror/digest-compare.ts'
import type { Inspector } from '../mirror/inspector.ts'
import type { Mirror } from '../mirror/mirror.ts'
import type { Clock } from '../ports.ts'
import type { Upstream } from '../upstream/upstream.ts'
import { bucketName } from './traffic.ts'
import type { Traffic, TrafficWatch } from './traffic.ts'

/** The server is ahead of us: a poke is on its way, or lost. After this long we ask for a look. */
export const LOOK_AFTER_MS = 2 * SECOND_MS
/** How long we wait to come to the head at which the server computed its digest. */
export const REACH_WITHIN_MS = 30 * SECOND_MS

export type Comparison =
  | {
      kind: 'compared'
      /** The server's head when it computed its digest. */
      head: number
      /** How many buckets were compared, and how many were left out because they were changing. */
      compared: number
      changing: number
      differing: Bucket[]
      /** How many rows the server has in a bucket. */
      rowsIn: (bucket: Bucket) => number
    }
  | { kind: 'unproven'; head: number | null; because: string }
  /** The run was ended meanwhile: this is nobody's business any more [L1]. */
  | { kind: 'void' }

export interface ComparePorts {
  clock: Clock
  mirror: Pick<Mirror, 'cursor'>
  inspector: Pick<Inspector, 'digest'>
  upstream: Pick<Upstream, 'digest'>
  traffic: Traffic
  /** Pulls, as the timer would: what the server has beyond us was not poked. */
  look: () => void
  /** Ends the run. */
  signal: AbortSignal
}

/**
 * Compares what we hold of a scope with what the server has, while both go on changing [M3]. Each digest is true at a number
 * of its own, ours at `mine.head`, the server's at `theirs.head`. Whatever changed in between passes by here as a batch,
 * for the watch begins before either is asked; the buckets of those changes are left out, and all others must be equal.
 *
 * @throws MirrorError when our file is damaged
 */
export async function compareScope(ports: ComparePorts, scope: Scope): Promise<Comparison> {
  const { inspector, upstream, traffic, signal, look, mirror } = ports
  const watch = traffic.watch(scope)
  try {
    const [mine, outcome] = await Promise.all([inspector.digest(scope), upstream.digest(scope)])
    if (signal.aborted) return { kind: 'void' }
    if (outcome.kind !== 'settled') return { kind: 'unproven', head: null, because: outcome.kind }
    const theirs = outcome.value
    const { head } = theirs
    if (mine.epoch !== theirs.epoch) {
      // Another epoch there, or the scope is gone here: the pull knows what to do.
      look()
      return { kind: 'unproven', head, because: 'other-epoch' }
    }
    const isThere = await reaches(ports, watch, scope, head)
    if (signal.aborted) return { kind: 'void' }
    if (!isThere) return { kind: 'unproven', head, because: 'behind' }
    if (watch.startedOver() || mirror.cursor(scope).epoch !== theirs.epoch)
      return { kind: 'unproven', head, because: 'started-over' }
    return judge(mine, theirs, watch.touchedBeyond(Math.min(mine.head, head)))
  } finally {
    watch.end()
  }
}

function judge(mine: Digest, theirs: Digest, changing: ReadonlySet<string>): Comparison {
  const { head } = theirs
  const rows = new Map(theirs.buckets.map((bucket) => [bucketName(bucket), bucket.count]))
  const all = new Set([...rows.keys(), ...mine.buckets.map(bucketName)])
  const compared = [...all].filter((name) => !changing.has(name)).length
  if (compared === 0 && changing.size > 0) return { kind: 'unproven', head, because: 'all-changing' }
  return {
    kind: 'compared',
    head,
    compared,
    changing: changing.size,
    differing: differingBuckets(mine, theirs).filter((bucket) => !changing.has(bucketName(bucket))),
    rowsIn: (bucket) => rows.get(bucketName(bucket)) ?? 0,
  }
}

/** Waits until our cursor is at `head` or beyond. False when that does not come about, or the run is ended. */
function reaches(
  { clock, mirror, look, signal }: ComparePorts,
  watch: TrafficWatch,
  scope: Scope,
  head: number,
): Promise<boolean> {
  const isThere = (): boolean => mirror.cursor(scope).seq >= head
  if (isThere()) return Promise.resolve(true)
  return new Promise((resolve) => {
    const end = (reached: boolean): void => {
      cancelLook()
      cancelEnd()
      signal.removeEventListener('abort', giveUp)
      watch.onBatch = null
      resolve(reached)
    }
    const giveUp = (): void => end(false)
    const cancelLook = clock.after(LOOK_AFTER_MS, look)
    const cancelEnd = clock.after(REACH_WITHIN_MS, giveUp)
    signal.addEventListener('abort', giveUp)
    watch.onBatch = () => {
      if (watch.startedOver() || isThere()) end(true)
    }
  })
}

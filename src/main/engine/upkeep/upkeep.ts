import type { IntegrityCheck, Proof } from '#shared/protocol/diagnostics.ts'
import type { LinkStatus } from '#shared/protocol/status.ts'
import type { Inspector } from '../mirror/inspector.ts'
import { MirrorError } from '../mirror/mirror.ts'
import type { Batch, Changeset, LocalMirror, OpenProblem } from '../mirror/mirror.ts'
import type { Clock, Log, Random } from '../ports.ts'
import type { Upstream } from '../upstream/upstream.ts'
import { lookAfterFile } from './file-care.ts'
import { createQuietMoments } from './quiet-moments.ts'
import { createSelfProof } from './self-proof.ts'
import { createTraffic } from './traffic.ts'

/*
 * What a station does when there is nothing to do: it proves its mirror against the server, has SQLite check the file, and
 * keeps the write-ahead log short.
 */

export interface Upkeep {
  applied(batch: Batch): void
  link(at: LinkStatus['at']): void
  /** Ends it: no timer is left, and nothing that still runs changes anything [L1]. */
  stop(): void
}

export interface UpkeepPorts {
  clock: Clock
  random: Random
  log: Log
  mirror: LocalMirror
  inspector: Inspector
  upstream: Pick<Upstream, 'digest' | 'buckets'>
  /** This station's own work is at rest: what the server has of it, the rows show. Without it there is none. */
  isAtRest?: () => boolean
  /** Pulls, as the timer would. */
  look: () => void
  changed: (changeset: Changeset) => void
  proved: (proof: Proof) => void
  checked: (check: IntegrityCheck) => void
  diskRefused: (problem: OpenProblem, detail: string) => void
}

export function openUpkeep(ports: UpkeepPorts): Upkeep {
  const { mirror, diskRefused, isAtRest = () => true } = ports
  const log = ports.log.with({ component: 'upkeep' })
  const quiet = createQuietMoments(ports.clock, log)
  const traffic = createTraffic()
  let stopped = false
  let at: LinkStatus['at'] = 'offline'

  const damaged = (detail: string): void => {
    mirror.distrust()
    diskRefused('damaged', detail)
  }
  const failed = (error: unknown): void => {
    if (stopped) return
    if (!(error instanceof MirrorError)) return log.error('upkeep.failed', { error: String(error) })
    if (error.problem === 'damaged') damaged(error.message)
    else diskRefused(error.problem, error.message)
  }

  const proof = createSelfProof({
    ...ports,
    isAtRest,
    log,
    quiet,
    traffic,
    failed,
    ended: () => file.settle(),
  })
  const file = lookAfterFile({
    ...ports,
    log,
    quiet,
    failed,
    checked: (check) => {
      if (!stopped) ports.checked(check)
    },
    unsound: () => {
      if (!stopped) damaged('SQLite found the file unsound.')
    },
  })

  return {
    applied(batch) {
      quiet.moved()
      traffic.applied(batch)
    },
    link(next) {
      if (next === at || stopped) return
      at = next
      quiet.moved()
      if (!isCaughtUp(at)) return proof.interrupted()
      proof.caughtUp()
      file.settle()
    },
    stop() {
      stopped = true
      proof.interrupted()
      quiet.stop()
    },
  }
}

/** Whether the mirror follows the server, be it by polling. */
const isCaughtUp = (at: LinkStatus['at']): boolean => at === 'live' || at === 'degraded'

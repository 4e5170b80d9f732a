import type { Scope } from '#shared/domain/scope.ts'
import type { Proof } from '#shared/protocol/diagnostics.ts'
import { compareScope } from './compare-scope.ts'
import type { ComparePorts } from './compare-scope.ts'
import { repairBuckets } from './repair-buckets.ts'
import type { RepairPorts } from './repair-buckets.ts'
import { bucketName } from './traffic.ts'

export type ProvePorts = ComparePorts & RepairPorts

/** Names in one line of the log: enough to see a pattern. */
const NAMED_BUCKETS = 20

/**
 * Compares a scope with the server, puts right what differs, and compares once more [M3].
 * @returns null when the run was ended meanwhile
 * @throws MirrorError when our file is damaged or the disk refuses
 */
export async function proveScope(ports: ProvePorts, scope: Scope): Promise<Proof | null> {
  const { clock, log } = ports
  const proof: Proof = {
    at: clock.now(),
    scope,
    outcome: 'unproven',
    head: null,
    compared: 0,
    changing: 0,
    differing: 0,
    rowsRepaired: 0,
  }
  const first = await compareScope(ports, scope)
  if (first.kind === 'void') return null
  if (first.kind === 'unproven') {
    log.info('mirror.unproven', { scope, because: first.because })
    return { ...proof, at: clock.now(), head: first.head }
  }
  const { head, compared, changing, differing, rowsIn } = first
  const found = { ...proof, head, compared, changing, differing: differing.length }
  if (differing.length === 0) return { ...found, at: clock.now(), outcome: 'equal' }

  const buckets = differing.slice(0, NAMED_BUCKETS).map(bucketName)
  log.warn('mirror.differs', { scope, head, differing: differing.length, buckets })
  const rowsRepaired = await repairBuckets(ports, scope, differing, rowsIn)
  if (ports.signal.aborted) return null

  const second = await compareScope(ports, scope)
  if (second.kind === 'void') return null
  const repaired = { ...found, at: clock.now(), rowsRepaired }
  if (second.kind === 'unproven') return repaired
  return {
    ...repaired,
    head: second.head,
    outcome: second.differing.length === 0 ? 'repaired' : 'differs',
  }
}
